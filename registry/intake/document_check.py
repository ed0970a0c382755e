"""Everything that can be found out from documents alone: form, hashes, signatures, rules.

Several documents are examined at once, each step for all of them before the next: what a processor
does many times in a row stays in its caches, which saves a fifth of the time.
``tests/registry/intake/test_document_check.py`` proves that they are found as one by one.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from registry.intake.content_report import BadSignature, ExaminedDocument, Signature
from registry.intake.stated_identity import persons_of
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.asynchronous import SUBMIT
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import KINDS, RecordKind
from shared_contracts.messages.package import Record
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.verify import SignedBy, verify_signed
from shared_contracts.xml import codec, schema
from shared_contracts.xml.as_sent import as_sent
from shared_contracts.xml.codec import Element
from shared_contracts.xml.foreign import foreign_document
from shared_contracts.xml.plain import PlainText, plain

TOGETHER: Final = 256 * 1024
"""Bytes of documents that are examined at once; their trees take some thirty times as much."""


class Numbered(NamedTuple):
    """A record by its number in the package, and its document's file where it travels as one."""

    number: int
    record: Record
    path: Path | None


def hashed(number: int, record: Record, path: Path | None) -> ExaminedDocument:
    """Hash and size alone; a file is kept under its hash, and is not read again for it."""
    if path is not None and record.file_ref:
        size, digest = path.stat().st_size, record.file_ref.sha256
    else:
        data = record.document or b""
        size, digest = len(data), hashlib.sha256(data).hexdigest()
    return ExaminedDocument(number=number, sha256=digest, size=size)


def opened(number: int, record: Record, path: Path | None) -> ExaminedDocument:
    """The same, and why it is not XML; files of those who have no permission are not opened."""
    seen = hashed(number, record, path)
    try:
        if path is None:
            schema.parse(record.document or b"")
    except Unprocessed as problem:
        return msgspec.structs.replace(seen, unreadable=str(problem))
    return seen


def put_off(number: int, record: Record, path: Path | None) -> ExaminedDocument:
    """The same of a large document, which is examined when its turn comes."""
    return msgspec.structs.replace(hashed(number, record, path), is_put_off=True)


def proven(number: int, record: Record, path: Path | None) -> ExaminedDocument:
    """All that can be said of a document."""
    [found] = all_proven([Numbered(number, record, path)])
    return found


def all_proven(listed: Iterable[Numbered]) -> Iterator[ExaminedDocument]:
    """All that can be said of documents, in their order."""
    for some in _together(listed):
        examinations = [_Examination(one) for one in some]
        for step in _STEPS:
            for one in examinations:
                if one.element is not None:
                    step(one, one.element)
        yield from (one.found for one in examinations)


def _together(listed: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """The documents, as many as are examined at once."""
    some: list[Numbered] = []
    size = 0
    for one in listed:
        length = one.path.stat().st_size if one.path else len(one.record.document or b"")
        if some and size + length > TOGETHER:
            yield some
            some, size = [], 0
        some.append(one)
        size += length
    if some:
        yield some


@dataclass(slots=True)
class _Examination:
    """What is found of a document step by step; without ``element`` it is not XML."""

    numbered: Numbered
    found: ExaminedDocument = field(init=False)
    data: bytes = b""
    element: Element | None = None
    written: PlainText[Any] | None = None
    signed: dict[str, Any] = field(default_factory=dict)
    document: Amendable | None = None
    breaches: list[Breach] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Hash and parse it."""
        number, record, path = self.numbered
        self.data = record.document or b"" if path is None else path.read_bytes()
        sha256 = hashlib.sha256(self.data).hexdigest()
        self.found = ExaminedDocument(number=number, sha256=sha256, size=len(self.data))
        try:
            self.element = schema.parse(self.data)
        except Unprocessed as problem:
            told = f"{problem}{self._cure(problem)}"
            self.found = msgspec.structs.replace(self.found, unreadable=told)

    def _cure(self, problem: Unprocessed) -> str:
        """Of what is too large for a tree, and can be taken in slices: by which operation."""
        kind = KINDS.get(self.numbered.record.header.object_type)
        slices = kind is not None and kind.outline is not None
        is_large = problem.fault is Fault.TOO_LARGE and len(self.data) > DOCUMENT_BYTES
        cure = f"send it in a package by {SUBMIT}: under a ticket it is examined in slices"
        return f": {cure}" if is_large and slices else ""

    @property
    def kind(self) -> RecordKind:
        """The kind of its record."""
        return KINDS[self.numbered.record.header.object_type]

    def recognise(self, element: Element) -> None:
        """Look whether it is written plainly."""
        root = codec.DOCUMENTS.get(codec.local_name(element))
        self.written = None if root is None else plain(self.data, root)

    def verify(self, element: Element) -> None:
        """Prove its signatures."""
        by_system, written = self.kind.by_system, self.written
        self.signed = signatures_of(
            codec.local_name(element),
            partial(verify_signed, element, by_system=by_system, written=written),
        )

    def validate(self, element: Element) -> None:
        """Hold it against its schema."""
        if codec.local_name(element) in codec.DOCUMENTS:
            self.breaches = schema.validate(element, "F-XSD-1", self.numbered.number)
        else:
            self.breaches = [foreign_document(element).of(self.numbered.number)]

    def read(self, element: Element) -> None:
        """Read it, if it is as its schema demands."""
        if self.breaches:
            return
        if self.written is not None:
            self.document = self.written.read()
        if self.document is None:
            self.document = codec.read(element, codec.DOCUMENTS[codec.local_name(element)])

    def judge(self, element: Element) -> None:
        """Apply the rules on the document alone."""
        if self.document is not None:
            number, record, _ = self.numbered
            told = as_sent(element, examine_document(self.document, record.header.formed_at))
            self.breaches = [breach.of(number) for breach in told]

    def report(self, element: Element) -> None:
        """Put together what was found."""
        read = (self.document, self.breaches)
        told = described(self.found, self.kind, element, read)
        content = None if self.document is None else msgspec.json.encode(self.document)
        self.found = msgspec.structs.replace(told, content=content, **self.signed)


_STEPS: Final[tuple[Callable[[_Examination, Element], None], ...]] = (
    _Examination.recognise,
    _Examination.verify,
    _Examination.validate,
    _Examination.read,
    _Examination.judge,
    _Examination.report,
)


def described(
    seen: ExaminedDocument,
    kind: RecordKind,
    element: Element,
    read: tuple[Amendable | None, list[Breach]],
) -> ExaminedDocument:
    """What is told of a document with this element at its top."""
    document, breaches = read
    persons, references = persons_of(kind, element, document)
    return msgspec.structs.replace(
        seen,
        root=codec.local_name(element),
        object_type=kind.object_type,
        persons=persons,
        references=references,
        same=kind.sameness(document) if document is not None else (),
        engaged=tuple(sorted(kind.engaged(document))) if document is not None else (),
        operation=kind.operation(document) if document is not None else "",
        breaches=tuple(breaches),
    )


def signatures_of(root: str, verify: Callable[[], tuple[SignedBy, ...]]) -> dict[str, Any]:
    """The signatures of a document, or the one that failed, as a report has them."""
    try:
        signed = verify()
    except SignatureRefused as refused:
        return {"bad_signature": bad_signature(refused, f"/{root}/Signature")}
    told = (
        Signature(certificates=one.certificates, path=one.path, stamp=one.stamp) for one in signed
    )
    return {"signatures": tuple(told)}


def bad_signature(refused: SignatureRefused, path: str) -> BadSignature:
    """A refused signature as a report has it; ``path`` is where it stands unless that is known."""
    return BadSignature(reason=refused.reason, path=refused.path or path, detail=refused.detail)

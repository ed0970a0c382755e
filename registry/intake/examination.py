"""Everything that can be found out from a message alone: form, hashes, signatures, rules.

Nothing here knows the register, the log or the authorities, so it can run in any process. The
judgement over what is found here follows in the order of the law (S216-A2.1.2-4).
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import msgspec

from registry.intake.examined import (
    BadSignature,
    Examined,
    ExaminedDocument,
    Identity,
    Signature,
)
from shared_contracts.faults import Breach, Unprocessed
from shared_contracts.messages import codec, schema
from shared_contracts.messages.codec import Element
from shared_contracts.messages.document import NAMESPACE, Amendable
from shared_contracts.messages.package import Package, Record, RecordHeader
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.values import reader
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.verify import verify_person, verify_system
from shared_contracts.signing.xml.coverage import canonical

FindFile = Callable[[str], Path | None]
"""Where the file with a SHA-256 is kept, or None."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,31}")
_read_bytes = reader(bytes)
_PARTIES = tuple(
    (party, number) for party in ("Customer", "Organizer") for number in ("Bin", "Iin")
)


def examine_message(element: Element) -> Examined:
    """A system's message: whose it says it is, its signature, its form."""
    root, breaches = codec.local_name(element), tuple(schema.validate(element, "I-XSD-1"))
    identity = _identity(element)
    try:
        signed = verify_system(element)
    except SignatureRefused as refused:
        content = hashlib.sha256(_content(element)).hexdigest()
        return Examined(
            root=root,
            identity=identity,
            package_hash=content,
            bad_signature=_bad(refused, f"/{root}/Signature"),
            breaches=breaches,
        )
    return Examined(
        root=root,
        identity=identity,
        package_hash=signed.canonical_sha256,
        certificates=signed.certificates,
        breaches=breaches,
    )


def _content(element: Element) -> bytes:
    """The octets of a message of nobody; it may be one that has no canonical form."""
    try:
        return canonical(element, exclusive=True)
    except SignatureRefused:
        return codec.to_bytes(element)


def examine_package(element: Element, find: FindFile) -> Examined:
    """A package with its documents; they are not looked at where the form is wrong.

    Where the package's own signature does not stand, no work is done on theirs: hashes only.
    """
    message = examine_message(element)
    if message.breaches:
        return message
    try:
        package = codec.read(element, Package)
    except ValueError:
        return msgspec.structs.replace(message, breaches=tuple(_strays(element)))
    refs = [record.file_ref.sha256 for record in package.records if record.file_ref]
    paths = {sha256: find(sha256) for sha256 in refs}
    missing = tuple(sha256 for sha256, path in paths.items() if path is None)
    look = _hashed if message.bad_signature else _document
    documents = () if missing else tuple(_documents(package, paths, look))
    bare = tuple(msgspec.structs.replace(record, document=None) for record in package.records)
    return msgspec.structs.replace(
        message,
        package=msgspec.structs.replace(package, records=bare),
        missing=missing,
        documents=documents,
    )


def _strays(element: Element) -> Iterator[Breach]:
    """Documents with signs that are no base64: the schema passes over them, we read strictly."""
    records = element.iterfind(f"{{{NAMESPACE}}}Records/{{{NAMESPACE}}}Record")
    for number, record in enumerate(records, 1):
        try:
            _read_bytes(text_at(record, "Document", "Bytes") or "")
        except ValueError:
            path = f"/Package/Records/Record[{number}]/Document/Bytes"
            named = {"facet": "type", "expected": "base64Binary"}
            yield Breach("I-XSD-1", path, None, named, number)


Look = Callable[[int, RecordHeader, bytes], ExaminedDocument]


def _documents(
    package: Package, paths: dict[str, Path | None], look: Look
) -> Iterator[ExaminedDocument]:
    for number, record in enumerate(package.records, 1):
        yield look(number, record.header, _bytes(record, paths))


def _hashed(number: int, _header: RecordHeader, data: bytes) -> ExaminedDocument:
    return ExaminedDocument(number=number, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _bytes(record: Record, paths: dict[str, Path | None]) -> bytes:
    path = paths[record.file_ref.sha256] if record.file_ref else None
    return path.read_bytes() if path is not None else record.document or b""


def _document(number: int, header: RecordHeader, data: bytes) -> ExaminedDocument:
    digest, size = hashlib.sha256(data).hexdigest(), len(data)
    try:
        element = schema.parse(data)
    except Unprocessed as problem:
        return ExaminedDocument(number=number, sha256=digest, size=size, unreadable=str(problem))
    root = codec.local_name(element)
    bad, signatures = _signatures(element, root)
    document, breaches = _read(number, header, element)
    buyers, base = _named(element) if document is None else _named_by(document)
    return ExaminedDocument(
        number=number,
        sha256=digest,
        size=size,
        root=root,
        bad_signature=bad,
        signatures=signatures,
        buyers=buyers,
        base=base,
        breaches=tuple(breaches),
        content=None if document is None else msgspec.json.encode(document),
    )


def _signatures(element: Element, root: str) -> tuple[BadSignature | None, tuple[Signature, ...]]:
    try:
        signed = verify_person(element)
    except SignatureRefused as refused:
        return _bad(refused, f"/{root}/Signature"), ()
    many = len(signed.signatures) > 1
    return None, tuple(
        Signature(
            certificates=one.certificates,
            path=f"/{root}/Signature[{position}]" if many else f"/{root}/Signature",
            stamp=one.stamp,
        )
        for position, one in enumerate(signed.signatures, 1)
    )


def _read(
    number: int, header: RecordHeader, element: Element
) -> tuple[Amendable | None, list[Breach]]:
    root = codec.local_name(element)
    kind = codec.DOCUMENTS.get(root)
    if kind is None:
        expected = {"facet": "element", "expected": ", ".join(codec.DOCUMENTS)}
        return None, [Breach("F-XSD-1", f"/{root}", root, expected, number)]
    if found := schema.validate(element, "F-XSD-1", number):
        return None, found
    document = codec.read(element, kind)
    found = examine_document(document, header.formed_at)
    return document, [breach.of(number) for breach in found]


def text_at(element: Element, *names: str) -> str | None:
    """The text at the end of a path of elements of the contract, or None."""
    path = "/".join(f"{{{NAMESPACE}}}{name}" for name in names)
    return element.findtext(path)


def _named_by(document: Amendable) -> tuple[tuple[str, ...], UUID | None]:
    """Whom a purchase names as its buyers, and which one as its base."""
    if not isinstance(document, Purchase):
        return (), None
    base, parties = document.base_purchase, (document.customer, document.organizer)
    buyers = tuple(number for one in parties if one for number in (one.bin, one.iin) if number)
    return buyers, None if base is None else base.object_id


def _named(element: Element) -> tuple[tuple[str, ...], UUID | None]:
    """The same of a document that is not as its schema demands, as far as it can be told."""
    base = text_at(element, "BasePurchase", "ObjectId")
    buyers = tuple(number for path in _PARTIES if (number := text_at(element, *path)))
    return buyers, UUID(base) if base and _UUID.fullmatch(base) else None


def _identity(element: Element) -> Identity:
    """The identity a message states, as far as it has the form of one."""
    message_id = _stated(element, "MessageId", _UUID)
    sequence = _stated(element, "Sequence", _NUMBER)
    return Identity(
        message_id=UUID(message_id) if message_id else None,
        sez_code=_stated(element, "SezCode", _CODE),
        sequence=int(sequence) if sequence else None,
    )


def _stated(element: Element, name: str, form: re.Pattern[str]) -> str | None:
    text = (text_at(element, name) or "").strip()
    return text if form.fullmatch(text) else None


def _bad(refused: SignatureRefused, path: str) -> BadSignature:
    return BadSignature(reason=refused.reason, path=refused.path or path, detail=refused.detail)

"""Everything that can be found out from a message alone, and by it of its documents.

Nothing here knows the register, the log or the authorities, so it can run in any process. The
judgement over what is found here follows in the order of the law (S216-A2.1.2-4).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from registry.intake.content_report import (
    Ask,
    Examined,
    ExaminedDocument,
    Permission,
    WorkRequest,
)
from registry.intake.document_check import (
    Numbered,
    all_proven,
    bad_signature,
    hashed,
    opened,
    proven,
    put_off,
)
from registry.intake.stated_identity import identity_stated, text_at
from shared_contracts.faults import Breach
from shared_contracts.large_documents.reading import is_large
from shared_contracts.messages.asynchronous import SUBMIT
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.package import Package, Record
from shared_contracts.signing import proof_cost
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.verify import claimed_by, verify_system
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.vocabulary import SIGNATURE
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from shared_contracts.xml.facets import BASE64
from shared_contracts.xml.plain import PlainText
from shared_contracts.xml.values import reader

FindFile = Callable[[str], Path | None]
"""Where the file with a SHA-256 is kept, or None."""

_read_bytes = reader(bytes)


def allow_all(_asked: WorkRequest) -> Permission:
    """Permission for any message, where it is examined for its own sake."""
    return Permission.GIVEN


def examine_message(
    element: Element, ask: Ask = allow_all, written: PlainText[Package] | None = None
) -> Examined:
    """A system's message: whose it says it is, its signature, its form.

    A signature that is dear to prove is proven only with permission, which nobody asks who has
    another's certificate and not his key. ``written`` is its text as it came, if that is plain.
    """
    root, breaches = codec.local_name(element), tuple(_of_form(element))
    identity, work = identity_stated(element), _own_work(element)
    made = partial(Examined, root=root, identity=identity, breaches=breaches, work=work)
    try:
        certificates = claimed_by(element) if work > proof_cost.FREE else ()
        asked = WorkRequest(identity.sez_code, certificates, work, is_proven=False)
        permission = ask(asked) if certificates else Permission.GIVEN
        if permission is not Permission.GIVEN:
            hashed = _hash(element)
            return made(package_hash=hashed, certificates=certificates, permission=permission)
        signed = verify_system(element, written)
    except SignatureRefused as refused:
        bad = bad_signature(refused, f"/{root}/Signature")
        return made(package_hash=_hash(element), bad_signature=bad)
    return made(package_hash=signed.canonical_sha256, certificates=signed.certificates)


def _of_form(element: Element) -> Iterator[Breach]:
    """What the schema says; a missing signature is reported by C-01 and not by the schema."""
    for breach in schema.validate(element, "I-XSD-1"):
        # what may stand before the signature is told with it
        expected = breach.parameters.get("expected", "").rpartition(", ")[2]
        if (breach.parameters["facet"], expected) != ("missing", "*"):
            yield breach


def _own_work(element: Element) -> int:
    """The work of proving the message's own signature; only GOST makes it worth counting."""
    signature = element.find(SIGNATURE)
    methods = [] if signature is None else proof_cost.methods_in(signature)
    dear = [method for method in methods if proof_cost.is_dear(method)]
    return proof_cost.of_signatures(len(codec.to_bytes(element)), dear) if dear else 0


def _hash(element: Element) -> str:
    """SHA-256 of a message of nobody; it may be one that has no canonical form."""
    try:
        return hashlib.sha256(canonical(element, exclusive=True)).hexdigest()
    except SignatureRefused:
        return hashlib.sha256(codec.to_bytes(element)).hexdigest()


def examine_package(
    element: Element,
    find: FindFile,
    ask: Ask = allow_all,
    large: "Look | None" = None,
    written: PlainText[Package] | None = None,
) -> Examined:
    """A package with its documents; they are not looked at where the form is wrong.

    Where the package's own signature fails, or without permission, no work is done on theirs.
    ``large`` is how large documents are looked at, by which no permission is asked: those of a
    package that comes under a ticket are put off. ``written`` is its text as it came, if that is
    plain.
    """
    large = large or (put_off if _is_submitted(element) else None)
    message = examine_message(element, ask, written)
    if message.breaches:
        return message
    try:
        package = (written and written.read()) or codec.read(element, Package)
    except ValueError:
        return msgspec.structs.replace(message, breaches=tuple(_strays(element)))
    refs = [record.file_ref.sha256 for record in package.records if record.file_ref]
    paths = {sha256: find(sha256) for sha256 in refs}
    missing = tuple(sha256 for sha256, path in paths.items() if path is None)
    heavy = _weighed(package, paths, large)
    listed = [
        Numbered(number, record, _path(record, paths))
        for number, record in enumerate(package.records, 1)
    ]
    message = message if missing else _with_permission(message, heavy, paths, ask)
    bare = tuple(msgspec.structs.replace(record, document=None) for record in package.records)
    return msgspec.structs.replace(
        message,
        package=msgspec.structs.replace(package, records=bare),
        missing=missing,
        documents=() if missing else tuple(_documents(message, listed, large)),
    )


def _is_submitted(element: Element) -> bool:
    wrapper = element.getparent()
    return wrapper is not None and codec.local_name(wrapper) == SUBMIT


def _weighed(package: Package, paths: dict[str, Path | None], large: "Look | None") -> list[Record]:
    """The records whose documents are examined at once, whose work is weighed."""
    return [one for one in package.records if large is None or not is_large(one, _path(one, paths))]


def _path(record: Record, paths: dict[str, Path | None]) -> Path | None:
    return paths[record.file_ref.sha256] if record.file_ref else None


def _with_permission(
    message: Examined, records: Sequence[Record], paths: dict[str, Path | None], ask: Ask
) -> Examined:
    """The message with permission to prove its documents, asked if its own signature holds."""
    if message.bad_signature or message.permission is not Permission.GIVEN:
        return message
    work = message.work
    for record in records:
        work += _work(record, paths, proof_cost.MOST)
        if work > proof_cost.MOST:
            break
    asked = WorkRequest(message.identity.sez_code, message.certificates, work)
    return msgspec.structs.replace(message, permission=ask(asked), work=work)


def _work(record: Record, paths: dict[str, Path | None], most: int) -> int:
    path = _path(record, paths)
    return (
        proof_cost.of_file(path, most) if path else proof_cost.of_document(record.document or b"")
    )


def _strays(element: Element) -> Iterator[Breach]:
    """Documents with signs that are no base64: the schema passes over them, we read strictly."""
    records = element.iterfind(f"{{{NAMESPACE}}}Records/{{{NAMESPACE}}}Record")
    for number, record in enumerate(records, 1):
        try:
            _read_bytes(text_at(record, "Document", "Bytes") or "")
        except ValueError:
            path = f"/Package/Records/Record[{number}]/Document/Bytes"
            named = {"facet": "type", "expected": BASE64}
            yield Breach("I-XSD-1", path, None, named, number)


Look = Callable[[int, Record, Path | None], ExaminedDocument]
"""How one document is looked at, by the number of its record and its file, if it is one."""


def _documents(
    message: Examined, listed: Sequence[Numbered], large: Look | None
) -> Iterator[ExaminedDocument]:
    """What is found of the documents: they are proven, only read, or only hashed."""
    if message.bad_signature:
        return (hashed(*one) for one in listed)
    if message.permission is not Permission.GIVEN:
        return (opened(*one) for one in listed)
    if large is None:
        return all_proven(listed)
    return (large(*one) if is_large(*one[1:]) else proven(*one) for one in listed)

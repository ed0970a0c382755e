"""The documents within a package, each of which bears signatures of its own (S95-4, S216-3)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from shared_contracts.explaining.steps import Mark, Value, VerificationStep
from shared_contracts.messages.tags import qualified
from shared_contracts.xml import schema
from shared_contracts.xml.codec import Element
from shared_contracts.xml.values import reader

_read_base64 = reader(bytes)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document of a package: its place, what the package says of it, and its bytes.

    ``data`` is None where the bytes cannot be had from the package; ``object_type`` is what the
    record's header says.
    """

    path: str
    step: VerificationStep
    data: bytes | None = None
    object_type: str | None = None


def documents_in(octets: bytes) -> Iterator[Enclosed]:
    """The documents of a package; none if it is another message.

    ``octets`` are the canonical octets that the system signed: nothing else is read.
    """
    root = schema.parse(octets)
    if root.tag != qualified("Package"):
        return
    records = root.iterfind(f"{qualified('Records')}/{qualified('Record')}")
    for number, record in enumerate(records, 1):
        yield _enclosed(f"/Package/Records/Record[{number}]", record)


def _enclosed(place: str, record: Element) -> Enclosed:
    stated = _text(record, "Header", "DocumentHash")
    beside = _text(record, "Document", "FileRef", "Sha256")
    if beside is not None:
        step = VerificationStep(
            "DOCUMENT", Mark.INDETERMINATE, "DOCUMENT_BESIDE", {"sha256": beside}
        )
        return Enclosed(f"{place}/Document/FileRef", step)
    path = f"{place}/Document/Bytes"
    try:
        data = _read_base64(_text(record, "Document", "Bytes") or "")
    except ValueError as wrong:
        step = VerificationStep(
            "DOCUMENT", Mark.FAILED, "DOCUMENT_NOT_BASE64", {"detail": str(wrong)}
        )
        return Enclosed(path, step)
    named = (_text(record, "Header", "ObjectType") or "").strip()
    return Enclosed(path, _hashed(data, stated), data, named)


def _hashed(data: bytes, stated: str | None) -> VerificationStep:
    """Whether the package binds these very bytes: DocumentHash is their SHA-256 (S216-A2.1.2)."""
    digest = hashlib.sha256(data).hexdigest()
    values: dict[str, Value] = {"size": str(len(data)), "sha256": digest}
    if digest == (stated or "").strip():
        return VerificationStep("DOCUMENT", Mark.PASSED, "DOCUMENT", values)
    return VerificationStep("DOCUMENT", Mark.FAILED, "DOCUMENT_HASH", {**values, "stated": stated})


def _text(record: Element, *names: str) -> str | None:
    return record.findtext("/".join(map(qualified, names)))

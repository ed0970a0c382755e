"""Which files leave with a package: those alone that its own documents name (S216-A2.1.6)."""

from collections.abc import Callable
from mmap import ACCESS_READ, mmap
from pathlib import Path

from shared_contracts.messages.package import Package, Record
from shared_contracts.xml import codec, schema


def is_named(body: bytes, sha256: str, file: Callable[[str], Path | None]) -> bool:
    """Whether a file is a document of the package, or one that a document of it names.

    ``body`` is the package as it was signed here, ``file`` finds the documents that travel beside
    it. Who answers a call is not proven by a fault: what it asks for must belong to the call.
    """
    package = codec.read(schema.parse(body), Package)
    if any(one.file_ref and one.file_ref.sha256 == sha256 for one in package.records):
        return True
    value = f">{sha256}<".encode()
    return any(_names(record, value, file) for record in package.records)


def _names(record: Record, value: bytes, file: Callable[[str], Path | None]) -> bool:
    """Whether the document of a record has the value; one of 200 MiB is not read into memory."""
    if record.document is not None:
        return value in record.document
    path = file(record.file_ref.sha256) if record.file_ref else None
    if path is None or not path.stat().st_size:
        return False
    with path.open("rb") as content, mmap(content.fileno(), 0, access=ACCESS_READ) as seen:
        return seen.find(value) >= 0

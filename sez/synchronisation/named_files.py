"""Which files leave with a package: those alone that its own documents name (S216-A2.1.6)."""

from collections.abc import Callable, Iterator
from pathlib import Path

from shared_contracts.messages.package import Package
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
    return any(value in document for document in _documents(package, file))


def _documents(package: Package, file: Callable[[str], Path | None]) -> Iterator[bytes]:
    for record in package.records:
        if record.document is not None:
            yield record.document
        elif record.file_ref and (path := file(record.file_ref.sha256)):
            yield path.read_bytes()

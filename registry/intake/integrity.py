"""Step 2: is what came whole? Form, counts, hashes, address (S216-A2.1.2, S216-13a)."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from registry.intake.steps import Received, SignedDocument, Whole
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages import codec, schema
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import CONTRACT_VERSION, Package, Record

SERVED = frozenset({CONTRACT_VERSION})
"""Versions of the contract that are served (S216-11)."""

FindFile = Callable[[str], Path | None]
"""Where the file with a SHA-256 is kept, or None."""


def check_integrity(received: Received, environment: Environment, find: FindFile) -> Whole:
    """Read the package and hold it against its own counts and hashes.

    ``Refused`` names every breach; ``Unprocessed(FILES_MISSING)`` the files that must come first.
    """
    if breaches := schema.validate(received.element, "I-XSD-1"):
        raise Refused(*breaches)
    package = codec.read(received.element, Package)
    breaches = [*_address(package, environment), *_counts(package)]
    documents: list[SignedDocument] = []
    for number, data in _contents(package, find):
        record = package.records[number - 1]
        breaches += _hash(number, record, data)
        try:
            documents.append(SignedDocument(number, record, data, schema.parse(data)))
        except Unprocessed as unreadable:
            breaches.append(_unreadable(number, unreadable))
    if breaches:
        raise Refused(*breaches)
    return Whole(received, package, tuple(documents))


def _address(package: Package, environment: Environment) -> Iterator[Breach]:
    if package.environment != environment:
        yield Breach("I-09", "/Package/Environment", package.environment, {"expected": environment})
    if package.contract_version not in SERVED:
        path, allowed = "/Package/ContractVersion", {"allowed": ", ".join(sorted(SERVED))}
        yield Breach("I-03", path, package.contract_version, allowed)


def _counts(package: Package) -> Iterator[Breach]:
    if package.record_count != len(package.records):
        yield Breach(
            "I-05",
            "/Package/RecordCount",
            str(package.record_count),
            {"declared": str(package.record_count), "actual": str(len(package.records))},
        )


def _contents(package: Package, find: FindFile) -> Iterator[tuple[int, bytes]]:
    paths = {
        record.file_ref.sha256: find(record.file_ref.sha256)
        for record in package.records
        if record.file_ref
    }
    if missing := [sha256 for sha256, path in paths.items() if path is None]:
        raise Unprocessed(Fault.FILES_MISSING, hashes=missing)
    for number, record in enumerate(package.records, 1):
        if record.document is not None:
            yield number, record.document
        elif record.file_ref and (path := paths[record.file_ref.sha256]):
            yield number, path.read_bytes()


def _hash(number: int, record: Record, data: bytes) -> Iterator[Breach]:
    declared, actual = record.header.document_hash, hashlib.sha256(data).hexdigest()
    if declared != actual:
        path = f"/Package/Records/Record[{number}]/Header/DocumentHash"
        yield Breach("I-04", path, declared, {"declared": declared, "actual": actual}, number)
    if record.file_ref and record.file_ref.size != len(data):
        path = f"/Package/Records/Record[{number}]/Document/FileRef/Size"
        size = record.file_ref.size
        yield Breach(
            "I-07", path, str(size), {"declared": str(size), "actual": str(len(data))}, number
        )


def _unreadable(number: int, unreadable: Unprocessed) -> Breach:
    path = f"/Package/Records/Record[{number}]/Document"
    return Breach("I-01", path, None, {"reason": str(unreadable)}, number)

"""Is a package whole? Counts, versions, hashes and sizes that it states of itself (S216-A2.1.2).

Both sides ask: a vendor before sending, the Registry when a package came.
"""

from collections.abc import Iterator

from shared_contracts.faults import Breach
from shared_contracts.limits import FILE_BYTES
from shared_contracts.messages.package import Package, Record
from shared_contracts.messages.versions import VERSIONS

SERVED = frozenset(VERSIONS)
"""Versions of the contract that are served (S216-11)."""


def examine_statements(package: Package) -> Iterator[Breach]:
    """What the package states of itself: version of the contract, number of records, file sizes."""
    if package.contract_version not in SERVED:
        path, allowed = "/Package/ContractVersion", {"allowed": ", ".join(sorted(SERVED))}
        yield Breach("I-03", path, package.contract_version, allowed)
    declared, actual = str(package.record_count), str(len(package.records))
    if declared != actual:
        yield Breach("I-05", "/Package/RecordCount", declared, {"actual": actual})
    for number, record in enumerate(package.records, 1):
        if record.file_ref and record.file_ref.size > FILE_BYTES:  # it would never be taken
            path = f"/Package/Records/Record[{number}]/Document/FileRef/Size"
            named = {"limit": str(FILE_BYTES)}
            yield Breach("I-16", path, str(record.file_ref.size), named, number)


def examine_bytes(number: int, record: Record, sha256: str, size: int) -> Iterator[Breach]:
    """The document of record ``number``: its bytes have this SHA-256 and this size in bytes."""
    root, declared = f"/Package/Records/Record[{number}]", record.header.document_hash
    if declared != sha256:
        path = f"{root}/Header/DocumentHash"
        yield Breach("I-04", path, declared, {"actual": sha256}, number)
    if record.file_ref and record.file_ref.size != size:
        path, stated = f"{root}/Document/FileRef/Size", str(record.file_ref.size)
        yield Breach("I-07", path, stated, {"actual": str(size)}, number)


def unreadable(number: int, reason: str) -> Breach:
    """The document of record ``number`` is no XML that may be read, and why."""
    path = f"/Package/Records/Record[{number}]/Document"
    return Breach("I-01", path, None, {"reason": reason}, number)

"""What a package states of itself, and what its bytes say (S216-A2.1.2)."""

from hashlib import sha256
from uuid import UUID

import msgspec
import pytest

from shared_contracts.faults import Breach
from shared_contracts.limits import FILE_BYTES
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import (
    FileRef,
    FormedBy,
    Package,
    Record,
    RecordHeader,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.versions import FIRST
from shared_contracts.rules.integrity import examine_bytes, examine_statements
from tests.samples import AT

ID = UUID("0b6c9a1e-7f0d-4a36-9d0e-3c1f5a7b9d21")
DATA = b"<Purchase/>"
HASH = sha256(DATA).hexdigest()
HEADER = RecordHeader(
    object_type=PURCHASE,
    object_id=ID,
    version=1,
    formed_at=AT,
    formed_by=FormedBy(name="Ахметов Ерлан"),
    document_hash=HASH,
)
WITHIN = Record(header=HEADER, document=DATA)


def beside(size: int) -> Record:
    """A record whose document travels as a file of a size."""
    return Record(header=HEADER, file_ref=FileRef(sha256=HASH, size=size))


def package(*records: Record, **changes: object) -> Package:
    """A package of records."""
    made = Package(
        message_id=ID,
        sez_code="SEZ01",
        environment=Environment.STAND,
        sequence=1,
        created_at=AT,
        contract_version=FIRST,
        record_count=len(records),
        records=records,
    )
    return msgspec.structs.replace(made, **changes)


def said(breaches: list[Breach]) -> list[tuple[str, str | None]]:
    """Rule and value of each breach."""
    return [(breach.rule, breach.value) for breach in breaches]


@pytest.mark.clause("S216-A2.1.2")
def test_a_package_states_its_version_its_records_and_files_that_can_be_taken() -> None:
    assert list(examine_statements(package(WITHIN, beside(FILE_BYTES)))) == []
    wrong = package(WITHIN, beside(FILE_BYTES + 1), contract_version="9.9", record_count=3)
    found = list(examine_statements(wrong))
    assert said(found) == [("I-03", "9.9"), ("I-05", "3"), ("I-16", str(FILE_BYTES + 1))]
    assert found[2].record == 2


@pytest.mark.clause("S216-13a")
def test_bytes_have_the_hash_and_the_size_that_are_stated() -> None:
    assert list(examine_bytes(1, WITHIN, HASH, 5)) == []
    assert said(list(examine_bytes(1, WITHIN, "0" * 64, 5))) == [("I-04", HASH)]
    assert list(examine_bytes(1, beside(5), HASH, 5)) == []
    assert said(list(examine_bytes(1, beside(5), HASH, 6))) == [("I-07", "5")]

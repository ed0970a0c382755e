"""No file leaves with a package but those that its documents name (S216-A2.1.6)."""

import hashlib
import tracemalloc
from pathlib import Path

from sez.synchronisation.named_files import is_named
from shared_contracts.astana_time import now
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.package import FileRef, FormedBy, Package, Record, RecordHeader
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.xml import codec
from tests.clauses import clause

MIB = 1024 * 1024
DOCUMENT, NAMED, OTHER = (hashlib.sha256(one).hexdigest() for one in (b"1", b"2", b"3"))


def package() -> bytes:
    """A package whose one document travels as a file."""
    header = RecordHeader(
        object_type=PROGRAMME,
        object_id=uuid7(),
        version=1,
        formed_at=now(),
        formed_by=FormedBy(name="АХМЕТОВ ЕРЛАН"),
        document_hash=DOCUMENT,
    )
    made = Package(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        sequence=1,
        created_at=now(),
        contract_version="1.1",
        record_count=1,
        records=(Record(header=header, file_ref=FileRef(sha256=DOCUMENT, size=64 * MIB)),),
    )
    return codec.to_bytes(codec.write(made, root_id="package-1"))


@clause("S216-A2.1.6")
def test_a_large_document_is_looked_through_where_it_lies(tmp_path: Path) -> None:
    path, body = tmp_path / "document.xml", package()
    with path.open("wb") as file:
        file.truncate(64 * MIB)
        file.seek(64 * MIB)
        file.write(f">{NAMED}<".encode())
    tracemalloc.start()
    try:
        told = [is_named(body, one, lambda _: path) for one in (DOCUMENT, NAMED, OTHER)]
        assert tracemalloc.get_traced_memory()[1] < MIB
    finally:
        tracemalloc.stop()
    assert told == [True, True, False]
    path.write_bytes(b"")
    assert [is_named(body, NAMED, found) for found in (lambda _: path, lambda _: None)] == [
        False
    ] * 2

"""What was uploaded to be formed does not stay: neither what was used, nor what nobody used."""

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from sez.publication.checked_document import NotPublishable
from sez.publication.uploads import KEPT, UploadedSources
from sez.records.chain import VersionChain
from shared_contracts import astana_time
from shared_contracts.files import FileStore
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Operation
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.programmes import with_item
from tests.sez.programmes.test_programmes import publisher
from tests.sez.publication.test_large import PATIENCE, formed, large, uploaded
from tests.sez.systems import SIGNER, BothSystems


def put(store: UploadedSources, content: bytes, age: timedelta = timedelta()) -> str:
    """Upload a file so long ago; its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    store.wanted(sha256)
    store.store.keep(sha256, content)
    since = (astana_time.now() - age).timestamp()
    os.utime(store.store.path(sha256), (since, since))
    return sha256


def here(store: UploadedSources, *names: str) -> list[bool]:
    """Whether each file is there."""
    return [store.store.has(one) for one in names]


def sources(folder: Path, most: int = 10**9) -> UploadedSources:
    """Uploaded files in a folder."""
    return UploadedSources(FileStore(folder), astana_time.now, most=most)


def test_what_nobody_used_is_removed_after_a_day(tmp_path: Path) -> None:
    store = sources(tmp_path)
    old, new, again = (put(store, bytes([n]), n * KEPT / 2) for n in (3, 1, 4))
    store.wanted(again)  # it is uploaded once more
    with store.using(put(store, b"used", 2 * KEPT)) as used:
        store.sweep()
        assert used is not None
        assert used.read_bytes() == b"used"
    assert here(store, old, new, again) == [False, True, True]
    assert not used.exists()
    assert store.removed == {"unused": 1, "used": 1}
    told = {one.name: one.read() for one in store.gauges()}
    assert told == {
        "sez_uploads_bytes": 2,
        "sez_uploads_removed": {"used": 1, "unused": 1, "room": 0},
    }


def test_the_oldest_makes_room(tmp_path: Path) -> None:
    store = sources(tmp_path, most=200 * 1024**2 + 10)
    first, second = put(store, b"12345", KEPT / 2), put(store, b"67890", KEPT / 4)
    assert here(store, first, second) == [True, True]
    third = put(store, b"abcde")
    assert here(store, first, second, third) == [True, True, True]
    put(store, b"fghij")
    assert here(store, first, second, third) == [False, True, True]
    assert store.removed == {"room": 1}


def test_what_is_not_used_to_its_end_stays(tmp_path: Path) -> None:
    store = sources(tmp_path)
    name = put(store, b"1")

    def fail(at: datetime) -> None:
        with store.using(name):
            raise ValueError(at)

    with pytest.raises(ValueError, match="20"):
        fail(astana_time.now())
    assert here(store, name) == [True]
    with store.using("0" * 64) as nothing:
        assert nothing is None
    assert store.removed == {}


@pytest.mark.clause("S216-18.5")
def test_a_source_is_gone_once_its_version_is_recorded_and_stays_while_it_is_not(
    systems: BothSystems,
) -> None:
    programme, store = large(systems), systems.system.uploads
    broken = with_item(programme, 3, incoterms="nowhere")
    with pytest.raises(NotPublishable):
        formed(systems, broken)
    assert len([*store.store.kept()]) == 1
    loaded = formed(systems, programme)
    assert [one.name for one in store.store.kept()] == [uploaded(systems, broken)]
    assert systems.system.files.has(hash_of(systems, loaded))
    assert store.removed == {"used": 1}


def hash_of(systems: BothSystems, programme: UUID) -> str:
    """The hash of the signed bytes of a programme."""
    told: str = publisher(systems).current_state(programme).state.document_hash
    return told


@pytest.mark.clause("S216-3")
def test_a_document_signed_elsewhere_moves_among_the_files(systems: BothSystems) -> None:
    owner, initial = publisher(systems).owner, publisher(systems).kind.objects.initial
    act = VersionChain(PROGRAMME).act(owner, uuid7(), initial, Operation.CREATE)
    text = codec.canonical_text(msgspec.structs.replace(large(systems), act=act))
    data = sign_person(text, systems.system.users.signer(SIGNER))
    with systems.program() as program:
        sha256 = hashlib.sha256(data).hexdigest()
        for _ in range(2):
            assert program.put(f"/uploads/{sha256}", content=data).status_code in {200, 201}
        path = f"/api/v1/documents/PROGRAMME/files/{sha256}"
        assert program.post(path, timeout=PATIENCE).status_code == 201
    assert systems.system.files.path(sha256).read_bytes() == data
    assert not [*systems.system.uploads.store.kept()]

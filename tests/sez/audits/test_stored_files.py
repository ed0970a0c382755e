"""The files of large versions are hashed by an audit as they lie on the disk (S216-12a)."""

import hashlib
import tracemalloc
from pathlib import Path
from uuid import UUID

import pytest

from registry.audits.finding import Differs
from registry.audits.states import AuditOutcome
from sez.audits.listing import FIRST, AuditedStore, checksums
from sez.audits.stored_files import StoredFiles
from sez.kinds import KINDS
from sez.programmes.programme import SignedProgramme
from shared_contracts.files import FileStore
from shared_contracts.messages.audit import ChecksumDepth
from tests.sez.audits.test_scheme_6 import kinds, outcome, reachable
from tests.sez.publication.test_large import arrive, formed, large
from tests.sez.systems import BothSystems

MIB = 1024 * 1024


def lies(systems: BothSystems, programme: UUID) -> Path:
    """Where the signed bytes of a large programme lie in the SEZ."""
    state = systems.system.publisher.of("PROGRAMME").current_state(programme).state
    assert isinstance(state, SignedProgramme)
    return systems.system.files.path(state.document_hash)


@pytest.mark.clause("S216-12a", "S216-9.7")
def test_one_byte_of_a_stored_file_is_found_by_live_and_by_the_list(systems: BothSystems) -> None:
    programme = formed(systems, large(systems))
    arrive(systems, programme, 1)
    path = lies(systems, programme)
    whole = path.read_bytes()
    turned = bytearray(whole)
    turned[len(turned) // 2] ^= 1
    with reachable(systems) as run:
        assert outcome(run("CHECKSUMS", depth=ChecksumDepth.LIVE)) is AuditOutcome.MATCHES
        path.write_bytes(turned)
        for scope in ({"depth": ChecksumDepth.LIVE}, {}):
            state = run("CHECKSUMS", **scope)
            assert kinds(state) == [Differs.STORED_OTHERWISE]
            [found] = state.findings
            assert found.object_id == programme
            assert found.found == hashlib.sha256(turned).hexdigest()
        path.unlink()
        assert kinds(run("CHECKSUMS", depth=ChecksumDepth.LIVE)) == [Differs.STORED_OTHERWISE]
        path.write_bytes(whole)
        assert outcome(run("CHECKSUMS")) is AuditOutcome.MATCHES


def test_objects_are_told_up_to_the_file_at_which_time_is_over(systems: BothSystems) -> None:
    programme = formed(systems, large(systems))
    systems.system.sender.follower.catch_up()
    files = StoredFiles(systems.system.files.find)
    names = {kind.objects.name: name for name, kind in KINDS.items()}
    store = AuditedStore(systems.system.log, systems.system.publisher.owner, names, files)
    place = (FIRST, systems.system.log.last_position())
    every = checksums(store, place, 10)
    assert (len(every.rows), every.more) == (2, False)
    early = checksums(store, place, 10, until=0.0)
    assert (early.rows[-1].object_id, early.more) == (programme, True)


def test_a_file_is_read_once_in_pieces(tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    content = bytes(64 * MIB)
    name = hashlib.sha256(content).hexdigest()
    files.keep(name, content)
    del content
    stored = StoredFiles(files.find)
    tracemalloc.start()
    try:
        assert stored.sha256(name) == name
        assert tracemalloc.get_traced_memory()[1] < MIB
    finally:
        tracemalloc.stop()
    files.path(name).write_bytes(b"other")
    assert (stored.sha256(name), stored.anew().sha256(name)) == (
        name,
        hashlib.sha256(b"other").hexdigest(),
    )
    assert (stored.sha256("no hash"), stored.sha256("0" * 64)) == (None, None)

"""A foreign reader of C2SP tlog-tiles reads the log over HTTP and proves it to itself."""

from collections.abc import Iterator

import httpx
import pytest
from tlog_scales import tlog
from tlog_scales.backend import HttpBackend
from tlog_scales.reader import TilesReader
from typing_extensions import override

from shared_contracts.errors import Absent, Temporary
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.prover import Prover
from shared_contracts.http.api import application
from shared_contracts.process.tiles import AT_ONCE, TileReader, router, tile
from tests.serving import serving
from tests.shared_contracts.event_log.proofs.test_checkpoint import Key
from tests.shared_contracts.event_log.test_kept_tree import fill

EVENTS = 1_300


@pytest.fixture
def prover(log: EventLog) -> Prover:
    """A log of five full tiles and a partial one."""
    fill(log, EVENTS)
    found = Prover(Checkpointer(log, Key().note))
    found.checkpointer.make()
    return found


@pytest.fixture
def address(prover: Prover) -> Iterator[str]:
    """Where the log is served."""
    app = application("log")
    app.include_router(router(prover))
    with serving(app) as found:
        yield f"{found}/log"


class WithoutExtensions(HttpBackend):
    """What the foreign reader gets: it reads no checkpoint that has extension lines.

    C2SP tlog-checkpoint has others pass over them; it takes the fifth line for a signature.
    """

    @override
    def get(self, *path: str) -> bytes | None:
        found = super().get(*path)
        if path != ("checkpoint",) or found is None:
            return found
        text, signatures = found.split(b"\n\n")
        assert len(text.split(b"\n")) == 4, "origin, size, root and the moment"
        return b"\n".join(text.split(b"\n")[:3]) + b"\n\n" + signatures


@pytest.mark.clause("S216-12a")
def test_a_foreign_reader_finds_the_root_and_makes_proofs(prover: Prover, address: str) -> None:
    reader = TilesReader(WithoutExtensions(address))
    checkpoint = reader.get_checkpoint()
    assert checkpoint.size == EVENTS
    assert reader.calculate_root_hash() == checkpoint.root_hash
    for index in (0, 255, 256, 1_279, 1_280, EVENTS - 1):
        proof = reader.get_inclusion_proof(index, EVENTS)
        proof.check(prover.leaf(index + 1), checkpoint.root_hash)
        assert proof.node_hashes == prover.tree.inclusion(index, EVENTS)
    for old in (1, 256, 700, 1_280):
        theirs = reader.get_consistency_proof(old, EVENTS)
        theirs.check(prover.tree.range(old).root, checkpoint.root_hash)
        ours = tlog.ConsistencyProof(old, EVENTS, prover.tree.consistency(old, EVENTS))
        assert ours == theirs


def test_tiles_may_be_cached_and_what_there_is_not_is_absent(address: str) -> None:
    full = httpx.get(f"{address}/tile/0/004")
    assert (full.status_code, len(full.content)) == (200, 8_192)
    assert "immutable" in full.headers["cache-control"]
    assert full.headers["content-type"] == "application/octet-stream"
    assert len(httpx.get(f"{address}/tile/0/005.p/20").content) == 20 * 32
    assert len(httpx.get(f"{address}/tile/1/000.p/5").content) == 5 * 32
    assert "max-age=5" in httpx.get(f"{address}/checkpoint").headers["cache-control"]
    for absent in ("0/005", "0/005.p/21", "1/000", "1/000.p/6", "2/000.p/1", "0/x001/000", "8/000"):
        assert httpx.get(f"{address}/tile/{absent}").status_code == 404, absent


def test_a_tile_is_named_as_the_specification_says() -> None:
    assert tile("0", "x001/x234/067").number == 1_234_067
    assert (tile("3", "017.p/9").level, tile("3", "017.p/9").width) == (3, 9)
    for wrong in (
        "17",
        "1234",
        "x001",
        "017.p/256",
        "017.p/0",
        "017.p/01",
        "x1/017",
        "017/",
        "entries",
    ):
        with pytest.raises(Absent):
            tile("0", wrong)


def test_few_tiles_are_read_at_once(prover: Prover) -> None:
    reader = TileReader(prover)
    for _ in range(AT_ONCE):
        assert reader._turns.acquire(blocking=False)
    with pytest.raises(Temporary, match="ask again"):
        reader.read(tile("0", "000"))
    reader._turns.release()
    assert len(reader.read(tile("0", "000"))) == 8_192

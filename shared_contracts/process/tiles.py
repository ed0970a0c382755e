"""The log as static resources that foreign witnesses and tools read: C2SP tlog-tiles (S216-12).

Anybody may read them: they show hashes and how many events there are, and nothing of what is in
them. Entries are not served: they hold what is secret until bids are opened.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import APIRouter, Response

from shared_contracts.errors import Absent, Defect, Temporary
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.merkle import Subtree
from shared_contracts.event_log.prover import Prover

WIDTH = 256
"""Hashes in a full tile."""

AT_ONCE = 2
"""Most tiles that are read at once: strangers leave the store to those who work with it."""

_PLACE = re.compile(r"((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
"""The number of a tile in groups of three digits, and the width of a partial one."""

FOR_EVER = "public, max-age=31536000, immutable"
"""A tile never changes; a partial one is asked for by its width."""

SHORTLY = "max-age=5"
"""A checkpoint is followed by the next one."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile: its level, its number within it, and how many hashes it has."""

    level: int
    number: int
    width: int

    @property
    def nodes(self) -> tuple[Subtree, ...]:
        """Its hashes, left to right, as subtrees of the log."""
        first = self.number * WIDTH
        return tuple(Subtree(8 * self.level, first + each) for each in range(self.width))


def tile(level: str, place: str) -> Tile:
    """The tile of a path; raises Absent where no path of a tile is written so."""
    found = _PLACE.fullmatch(place)
    if found is None or not re.fullmatch(r"[0-7]", level):
        raise Absent("no tile is named so: tile/LEVEL/x001/234 or tile/LEVEL/x001/234.p/WIDTH")
    number = int(found[1].replace("x", "").replace("/", ""))
    width = int(found[2] or WIDTH)
    if width >= WIDTH and found[2]:
        raise Absent(f"a partial tile has 1 to {WIDTH - 1} hashes, not {width}")
    return Tile(int(level), number, width)


@dataclass(frozen=True, slots=True)
class TileReader:
    """Reads the tiles of the log of ``prover``, a few at once."""

    prover: Prover
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def read(self, asked: Tile) -> bytes:
        """The hashes of a tile, one after another.

        Raises Absent where the newest checkpoint does not reach its end, Temporary while others
        are read, Defect where the store lacks a node.
        """
        nodes = asked.nodes
        with self._turn():
            size = parse(self.prover.note()).size
            if nodes[-1].end > size:
                raise Absent(f"the newest checkpoint is of {size} events: it has no such tile")
            known = self.prover.tree.hashes(nodes)
        if len(known) < len(nodes):
            raise Defect("nodes of the tree are not kept: run `contracts audit` on this store")
        return b"".join(known[one] for one in nodes)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            raise Temporary(f"{AT_ONCE} tiles are being read: ask again in a moment")
        try:
            yield
        finally:
            self._turns.release()


def router(prover: Prover) -> APIRouter:
    """The routes under ``/log``."""
    routes = APIRouter(include_in_schema=False)
    reader = TileReader(prover)

    @routes.get("/log/checkpoint")
    def checkpoint() -> Response:
        """The newest signed checkpoint."""
        headers = {"Cache-Control": SHORTLY}
        return Response(prover.note(), media_type="text/plain; charset=utf-8", headers=headers)

    @routes.get("/log/tile/{level}/{place:path}")
    def hashes(level: str, place: str) -> Response:
        """A tile of hashes, full or partial, under the newest checkpoint."""
        body = reader.read(tile(level, place))
        headers = {"Cache-Control": FOR_EVER}
        return Response(body, media_type="application/octet-stream", headers=headers)

    return routes

"""The hand of a dishonest administrator: the owner of a store, the guards taken away meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import Connection

from deploy.drill.reforging import Reforging, with_key, without_key
from deploy.drill.sides import Side
from deploy.drill.snapshot import Snapshot
from shared_contracts.event_log.proofs.checkpoint import parse

GUARDED = ("events", "evidence", "claims", "checkpoints", "nodes")
"""Tables that only grow."""

WITHIN = ("checkpoints", "nodes")
"""Tables whose rows have to fit the log."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One connection of the owner to the store of a side, on which nothing is guarded."""

    snapshot: Snapshot
    side: Side
    owner: Connection[Any]

    def run(self, statement: LiteralString, *values: object) -> None:
        """Change rows; ValueError if none was changed, for then the drill shows nothing."""
        if self.owner.execute(statement, values).rowcount == 0:
            raise ValueError(f"nothing was changed by {statement}")

    def one(self, question: LiteralString, *values: object) -> Any:
        """The first value of the first row."""
        row = self.owner.execute(question, values).fetchone()
        if row is None:
            raise ValueError(f"no row for {question}")
        return row[0]

    def all(self, question: LiteralString, *values: object) -> Sequence[Any]:
        """The first value of each row."""
        return [row[0] for row in self.owner.execute(question, values).fetchall()]

    def reforge(self, *, key: bool) -> None:
        """Make the whole store consistent again, with the system's key or without it."""
        certificate, own = self.snapshot.certificate(self.side), self.snapshot.key(self.side)
        sign = with_key(own, certificate) if key else without_key
        Reforging(self.owner, self.side, sign).everything()

    @property
    def seen(self) -> int:
        """How many events of this log the other side has had proven."""
        return parse(self.snapshot.kept[self.side]).size

    @property
    def later(self) -> Sequence[str]:
        """The purchases that began after the backup."""
        return self.snapshot.later


@contextmanager
def hand_on(snapshot: Snapshot, side: Side, dsn: str) -> Iterator[Hand]:
    """Take the guards away, and put them back as they were."""
    with psycopg.connect(dsn, autocommit=True) as owner:
        for table in GUARDED:
            owner.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER ALL".encode())
        yield Hand(snapshot, side, owner)
        for table in GUARDED:
            owner.execute(f"ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER only_grows".encode())
        for table in WITHIN:
            owner.execute(f"ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER within_log".encode())

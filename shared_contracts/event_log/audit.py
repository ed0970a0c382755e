"""Checks a log from the outside: every leaf, link, evidence and checkpoint made anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from shared_contracts.event_log.checkpoint import BadCheckpoint, parse
from shared_contracts.event_log.leaf import GENESIS, chain, leaf
from shared_contracts.event_log.merkle import CompactRange

_EVENTS = (
    "SELECT position, originator_id, originator_version, topic, state, leaf, chain "
    "FROM log.events ORDER BY position"
)
_EVIDENCE = (
    "SELECT e.position, p.originator_id, p.name, p.sha256, p.body FROM log.evidence p "
    "LEFT JOIN log.events e USING (originator_id, originator_version) ORDER BY e.position"
)
_BATCH = 500


@dataclass(frozen=True)
class Difference:
    """The first place where the rows are not what was recorded.

    ``column`` is ``position`` (a gap), ``leaf`` (the event is not the one that was recorded),
    ``chain`` (a past before it was exchanged), ``tail``, ``evidence`` or ``checkpoint``.
    """

    position: int | None
    originator_id: UUID | None
    column: str
    stored: str
    computed: str


@dataclass(frozen=True)
class Audit:
    """The outcome: how many events were checked, their last link and root, what differs first."""

    size: int
    chain: bytes
    root: bytes
    difference: Difference | None = None


def audit(dsn: str) -> Audit:
    """Read the whole store once, as it stood at one moment, and make everything anew."""
    with psycopg.connect(dsn, autocommit=False) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        outcome = _check_events(connection)
        if outcome.difference is not None:
            return outcome
        found = _check_tail(connection, outcome) or next(_check_evidence(connection), None)
        return Audit(outcome.size, outcome.chain, outcome.root, found)


def _check_events(connection: Connection) -> Audit:
    link, tree = GENESIS, CompactRange()
    notes: dict[int, str] = dict(
        connection.execute("SELECT size, note FROM log.checkpoints").fetchall()
    )
    found = _check_checkpoint(notes.get(0), tree)
    for row in _rows(connection, _EVENTS):
        if found is not None:
            break
        found, link = _check_event(row, tree.size + 1, link)
        tree = tree.extended((row[5],))
        found = found or _check_checkpoint(notes.get(tree.size), tree)
    return Audit(tree.size, link, tree.root, found)


def _check_event(row: TupleRow, expected: int, link: bytes) -> tuple[Difference | None, bytes]:
    position, originator_id, version, topic, state, stored_leaf, stored_link = row
    made = leaf(originator_id, version, topic, state)
    following = chain(link, expected, made)
    for column, stored, computed in (
        ("position", str(position), str(expected)),
        ("leaf", stored_leaf.hex(), made.hex()),
        ("chain", stored_link.hex(), following.hex()),
    ):
        if stored != computed:
            return Difference(position, originator_id, column, stored, computed), following
    return None, following


def _check_checkpoint(note: str | None, tree: CompactRange) -> Difference | None:
    if note is None:
        return None
    try:
        told = parse(note)
    except BadCheckpoint as error:
        return Difference(tree.size, None, "checkpoint", str(error), tree.root.hex())
    if (told.size, told.root) == (tree.size, tree.root):
        return None
    return Difference(tree.size, None, "checkpoint", told.root.hex(), tree.root.hex())


def _check_tail(connection: Connection, outcome: Audit) -> Difference | None:
    """The end of the log is where it was left, and not before the newest checkpoint."""
    row = connection.execute(
        "SELECT position, chain, (SELECT max(size) FROM log.checkpoints) FROM log.tail"
    ).fetchone()
    position, link, promised = row or (0, b"", None)
    end = f"{outcome.size} {outcome.chain.hex()}"
    if f"{position} {link.hex()}" != end:
        latest = max(position, outcome.size)
        return Difference(latest, None, "tail", f"{position} {link.hex()}", end)
    if promised is not None and promised > outcome.size:
        return Difference(promised, None, "checkpoint", str(promised), str(outcome.size))
    return None


def _check_evidence(connection: Connection) -> Iterator[Difference]:
    for position, originator_id, name, digest, body in _rows(connection, _EVIDENCE):
        made = sha256(body).digest()
        if position is None or digest != made:
            column = f"evidence {name}"
            yield Difference(position, originator_id, column, digest.hex(), made.hex())


def _rows(connection: Connection, query: str) -> Iterator[TupleRow]:
    with connection.cursor(name="audit", binary=True) as cursor:
        cursor.itersize = _BATCH
        yield from cursor.execute(query.encode())

"""Checkpoints are what they seal, with the columns that stand beside their notes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from psycopg import Connection

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.proofs.checkpoint import BadCheckpoint, Checkpoint, parse
from shared_contracts.event_log.proofs.merkle import CompactRange

QUOTED = "quoted in a receipt"
_KEPT = "SELECT size, root, edge, note FROM log.checkpoints"

Reader = Callable[[str], Checkpoint]
"""Gives the checkpoint of a note, or raises BadCheckpoint: with or without its signature."""


@dataclass(frozen=True)
class Notes:
    """How notes of checkpoints are read, and those that were kept outside of the store."""

    read: Reader = parse
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredCheckpoints:
    """The checkpoints of the store by their sizes, and how their notes are read."""

    rows: dict[int, tuple[bytes, Sequence[object], str]]
    read: Reader
    others: tuple[tuple[Checkpoint, str], ...] = ()

    @classmethod
    def of(
        cls, connection: Connection, notes: Notes, quoted: Sequence[str] = ()
    ) -> "StoredCheckpoints":
        """What the store holds, with those that were kept outside or are quoted in receipts.

        A quoted note that cannot be read is not compared: its receipt differs from its event.
        """
        found = connection.execute(_KEPT).fetchall()
        others = [(notes.read(note), "kept outside") for note in notes.outside]
        for note in quoted:
            with suppress(BadCheckpoint):
                others.append((notes.read(note), QUOTED))
        rows = {row[0]: (row[1], row[2], row[3]) for row in found}
        return cls(rows, notes.read, tuple(others))


def check_checkpoint(kept: StoredCheckpoints, tree: CompactRange) -> Iterator[Difference]:
    """What differs in the checkpoint of this number of events, if one was made."""
    for told, where in kept.others:
        if told.size == tree.size and told.root != tree.root:
            promised = f"{told.root.hex()} by a checkpoint {where}"
            yield Difference(tree.size, None, "checkpoint", tree.root.hex(), promised)
    if tree.size not in kept.rows:
        return
    root, edge, note = kept.rows[tree.size]
    for stored, computed in (
        (_read(kept, note), f"{tree.size} {tree.root.hex()}"),
        (f"root {root.hex()}", f"root {tree.root.hex()}"),
        (_edge(edge), _edge(tree.edge)),
    ):
        if stored != computed:
            yield Difference(tree.size, None, "checkpoint", stored, computed)


def check_sizes(kept: StoredCheckpoints, size: int) -> Iterator[Difference]:
    """No checkpoint seals events that are not there, and the first one was made at the start."""
    for promised in sorted(number for number in kept.rows if number > size or number < 0):
        yield Difference(promised, None, "checkpoint", str(promised), f"{size} events")
    for told, where in kept.others:
        if told.size > size:
            known = f"{told.size} by a checkpoint {where}"
            yield Difference(told.size, None, "checkpoint", f"{size} events", known)
        elif told.size not in kept.rows and told.size:
            yield Difference(told.size, None, "checkpoint", "missing", f"a checkpoint {where}")
    if size and 0 not in kept.rows:
        why = "a checkpoint of the empty log: a system makes one when it first starts"
        yield Difference(0, None, "checkpoint", "missing", why)


def _read(kept: StoredCheckpoints, note: str) -> str:
    try:
        told = kept.read(note)
    except BadCheckpoint as error:
        return str(error)
    return f"{told.size} {told.root.hex()}"


def _edge(edge: Sequence[object]) -> str:
    """The hashes of an edge; what the column holds besides hashes is shown as it is."""
    hashes = (one.hex() if isinstance(one, bytes) else repr(one) for one in edge)
    return f"edge {' '.join(hashes)}"

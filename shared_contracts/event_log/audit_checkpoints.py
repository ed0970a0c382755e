"""Checkpoints are what they seal, with the columns that stand beside their notes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from psycopg import Connection

from shared_contracts.event_log.checkpoint import BadCheckpoint, Checkpoint, parse
from shared_contracts.event_log.finding import Difference
from shared_contracts.event_log.merkle import CompactRange

_KEPT = "SELECT size, root, edge, note FROM log.checkpoints"

Reader = Callable[[str], Checkpoint]
"""Gives the checkpoint of a note, or raises BadCheckpoint: with or without its signature."""


@dataclass(frozen=True)
class Notes:
    """How notes of checkpoints are read, and those that were kept outside of the store."""

    read: Reader = parse
    outside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """The checkpoints of the store by their sizes, and how their notes are read."""

    rows: dict[int, tuple[bytes, list[bytes], str]]
    read: Reader
    outside: tuple[Checkpoint, ...] = ()

    @classmethod
    def of(cls, connection: Connection, notes: Notes) -> "Kept":
        """What the store holds."""
        found = connection.execute(_KEPT).fetchall()
        outside = tuple(notes.read(note) for note in notes.outside)
        return cls({row[0]: (row[1], row[2], row[3]) for row in found}, notes.read, outside)


def check_checkpoint(kept: Kept, tree: CompactRange) -> Iterator[Difference]:
    """What differs in the checkpoint of this number of events, if one was made."""
    for told in kept.outside:
        if told.size == tree.size and told.root != tree.root:
            promised = f"{told.root.hex()} by a checkpoint kept outside"
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


def check_sizes(kept: Kept, size: int) -> Iterator[Difference]:
    """No checkpoint seals events that are not there, and the first one was made at the start."""
    for promised in sorted(number for number in kept.rows if number > size or number < 0):
        yield Difference(promised, None, "checkpoint", str(promised), f"{size} events")
    for told in kept.outside:
        if told.size > size:
            known = f"{told.size} by a checkpoint kept outside"
            yield Difference(told.size, None, "checkpoint", f"{size} events", known)
    if size and 0 not in kept.rows:
        why = "a checkpoint of the empty log: a system makes one when it first starts"
        yield Difference(0, None, "checkpoint", "missing", why)


def _read(kept: Kept, note: str) -> str:
    try:
        told = kept.read(note)
    except BadCheckpoint as error:
        return str(error)
    return f"{told.size} {told.root.hex()}"


def _edge(edge: object) -> str:
    hashes = [bytes(one).hex() for one in edge] if isinstance(edge, list | tuple) else []
    return f"edge {' '.join(hashes)}"

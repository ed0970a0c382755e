"""What an audit found: differences between the rows and what was recorded."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from uuid import UUID

from typing_extensions import override

KEPT = 100
"""Differences that an audit tells one by one; the others are counted."""


@dataclass(frozen=True)
class Difference:
    """A place where the rows are not what was recorded.

    ``column`` says what differs: ``position`` (a gap), ``leaf`` (the event is not the one that was
    recorded), ``chain`` (what stood before it was exchanged), ``recorded_at``, ``topic``, ``tail``,
    ``evidence NAME``, ``checkpoint``, ``node``, ``head``, ``head state``, ``state``, ``claim``,
    ``view TABLE COLUMN``, ``views``, ``tracking``, ``guard``, ``privilege`` or ``migration``.
    """

    position: int | None
    originator_id: UUID | None
    column: str
    stored: str
    computed: str

    @override
    def __str__(self) -> str:
        """The difference in a line for people."""
        of = f" of {self.originator_id}" if self.originator_id else ""
        at = f" at position {self.position}" if self.position is not None else ""
        return f"{self.column}{of}{at}: stored {self.stored}; computed {self.computed}"


@dataclass(frozen=True)
class FoundDifferences:
    """What a part of an audit found: the first ``KEPT`` differences, and how many there are."""

    first: tuple[Difference, ...] = ()
    count: int = 0

    @classmethod
    def of(cls, differences: Iterable[Difference]) -> "FoundDifferences":
        """All of them are looked for, the first are kept."""
        each = iter(differences)
        first = tuple(islice(each, KEPT))
        return cls(first, len(first) + sum(1 for _ in each))

    @classmethod
    def joined(cls, parts: Iterable["FoundDifferences"]) -> "FoundDifferences":
        """Those of several parts, one after another."""
        first: list[Difference] = []
        count = 0
        for part in parts:
            first += part.first[: KEPT - len(first)]
            count += part.count
        return cls(tuple(first), count)


@dataclass(frozen=True)
class Audit:
    """The outcome: how many events were checked, their last link and root, what differs.

    ``differences`` are the first ``KEPT`` of the ``found`` differences; ``left_out`` says what was
    not compared, and why.
    """

    size: int
    chain: bytes
    root: bytes
    differences: tuple[Difference, ...] = ()
    found: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def difference(self) -> Difference | None:
        """The first difference."""
        return self.differences[0] if self.differences else None


def as_text(audit: Audit, *, as_json: bool = False) -> Iterator[str]:
    """The outcome in lines for people, or as one JSON object."""
    if as_json:
        differences = [asdict(one) for one in audit.differences]
        known = {"size": audit.size, "chain": audit.chain.hex(), "root": audit.root.hex()}
        content = {
            **known,
            "found": audit.found,
            "left_out": audit.left_out,
            "differences": differences,
        }
        yield json.dumps(content, ensure_ascii=False, indent=2, default=str)
    elif not audit.found:
        yield f"{audit.size} events are as recorded; chain {audit.chain.hex()}"
    else:
        yield from (f"NOT AS RECORDED: {one}" for one in audit.differences)
        yield f"{audit.found} differences in {audit.size} events"
        if audit.found > len(audit.differences):
            yield f"the first {len(audit.differences)} are told"
    if not as_json:
        yield from (f"NOT COMPARED: {one}" for one in audit.left_out)

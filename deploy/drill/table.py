"""What a drill found: the table for people, and the results for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.drill.sides import Side


@dataclass(frozen=True, slots=True)
class DrillResult:
    """What one audit said in one drill, and what it had to say."""

    drill: str
    side: Side
    audit: str
    depth: str
    remembers: bool
    found: bool
    named: tuple[str, ...]
    expected: tuple[str, ...]
    as_expected: bool
    message: str
    proves_nothing: str
    """Why no audit has to find it, if none has to."""


def written(results: Iterable[DrillResult], path: Path) -> None:
    """Write JSON: ``answers`` of each drill, side and audit, ``depths`` of each drill and side."""
    told = list(results)
    rows = [
        {
            "drill": one.drill,
            "side": one.side,
            "audit": one.audit,
            "depth": one.depth,
            "found": one.found,
            "named": list(one.named),
            "expected": list(one.expected),
            "as_expected": one.as_expected,
            "other_side": one.remembers,
            "proves_nothing": one.proves_nothing,
            "message": one.message,
        }
        for one in told
    ]
    content = {"answers": rows, "depths": [asdict(one) for one in depths_of(told)]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def lines(results: Sequence[DrillResult]) -> list[str]:
    """One drill on one side: who found it, who did not, what was said."""
    first = results[0]
    found = [one for one in results if one.found]
    missed = [one.audit for one in results if not one.found]
    alone = bool(found) and all(one.remembers for one in found)
    told = [f"{first.drill} [{first.side}]"]
    told += [f"    found by {one.audit}: {_short(one.message)}" for one in found]
    told.append(f"    not found by: {', '.join(missed) or 'none'}")
    if not found and first.proves_nothing:
        told.append(f"    proves nothing: {first.proves_nothing}")
    if alone:
        told.append("    only the other side's memory, or a copy kept outside, finds it")
    told += [
        f"    NOT AS EXPECTED: {one.audit} names {list(one.named)}, expected {list(one.expected)}"
        for one in results
        if not one.as_expected
    ]
    return told


@dataclass(frozen=True, slots=True)
class DrillDepths:
    """Of each depth, by its name, whether it finds a drill on a side; None where not asked."""

    drill: str
    side: Side
    found_at: Mapping[str, bool | None]
    only_other_side: bool
    """Whether it is found, and by the other side's memory or a copy kept outside alone."""


def depths_of(results: Sequence[DrillResult]) -> list[DrillDepths]:
    """The table of depths, a row for each drill and side."""
    depths = list(dict.fromkeys(one.depth for one in results))
    runs = dict[tuple[str, Side], list[DrillResult]]()
    for one in results:
        runs.setdefault((one.drill, one.side), []).append(one)
    told = []
    for (drill, side), answers in runs.items():
        found = [one for one in answers if one.found]
        at, asked = {one.depth for one in found}, {one.depth for one in answers}
        alone = bool(found) and all(one.remembers for one in found)
        found_at = {one: one in at if one in asked else None for one in depths}
        told.append(DrillDepths(drill, side, found_at, alone))
    return told


_MARKS = {True: "x", False: ".", None: "-"}
"""Found, not found, not asked."""


def by_depth(results: Sequence[DrillResult]) -> list[str]:
    """Which drill each depth finds on each side, and which none but the other side's memory."""
    rows = depths_of(results)
    depths = list(rows[0].found_at) if rows else []
    told = [f"{'drill':62} {'side':9} {'  '.join(depths)}  only the other side"]
    for one in rows:
        marks = (_MARKS[found] for found in one.found_at.values())
        row = "  ".join(mark.center(len(depth)) for mark, depth in zip(marks, depths, strict=True))
        alone = "x" if one.only_other_side else "."
        told.append(f"{one.drill[:62]:62} {one.side:9} {row}  {alone}")
    return told


def _short(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[:most]}…"

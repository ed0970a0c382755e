"""What a run tells: the machine, a line for each figure, notes, and the file of results."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

from tests.bench.measure import Figure
from tests.bench.targets import TARGETS

RESULTS = Path(".bench") / "results.json"


def machine(dsn: str) -> str:
    """Cores, Python, PostgreSQL, and whether the server waits for the disk."""
    with psycopg.connect(dsn) as connection:
        server = connection.info.parameter_status("server_version")
        row = connection.execute("SHOW fsync").fetchone()
    fsync = row[0] if row else "?"
    return (
        f"machine: {len(os.sched_getaffinity(0))} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {server}, fsync {fsync}, "
        f"load {os.getloadavg()[0]:.1f} at the start"
    )


def lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The table."""
    yield f"{'figure':24} {'ratio':>7} {'(min-max)':>15} {'ours':>10} {'baseline':>10} runs unit"
    for each in figures:
        spread = f"({each.low:.2f}-{each.high:.2f})"
        yield (
            f"{each.name:24} {each.ratio:7.2f} {spread:>15} {each.ours:10.1f} "
            f"{each.baseline:10.1f} {each.runs:4} {each.unit}{_target(each)}"
        )
    yield "ratio > 1: ours does more; where the unit is a time: ours takes longer"


def _target(each: Figure) -> str:
    target = TARGETS[each.name]
    return f", target {target.told(each.unit)} {'met' if target.met_by(each) else 'MISSED'}"


def _result(each: Figure) -> dict[str, object]:
    target = TARGETS[each.name]
    return {
        **each.result,
        "target": {"of": target.of, "sign": target.sign, "limit": target.limit},
        "met": target.met_by(each),
    }


def write(figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Write the file of results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {each.name: _result(each) for each in figures}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

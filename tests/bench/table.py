"""What a run tells: the machine, a line for each figure, notes, and the file of results."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psycopg

from tests.bench.measure import Figure

TARGETS: Mapping[str, tuple[str, float]] = {
    "verify_2k_vs_signxml": (">=", 3),
    "verify_20k_vs_signxml": (">=", 3),
    "append_32_vs_library": (">=", 4),
    "intake_vs_plain": (">=", 4),
    "verify_gost_pure": (">=", 25),
    "verify_gost_openssl": (">=", 300),
    "rebuild_vs_library": (">=", 4),
    "cost_500k_vs_10k": ("<=", 1.2),
    "known_p95_silent_vs_quiet": ("<=", 2),
    "deep_page_vs_first": ("<=", 1.5),
}
"""What the project holds itself to."""

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
    yield (
        "ratio > 1: ours does more; of intake_vs_floor, cost_500k_vs_10k and "
        "*_cpu_100_wait_vs_one: ours takes longer"
    )


def _target(each: Figure) -> str:
    if each.name not in TARGETS:
        return ""
    sign, limit = TARGETS[each.name]
    met = each.ratio >= limit if sign == ">=" else each.ratio <= limit
    return f", target {sign} {limit:g} {'met' if met else 'MISSED'}"


def write(figures: Sequence[Figure], path: Path = RESULTS) -> None:
    """Write the file of results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {each.name: each.result for each in figures}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

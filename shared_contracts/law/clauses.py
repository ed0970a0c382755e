"""The table of clauses; ``python -m shared_contracts.law.clauses`` prints it."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap

import msgspec

from shared_contracts.law.citations import citations_in
from shared_contracts.law.outcomes import present
from shared_contracts.law.table import ClauseVerdict, Gaps, Row, find_gaps, read_clauses, table

TABLE = Path(".law/clauses.json")
"""Where the table is written, under the project's folder."""

HEADINGS = {
    "S216": "Order No 216 of 28.05.2018: hydrocarbons and uranium",
    "S95": "Order No 95 of 30.01.2015: the earlier regime",
    "DES": "Needed by software, in neither order",
}
"""What stands above the clauses of each order."""

WIDTH = 110
"""Characters in a printed line."""

INDENT = 39
"""Characters before the words of a clause: id, kind, verdict."""


RUN_THE_TESTS = "Run the tests (make test) to see what is proven."
"""Printed while tests are cited that were not run."""


def main(arguments: Sequence[str], folder: Path) -> int:
    """Print the table for the project in ``folder`` and write it to ``.law/clauses.json``.

    With ``--missing`` print only where catalogue and tests do not agree. Returns the exit code:
    0 well; 1 with ``--missing``, if there are gaps; 2 if asked wrongly.
    """
    if set(arguments) - {"--missing"} or not (folder / "tests").is_dir():
        sys.stderr.write(
            "Run this in the project's folder, which holds tests/; option: --missing\n"
        )
        return 2
    citations = tuple(citations_in(folder / "tests"))
    rows = table(read_clauses(), citations, present(folder, citations))
    gaps = find_gaps(rows, citations)
    write_table(rows, folder / TABLE)
    if "--missing" in arguments:
        sys.stdout.write(printed_gaps(gaps))
        return 1 if gaps else 0
    sys.stdout.write(printed_table(rows) + printed_gaps(gaps))
    return 0


def write_table(rows: Sequence[Row], target: Path) -> None:
    """Write ``rows`` as JSON to ``target``, for other programs."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(msgspec.json.format(msgspec.json.encode(rows), indent=1) + b"\n")


def printed_table(rows: Sequence[Row]) -> str:
    """All ``rows`` in columns, order by order, and their summary."""
    blocks = [_block(order, tuple(group)) for order, group in groupby(rows, _order)]
    return "\n".join((*blocks, _summary(rows), ""))


def printed_gaps(gaps: Gaps) -> str:
    """Where catalogue and tests do not agree, one line for each kind of gap."""
    told = (
        ("Cited by no test and without a reason", gaps.uncited),
        ("Cited by a test, yet in no order", gaps.unknown),
        ("Cited by a test, yet with a reason not to be tested", gaps.needless),
    )
    return "".join(f"{words} ({len(ids)}): {', '.join(ids)}\n" for words, ids in told if ids)


def _order(row: Row) -> str:
    return row.clause.partition("-")[0]


def printed_rows(rows: Sequence[Row]) -> str:
    """``rows`` in columns, each with its tests or the reason why it has none."""
    return "\n".join(line for row in rows for line in _lines(row))


def _block(order: str, rows: Sequence[Row]) -> str:
    return "\n".join((HEADINGS[order], "", printed_rows(rows), ""))


def _lines(row: Row) -> Iterator[str]:
    """One clause: its words beside it, below them the tests or the reason why there are none."""
    head = f"{row.clause:<14} {row.kind:<6} {row.verdict:<16} "
    yield from wrap(row.paraphrase, WIDTH, initial_indent=head, subsequent_indent=" " * INDENT)
    for note in _notes(row):
        yield from wrap(
            note,
            WIDTH,
            initial_indent=" " * INDENT + "· ",
            subsequent_indent=" " * INDENT + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _notes(row: Row) -> Iterator[str]:
    if row.so_far:
        yield f"so far: {row.so_far}"
    if row.reason:
        yield row.reason
    yield from row.tests


def _summary(rows: Sequence[Row]) -> str:
    found = Counter(row.verdict for row in rows)
    told = ", ".join(f"{found[verdict]} {verdict}" for verdict in ClauseVerdict if found[verdict])
    advice = f" {RUN_THE_TESTS}" if found[ClauseVerdict.CITED] else ""
    return f"{len(rows)} clauses: {told}.{advice}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))

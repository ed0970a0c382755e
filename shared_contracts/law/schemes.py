"""The schemes of annex 2 and the rows of annex 3; ``python -m shared_contracts.law.schemes``."""

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from shared_contracts.law.citations import citations_in
from shared_contracts.law.clauses import RUN_THE_TESTS, TABLE, printed_rows, write_table
from shared_contracts.law.outcomes import present
from shared_contracts.law.table import ClauseVerdict, Row, read_clauses, table

SCHEMES = TABLE.with_name("schemes.json")
"""Where the table is written, under the project's folder."""

STEP = re.compile(r"S216-A2\.(?P<scheme>\d)\.\d+|S216-A3\.(?P<row>\d)[a-z]?")
"""A step of a scheme, its mode being step 0, or a row of annex 3."""


def main(folder: Path) -> int:
    """Print every step and row with the tests that play it, and write them as JSON.

    Returns the exit code: 0, or 2 where ``folder`` is not the project's.
    """
    if not (folder / "tests").is_dir():
        sys.stderr.write("Run this in the project's folder, which holds tests/\n")
        return 2
    citations = tuple(citations_in(folder / "tests"))
    rows = steps(table(read_clauses(), citations, present(folder, citations)))
    write_table(rows, folder / SCHEMES)
    sys.stdout.write("\n".join(printed(rows)) + "\n")
    return 0


def steps(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Those of the clauses that are a step of a scheme or a row of annex 3, in their order."""
    return tuple(row for row in rows if STEP.fullmatch(row.clause))


def printed(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of the table: each scheme and row, how much of it is tested, and by what."""
    for heading, group in groupby(rows, _heading):
        told = tuple(group)
        tested = sum(row.verdict is ClauseVerdict.TESTED for row in told)
        yield f"{heading}: {tested} of {len(told)} tested"
        yield from ("", printed_rows(told), "")
    if any(row.verdict is ClauseVerdict.CITED for row in rows):
        yield RUN_THE_TESTS


def _heading(row: Row) -> str:
    found = STEP.fullmatch(row.clause)
    if found is None:
        raise ValueError(f"{row.clause} is neither a step nor a row")
    if found["scheme"]:
        return f"Annex 2, scheme {found['scheme']}"
    return f"Annex 3, row {found['row']}"


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))

"""The clauses of both orders, and what is known of each from the tests that cite it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from shared_contracts.law.citations import Citation

CATALOGUE = Path(__file__).with_name("clauses.csv")
"""Where the clauses stand."""


class Verdict(StrEnum):
    """What is known of a clause."""

    TESTED = "tested"
    NOT_TESTED = "not tested"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what software owes it (I, C, D, N), our paraphrase, why it is not tested.

    ``so_far`` says which part of it is built when that is not the whole; ``owner_issue`` is the
    issue that builds it, or ``later``.
    """

    id: str
    kind: str
    paraphrase: str
    owner_issue: str
    reason: str
    so_far: str


class Row(msgspec.Struct, frozen=True):
    """One line of the table of clauses."""

    clause: str
    kind: str
    paraphrase: str
    tests: tuple[str, ...]
    reason: str
    verdict: Verdict
    so_far: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """Where the catalogue and the tests do not agree; nothing may stand here in the end.

    ``uncited``: neither cited by a test nor excused; ``unknown``: cited, yet no clause;
    ``needless``: excused although cited.
    """

    uncited: tuple[str, ...]
    unknown: tuple[str, ...]
    needless: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is any gap."""
        return bool(self.uncited or self.unknown or self.needless)


def read_clauses(source: Path = CATALOGUE) -> tuple[Clause, ...]:
    """All clauses, in the order of the orders."""
    with source.open(encoding="utf-8", newline="") as lines:
        return tuple(Clause(**line) for line in csv.DictReader(lines))


def verdict(clause: Clause, tests: Sequence[str]) -> Verdict:
    """What is known of ``clause``, which ``tests`` cite."""
    if clause.kind == "N":
        return Verdict.NOT_APPLICABLE
    return Verdict.TESTED if tests else Verdict.NOT_TESTED


def table(clauses: Iterable[Clause], citations: Iterable[Citation]) -> tuple[Row, ...]:
    """Every clause with the tests that cite it."""
    tests = _by_clause(citations)
    return tuple(_row(clause, tests.get(clause.id, ())) for clause in clauses)


def _by_clause(citations: Iterable[Citation]) -> Mapping[str, tuple[str, ...]]:
    tests: dict[str, tuple[str, ...]] = {}
    for citation in citations:
        tests[citation.clause] = (*tests.get(citation.clause, ()), citation.test)
    return tests


def _row(clause: Clause, tests: tuple[str, ...]) -> Row:
    return Row(
        clause=clause.id,
        kind=clause.kind,
        paraphrase=clause.paraphrase,
        tests=tests,
        reason=clause.reason,
        verdict=verdict(clause, tests),
        so_far=clause.so_far,
    )


def find_gaps(rows: Sequence[Row], citations: Iterable[Citation]) -> Gaps:
    """Where catalogue and tests do not agree."""
    known = {row.clause for row in rows}
    cited = dict.fromkeys(citation.clause for citation in citations)
    return Gaps(
        uncited=tuple(row.clause for row in rows if not row.tests and not row.reason),
        unknown=tuple(clause for clause in cited if clause not in known),
        needless=tuple(row.clause for row in rows if row.tests and row.reason),
    )

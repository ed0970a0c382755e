"""The clauses of both orders, and what is known of each from the tests that cite it."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import msgspec

from shared_contracts.law.citations import Citation
from shared_contracts.law.outcomes import Outcomes, RunOutcome

CATALOGUE = Path(__file__).with_name("clauses.csv")
"""Where the clauses stand."""


NOTHING_RAN: Mapping[str, RunOutcome] = MappingProxyType({})
"""The outcomes where no test ran yet."""


class ClauseVerdict(StrEnum):
    """What is known of a clause.

    ``CITED``: a test claims to prove it, and did not run here since it was last changed.
    """

    TESTED = "tested"
    CITED = "cited, not run"
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
    verdict: ClauseVerdict
    so_far: str
    excused: bool = False


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


def verdict(clause: Clause, tests: Sequence[str], outcomes: Outcomes) -> ClauseVerdict:
    """What is known of ``clause``, which ``tests`` cite, by what became of them."""
    if clause.kind == "N":
        return ClauseVerdict.NOT_APPLICABLE
    known = [outcomes[test] for test in tests if test in outcomes]
    if any(outcome.failed for outcome in known):
        return ClauseVerdict.NOT_TESTED
    if any(outcome.proves for outcome in known):
        return ClauseVerdict.TESTED
    return ClauseVerdict.CITED if len(known) < len(tests) else ClauseVerdict.NOT_TESTED


def table(
    clauses: Iterable[Clause], citations: Iterable[Citation], outcomes: Outcomes = NOTHING_RAN
) -> tuple[Row, ...]:
    """Every clause with the tests that cite it, and what they proved when they last ran."""
    tests = _by_clause(citations)
    return tuple(_row(clause, tests.get(clause.id, ()), outcomes) for clause in clauses)


def _by_clause(citations: Iterable[Citation]) -> Mapping[str, tuple[str, ...]]:
    tests: dict[str, tuple[str, ...]] = {}
    for citation in citations:
        tests[citation.clause] = (*tests.get(citation.clause, ()), citation.test)
    return tests


def _row(clause: Clause, tests: tuple[str, ...], outcomes: Outcomes) -> Row:
    return Row(
        clause=clause.id,
        kind=clause.kind,
        paraphrase=clause.paraphrase,
        tests=tests,
        reason=clause.reason or _reason(tests, outcomes),
        verdict=verdict(clause, tests, outcomes),
        so_far=clause.so_far,
        excused=bool(clause.reason),
    )


def _reason(tests: tuple[str, ...], outcomes: Outcomes) -> str:
    """Why tests that cite a clause do not prove it: they failed or were skipped."""
    for test in tests:
        outcome = outcomes.get(test)
        if outcome is not None and outcome.failed:
            return f"failed: {test}"
    known = [outcomes[test] for test in tests if test in outcomes]
    if known and not any(outcome.proves for outcome in known):
        return known[0].reason
    return ""


def find_gaps(rows: Sequence[Row], citations: Iterable[Citation]) -> Gaps:
    """Where catalogue and tests do not agree, whatever became of the tests."""
    known = {row.clause for row in rows}
    cited = dict.fromkeys(citation.clause for citation in citations)
    return Gaps(
        uncited=tuple(row.clause for row in rows if not row.tests and not row.reason),
        unknown=tuple(clause for clause in cited if clause not in known),
        needless=tuple(row.clause for row in rows if row.tests and row.excused),
    )

"""Which terms have to be told of: a reminder before the end, and once that they are overdue."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from registry.admission.case import AdmissionCase, told_as
from registry.admission.regulation import TermConsequence
from registry.admission.running_terms import StandingTerm, TermStatus


def untold(
    case: AdmissionCase, terms: Iterable[StandingTerm], at: datetime
) -> list[tuple[StandingTerm, bool]]:
    """Terms of which nobody was told yet as of a moment, each with whether it is overdue."""
    return [
        (term, overdue)
        for term, overdue in _due(terms, at)
        if told_as(term.term, term.counted.since, overdue=overdue) not in case.told
    ]


def _due(terms: Iterable[StandingTerm], at: datetime) -> Iterator[tuple[StandingTerm, bool]]:
    for term in terms:
        if term.consequence is not TermConsequence.OVERDUE:
            continue
        if term.status is TermStatus.OVERDUE:
            yield term, True
        elif term.status is TermStatus.RUNNING and at >= term.remind_at:
            yield term, False

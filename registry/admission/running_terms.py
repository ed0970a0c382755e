"""The terms of an application: each with its days, who has to act, and how it stands."""

from collections.abc import Iterator
from datetime import datetime, time
from enum import StrEnum

import msgspec

from registry.admission.case import ENDED, AdmissionCase, AdmissionStatus, Happened
from registry.admission.regulation import Regulation, RegulationTerm, TermConsequence
from shared_contracts.astana_time import ASTANA
from shared_contracts.calendar.terms import CountedTerm, TermUnit, count
from shared_contracts.calendar.working_days import CalendarEdition


class TermStatus(StrEnum):
    """How a term stands."""

    RUNNING = "RUNNING"
    KEPT = "KEPT"
    OVERDUE = "OVERDUE"
    """It is over, and what it waits for did not happen."""
    KEPT_LATE = "KEPT_LATE"
    LAPSED = "LAPSED"
    """The application ended before."""
    LOOKED_BACK = "LOOKED_BACK"


class StandingTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A term of an application; ``remind_at`` is when who has to act is reminded."""

    admission_id: str
    term: str
    clause: str
    who: tuple[str, ...]
    consequence: TermConsequence
    reading: str | None
    counted: CountedTerm
    remind_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    status: TermStatus


def standing_terms(
    case: AdmissionCase, law: Regulation, calendar: CalendarEdition, at: datetime
) -> list[StandingTerm]:
    """All terms that ran or run, in the order of their beginning; one begins anew in each round.

    ``BadInput`` where the calendar ends before a term does.
    """
    found = [
        _standing(case, term, number, calendar, at)
        for term in law.term
        for number, one in enumerate(case.happened)
        if one.what == term.since
    ]
    return sorted(found, key=lambda one: one.counted.since)


def _standing(
    case: AdmissionCase, term: RegulationTerm, number: int, calendar: CalendarEdition, at: datetime
) -> StandingTerm:
    counted = count(term.length, case.happened[number].at, calendar)
    ended = next(_ending(case, term, number), None)
    return StandingTerm(
        admission_id=str(case.admission_id),
        term=term.id,
        clause=term.clause,
        who=term.who,
        consequence=term.consequence,
        reading=term.reading,
        counted=counted,
        remind_at=datetime.combine(counted.last_day, time(), ASTANA),
        ended_by=None if ended is None else ended.what,
        ended_at=None if ended is None else ended.at,
        status=_status(case, term, counted, ended, at),
    )


def _ending(case: AdmissionCase, term: RegulationTerm, number: int) -> Iterator[Happened]:
    return (one for one in case.happened[number + 1 :] if one.what in term.until)


def _status(
    case: AdmissionCase,
    term: RegulationTerm,
    counted: CountedTerm,
    ended: Happened | None,
    at: datetime,
) -> TermStatus:
    if term.length.unit is TermUnit.YEARS_BACK:
        return TermStatus.LOOKED_BACK
    lasts = term.consequence is TermConsequence.LASTS
    if ended is not None:
        return TermStatus.KEPT if lasts or counted.is_kept(ended.at) else TermStatus.KEPT_LATE
    if case.status in ENDED or case.status is AdmissionStatus.IN_OPERATION:
        return TermStatus.LAPSED
    return TermStatus.RUNNING if lasts or counted.is_kept(at) else TermStatus.OVERDUE

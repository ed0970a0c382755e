"""The terms of an application: when each ends, who has to act, and what became of it."""

from datetime import datetime

import msgspec
import pytest

from registry.admission.asked import NotifyApplicant, ReturnApplication
from registry.admission.case import AdmissionStatus
from registry.admission.events import ReturnReason
from registry.admission.running_terms import StandingTerm, TermStatus, standing_terms
from registry.admission.telling import untold
from shared_contracts.astana_time import ASTANA
from tests.clauses import clause
from tests.registry.admission.samples import (
    CALENDAR,
    S95,
    S216,
    Told,
    by,
    told_95,
    told_216,
)


def term(told: Told, name: str) -> StandingTerm:
    """The newest term of that name."""
    found = standing_terms(told.case, told.law, CALENDAR, told.at)
    return next(one for one in reversed(found) if one.term == name)


def at(told: Told, moment: str) -> Told:
    """It is that moment."""
    told.at = datetime.fromisoformat(moment).replace(tzinfo=ASTANA)
    return told


@clause("S216-6.2a", "S216-6.2b")
def test_the_five_days_of_the_check_end_on_the_seventh_of_september() -> None:
    told = told_216().filed()
    running = term(told, "D-APP")
    assert running.counted.last_day.isoformat() == "2018-09-07"
    assert (running.who, running.status) == (("AUTH_SOLID",), TermStatus.RUNNING)
    at(told, "2018-09-07T23:59:59").tell(NotifyApplicant(by("AUTH_SOLID")))
    kept = term(told, "D-APP")
    assert (kept.status, kept.ended_by) == (TermStatus.KEPT, "NOTIFIED")


@clause("S216-6.2a", "S216-6.2c")
def test_an_answer_after_the_term_is_late_and_still_an_answer() -> None:
    told = at(told_216().filed(), "2018-09-08T00:00:00")
    assert term(told, "D-APP").status is TermStatus.OVERDUE
    reason = ReturnReason(clause="S216-6.1", text="Нет аттестата")
    told.tell(ReturnApplication(by("AUTH_SOLID"), (reason,)))
    assert term(told, "D-APP").status is TermStatus.KEPT_LATE


@clause("S216-7.2", "S216-7.4", "S216-7.5", "S216-8.1c", "S216-8.2a", "S216-8.2c")
@clause("S95-9a", "S95-9c", "S95-13.4", "S95-16.1a", "S95-16.2")
@pytest.mark.parametrize(
    ("law", "name", "number", "unit", "who"),
    [
        (S216, "D-APP", 5, "WORKING_DAYS", ("AUTH_SOLID",)),
        (S216, "D-FUNC", 10, "WORKING_DAYS", ("GROUP", "APPLICANT")),
        (S216, "D-START8", 3, "WORKING_DAYS", ("GROUP", "APPLICANT")),
        (S216, "D-FIX-F", 5, "WORKING_DAYS", ("APPLICANT",)),
        (S216, "D-FIX-P", 3, "WORKING_DAYS", ("APPLICANT",)),
        (S216, "D-ACC", 3, "WORKING_DAYS", ("GROUP",)),
        (S216, "D-FIX-A", 3, "WORKING_DAYS", ("APPLICANT",)),
        (S95, "D-S95-5Y", 5, "YEARS_BACK", ("APPLICANT",)),
        (S95, "D-S95-APP", 20, "WORKING_DAYS", ("AUTHORITY",)),
        (S95, "D-S95-TRIAL", 20, "WORKING_DAYS", ("AUTHORITY", "APPLICANT")),
        (S95, "D-S95-REWORK", 60, "CALENDAR_DAYS", ("AUTHORITY",)),
        (S95, "D-S95-PRE", 14, "CALENDAR_DAYS", ("GROUP", "AUTHORITY", "APPLICANT")),
        (S95, "D-S95-ACC", 15, "WORKING_DAYS", ("AUTHORITY",)),
        (S95, "D-S95-ACT", 5, "WORKING_DAYS", ("AUTHORITY",)),
    ],
)  # fmt: skip
def test_every_term_of_the_orders_runs_from_its_event_to_its_event(
    law: object, name: str, number: int, unit: str, who: tuple[str, ...]
) -> None:
    told = _all_of(told_216() if law is S216 else told_95())
    found = term(told, name)
    assert (found.counted.length.number, found.counted.length.unit) == (number, unit)
    assert found.who == who
    kept = {TermStatus.KEPT, TermStatus.KEPT_LATE, TermStatus.LOOKED_BACK}
    assert found.status in kept


def _all_of(told: Told) -> Told:
    """A case in which every term of its law ran and ended: each step fails once."""
    told.notified()
    for stage in told.law.stage:
        if stage.optional:
            continue
        told.passed(stage.id, fits=False).later(1).mended(stage.id).later(1)
        told.passed(stage.id).later(1)
    return told.act().delivered("ACT")


def test_a_term_begins_anew_in_each_round() -> None:
    told = told_216().notified().passed("FUNCTIONAL_CHECK", fits=False).mended("FUNCTIONAL_CHECK")
    told.passed("FUNCTIONAL_CHECK", fits=False)
    found = standing_terms(told.case, told.law, CALENDAR, told.at)
    assert [one.status for one in found if one.term == "D-FIX-F"] == ["KEPT", "RUNNING"]


@clause("S95-13.2")
def test_a_step_that_lasts_is_never_overdue() -> None:
    told = told_95().notified().passed("SERVICES").passed("STAND_TESTS").begun("TRIAL_OPERATION")
    assert term(told.later(90), "D-S95-TRIAL").status is TermStatus.RUNNING


def test_who_has_to_act_is_reminded_on_the_last_day_and_told_once_when_it_is_over() -> None:
    told = told_216().filed()

    def due() -> list[tuple[str, bool]]:
        terms = standing_terms(told.case, told.law, CALENDAR, told.at)
        return [(one.term, late) for one, late in untold(told.case, terms, told.at)]

    assert due() == []
    assert (at(told, "2018-09-06T23:59:59"), due())[1] == []
    assert (at(told, "2018-09-07T00:00:00"), due())[1] == [("D-APP", False)]
    assert (at(told, "2018-09-08T00:00:00"), due())[1] == [("D-APP", True)]


def test_terms_of_an_ended_application_lapse() -> None:
    told = told_216().notified().passed("FUNCTIONAL_CHECK", fits=False)
    ended = msgspec.structs.replace(told.case, status=AdmissionStatus.STOPPED)
    [mending] = [
        one for one in standing_terms(ended, told.law, CALENDAR, told.at) if one.term == "D-FIX-F"
    ]
    assert mending.status is TermStatus.LAPSED

"""No sequence of commands reaches an act without the protocols before it, each in its copies."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import TypeGuard

from hypothesis import given, settings, target
from hypothesis import strategies as st

from registry.admission.asked import (
    AbandonApplication,
    AdmissionCommand,
    BeginStage,
    ConcludeStage,
    CreateGroup,
    DeliverCopy,
    DrawUpAct,
    NotifyApplicant,
    RefuseSynchronisation,
    ReportMended,
    ReturnApplication,
)
from registry.admission.case import AdmissionStatus
from registry.admission.events import (
    ActDrawnUp,
    AdmissionFiled,
    AdmissionNotified,
    AdmissionOpened,
    CopyDelivered,
    ReturnReason,
    StageConcluded,
    StageVerdict,
    WorkingGroupCreated,
)
from registry.admission.running_terms import standing_terms
from registry.admission.stages import next_stages
from shared_contracts.astana_time import ASTANA
from shared_contracts.calendar.terms import TermUnit
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event
from tests.clauses import clause
from tests.registry.admission.samples import (
    CALENDAR,
    Told,
    by,
    conclusion,
    entry,
    members,
    signed,
    told_95,
    told_216,
)
from tests.shared_contracts.calendar import second_opinion


def commands(told: Told) -> list[AdmissionCommand]:
    """Whatever could be asked, of every step, by every body."""
    law = told.law
    bodies = [one.id for one in law.body]
    reason = (ReturnReason(clause=law.intake_clause, text="Причина"),)
    found: list[AdmissionCommand] = [CreateGroup(by(law.group.created_by), members(law))]
    for body in bodies:
        found += [NotifyApplicant(by(body)), RefuseSynchronisation(by(body), reason)]
        found.append(DrawUpAct(by(body), entry(told.at.date()), signed(law.act.copies)))
        found.append(AbandonApplication(by(body), "Приказ"))
        found.append(DeliverCopy("ACT", body, "Получил", "нарочно"))
    for stage in law.stage:
        found += [conclusion(law, stage.id), conclusion(law, stage.id, fits=False)]
        found.append(ConcludeStage(by(stage.by[0]), stage.id, StageVerdict.POSITIVE))
        for body in bodies:
            found += [BeginStage(by(body), stage.id), ReportMended(by(body), stage.id, "Готово")]
            found.append(DeliverCopy(stage.id, body, "Получил", "нарочно"))
    return [*found, ReturnApplication(by(law.intake), reason)]


def ensure_lawful(told: Told) -> None:
    """What stands before an act in the events, wherever there is one."""
    seen: list[Event] = []
    for event in told.events:
        if isinstance(event, ActDrawnUp):
            ensure_protocols(told, seen)
        if isinstance(event, AdmissionOpened):
            copies = [one.addressee for one in seen if _of(one, "ACT")]
            assert sorted(copies) == sorted(told.law.act.copies)
        seen.append(event)


def ensure_terms(told: Told) -> set[str]:
    """Every term ends on the day of the second opinion; the names of those in working days."""
    found = standing_terms(told.case, told.law, CALENDAR, told.at)
    for one in found:
        assert one.counted.last_day == second_opinion.last_day(one.counted), one.term
    return {one.term for one in found if one.counted.length.unit is TermUnit.WORKING_DAYS}


def ensure_protocols(told: Told, before: list[Event]) -> None:
    """Every step ended well, in its order, each copy of each protocol delivered."""
    kinds = [type(one) for one in before]
    assert kinds[:2] == [AdmissionFiled, AdmissionNotified]
    assert WorkingGroupCreated in kinds
    well = [
        one.stage
        for one in before
        if isinstance(one, StageConcluded) and one.verdict is StageVerdict.POSITIVE
    ]
    wanted = [one.id for one in told.law.stage if not one.optional]
    assert [one for one in well if one in wanted] == wanted
    for stage in told.law.stage:
        rounds = [one for one in before if isinstance(one, StageConcluded)]
        for concluded in rounds:
            if concluded.stage == stage.id:
                delivered = [one for one in before if _of(one, stage.id, concluded.round)]
                assert sorted(one.addressee for one in delivered) == sorted(stage.copies)


def _of(event: Event, document: str, number: int = 1) -> TypeGuard[CopyDelivered]:
    return isinstance(event, CopyDelivered) and event.document == document and event.round == number


def right(told: Told, *, hasty: bool = False) -> AdmissionCommand:
    """What the law wants next; whoever is ``hasty`` leaves group, copies and mending out."""
    law, case, last = told.law, told.case, told.case.last
    if hasty:
        last = None
    if case.status is AdmissionStatus.FILED:
        return NotifyApplicant(by(law.intake))
    if not case.group and not hasty:
        return CreateGroup(by(law.group.created_by), members(law))
    if last is not None and last.verdict is None:
        return conclusion(law, last.stage)
    if last is not None and not last.is_issued:
        [addressee, *_] = [one for one in last.copies if one not in last.delivered]
        return DeliverCopy(last.stage, addressee, "Получил", "нарочно")
    stage = law.of_stage(next_stages(case, law)[-1])
    if stage is None:
        return DrawUpAct(by(law.act.by), entry(told.at.date()), signed(law.act.copies))
    if last is not None and last.verdict is StageVerdict.NEGATIVE and not last.mended:
        return ReportMended(by(stage.mended_by), stage.id, "Готово")
    return BeginStage(by(stage.by[0]), stage.id)


def step(told: Told, choice: int) -> None:
    """Ask for what the law wants next, or in one case of four each for anything, or too early."""
    any_one = commands(told) if choice % 4 == 0 else [right(told, hasty=choice % 4 == 1)]
    with suppress(RefusedByRule):
        told.tell(any_one[choice // 4 % len(any_one)])


@clause("S216-8.3a", "S216-7.3", "S95-16.1b", "S95-16.2")
@settings(max_examples=60, deadline=None)
@given(
    old=st.booleans(),
    days=st.integers(0, 2700),
    choices=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9)), min_size=30, max_size=60),
)
def test_no_sequence_of_commands_reaches_an_act_without_its_protocols(
    old: bool,  # noqa: FBT001
    days: int,
    choices: list[tuple[int, int]],
) -> None:
    told = on_a_day(days, old=old).filed()
    for choice, later in choices:
        told.later(later)
        step(told, choice)
    ensure_lawful(told)
    target(float(len(told.events)))
    assert ensure_terms(told)


def on_a_day(number: int, *, old: bool) -> Told:
    """A case that begins so many days after its order, while the order was in force."""
    told = told_95() if old else told_216()
    law = told.law
    known = (law.last - law.first).days + 1 if law.last else 2701
    told.at = datetime.combine(law.first + timedelta(number % known), time(11), ASTANA)
    return told


def test_the_random_admissions_meet_every_term_in_working_days() -> None:
    """The terms of a case in which each step fails once are all that its law has."""
    for old in (True, False):
        told = on_a_day(60, old=old).notified()
        for stage in (one for one in told.law.stage if not one.optional):
            told.passed(stage.id, fits=False).later(1).mended(stage.id).later(1)
            told.passed(stage.id).later(1)
        wanted = [one for one in told.act().law.term if one.length.unit is TermUnit.WORKING_DAYS]
        assert ensure_terms(told) == {one.id for one in wanted}

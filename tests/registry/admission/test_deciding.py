"""What the law forbids in an admission is impossible, and says field, rule, cure and clause."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from registry.admission.asked import (
    AbandonApplication,
    AdmissionCommand,
    BeginStage,
    ConcludeStage,
    CreateGroup,
    DecideChange,
    DeliverCopy,
    DrawUpAct,
    FileApplication,
    InviteConsultant,
    NotifyApplicant,
    RefuseSynchronisation,
    RequestChange,
    ReturnApplication,
    StopSynchronisation,
)
from registry.admission.case import AdmissionStatus
from registry.admission.events import (
    AdmissionAbandoned,
    AdmissionEvent,
    AdmissionOpened,
    ConsultantInvited,
    GroupMember,
    ReturnReason,
    SignedFor,
    StageVerdict,
)
from shared_contracts.errors import RefusedByRule
from tests.clauses import clause
from tests.registry.admission.samples import (
    S95,
    S216,
    SIGNER,
    Told,
    by,
    conclusion,
    entry,
    form_95,
    form_216,
    lines,
    members,
    signed,
    told_95,
    told_216,
)

REASON = ReturnReason(clause="S216-6.1", text="Нет аттестата")
FUNCTIONAL, PRELIMINARY, ACCEPTANCE = (one.id for one in S216.stage)
BOTH = pytest.mark.parametrize("tell", [told_216, told_95], ids=["216", "95"])


def refused(told: Told, command: AdmissionCommand, *words: str) -> None:
    """A command is refused, its words tell why, and nothing happened."""
    before = len(told.events)
    with pytest.raises(RefusedByRule) as problem:
        told.tell(command)
    for one in words:
        assert one in str(problem.value), problem.value
    assert len(told.events) == before


@clause("S216-4", "S216-5", "S216-7.1", "S216-7.2", "S216-7.3", "S216-8.0", "S216-8.1a")
@clause("S216-8.1b", "S216-8.2a", "S216-8.2b", "S216-8.3a", "S216-8.3b", "S216-10")
def test_under_order_216_a_system_goes_through_three_protocols_to_its_act() -> None:
    told = told_216().in_operation()
    assert told.case.status is AdmissionStatus.IN_OPERATION
    assert [one.stage for one in told.case.rounds] == [FUNCTIONAL, PRELIMINARY, ACCEPTANCE, "ACT"]
    bodies = {"AUTH_SOLID", "AUTH_HCU", "APPLICANT"}
    assert all(set(one.delivered) == bodies for one in told.case.rounds)


@clause("S95-5", "S95-10a", "S95-13.0", "S95-13.1", "S95-13.2", "S95-13.4", "S95-13.5")
@clause("S95-13.6", "S95-16.1a", "S95-16.1b", "S95-16.2")
def test_under_order_95_a_system_goes_through_stand_and_trial_to_its_act() -> None:
    told = told_95().in_operation()
    copies = {one.stage: one.delivered for one in told.case.rounds if one.copies}
    assert copies == {
        "ACCEPTANCE_TESTS": ("AUTHORITY", "GROUP", "APPLICANT"),
        "ACT": ("AUTHORITY", "APPLICANT"),
    }
    steps = [one.stage for one in told.case.rounds]
    assert steps == [*(one.id for one in S95.stage if not one.optional), "ACT"]


@BOTH
def test_every_event_names_the_clause_by_which_it_happened(tell: Callable[[], Told]) -> None:
    told = tell().in_operation()
    clauses = [one.clause for one in told.events if isinstance(one, AdmissionEvent)]
    assert len(clauses) == len(told.events)
    assert all(one.startswith(f"{told.law.id}-") for one in clauses)


@clause("S216-6.2a", "S216-6.2b", "S216-6.2c", "S95-9a", "S95-9b", "S95-9c")
@BOTH
def test_only_who_takes_applications_answers_them_and_once(tell: Callable[[], Told]) -> None:
    told = tell().filed()
    for one in (NotifyApplicant(by("GROUP")), ReturnApplication(by("APPLICANT"), (REASON,))):
        refused(told, one, "by.body", told.law.answer.check_clause)
    told.tell(NotifyApplicant(by(told.law.intake)))
    refused(told, ReturnApplication(by(told.law.intake), (REASON,)), "NOTIFIED")


@clause("S216-6.2b", "S95-9c")
def test_an_application_that_does_not_conform_is_never_notified() -> None:
    told = told_216().filed(form_216(ready=False))
    refused(told, NotifyApplicant(by("AUTH_SOLID")), "ready", "S216-A1.6", "return it")


@clause("S216-6.2c", "S95-9b", "S95-18b")
@BOTH
def test_a_return_has_a_reason_and_is_taken_up_by_a_new_application(
    tell: Callable[[], Told],
) -> None:
    told = tell().filed()
    intake = by(told.law.intake)
    for reasons in ((), (ReturnReason(clause="S216-6.1", text=" "),)):
        refused(told, ReturnApplication(intake, reasons), "reasons", "give at least one")
    told.tell(ReturnApplication(intake, (REASON,)))
    refused(told, NotifyApplicant(intake), "RETURNED", "file a new one")
    again = Told(told.law, told.at)
    form = form_95() if told.law is S95 else form_216()
    again.tell(FileApplication(again.admission_id, form, told.case))
    assert again.case.previous == told.case.admission_id


def test_a_new_application_takes_up_an_ended_one_of_the_same_applicant() -> None:
    open_case = told_216().filed().case
    again = told_216()
    refused(again, FileApplication(uuid4(), form_216(), open_case), "previous", "has not ended")
    ended = told_216().filed().tell(ReturnApplication(by("AUTH_SOLID"), (REASON,))).case
    stranger = msgspec.structs.replace(form_216().applicant, number="050240015330")
    refused(again, FileApplication(uuid4(), form_216(applicant=stranger), ended), "previous")
    told = told_216().filed()
    refused(told, FileApplication(told.admission_id, form_216()), "give a new id")
    refused(told_216(), NotifyApplicant(by("AUTH_SOLID")), "nothing was filed")


@clause("S216-5", "S95-6")
@BOTH
def test_the_group_has_a_member_of_each_body_and_none_of_the_applicant(
    tell: Callable[[], Told],
) -> None:
    told = tell().filed()
    law, whole = told.law, members(told.law)
    creator = by(law.group.created_by)
    refused(told, CreateGroup(creator, whole), "FILED")
    told.tell(NotifyApplicant(by(law.intake)))
    refused(told, CreateGroup(by(law.group.members[-1]), whole), "by.body", law.group.clause)
    for body in law.group.members:
        left = tuple(one for one in whole if one.body != body)
        refused(told, CreateGroup(creator, left), "members", body, "at least one")
    for wrong in (
        GroupMember(body="APPLICANT", person="Кто-то"),
        GroupMember(body=law.group.members[0], person=SIGNER),
    ):
        refused(told, CreateGroup(creator, (*whole, wrong)), "applicant is no member")
    other = GroupMember(body="MINISTRY", person="Кто-то")
    refused(told, CreateGroup(creator, (*whole, other)), "MINISTRY", "no place")
    refused(told, BeginStage(by("AUTH_SOLID"), "NO_SUCH"), "no such step")


@clause("S216-7.1", "S216-7.2", "S216-8.1a")
def test_no_step_is_left_out_or_begun_without_the_group() -> None:
    told = told_216().filed().tell(NotifyApplicant(by("AUTH_SOLID")))
    refused(told, BeginStage(by("GROUP"), FUNCTIONAL), "no working group", "S216-5")
    told.tell(CreateGroup(by("AUTH_SOLID"), members(S216)))
    for stage in (PRELIMINARY, ACCEPTANCE):
        refused(told, BeginStage(by("GROUP"), stage), "another step comes before")
    refused(told, BeginStage(by("AUTH_SOLID"), FUNCTIONAL), "another body")
    refused(told, conclusion(S216, FUNCTIONAL), "not under way")
    told.passed(FUNCTIONAL)
    refused(told, BeginStage(by("GROUP"), FUNCTIONAL), "another step comes before")


@clause("S216-7.2", "S216-7.3")
def test_a_protocol_judges_every_point_by_a_session_or_a_reason_and_is_signed() -> None:
    told = told_216().notified().begun(FUNCTIONAL)
    whole = conclusion(S216, FUNCTIONAL)
    listed = whole.lines
    assert {one.list for one in listed} == {"O355", "O196"}
    assert [one.point for one in lines(S216, PRELIMINARY)] == [f"9.{n}" for n in range(1, 9)]

    def changed(**changes: object) -> ConcludeStage:
        known = {name: getattr(whole, name) for name in ConcludeStage.__slots__}
        return ConcludeStage(**(known | changes))

    refused(told, changed(lines=listed[1:]), "SOLID-METHODS", "is not judged")
    refused(told, changed(lines=(*listed, listed[0])), "is not judged")
    foreign = msgspec.structs.replace(listed[0], point="X")
    refused(told, changed(lines=(foreign, *listed)), "no such point")
    bare = msgspec.structs.replace(listed[0], reason="")
    refused(told, changed(lines=(bare, *listed[1:])), "neither a signed session nor a reason")
    refused(told, changed(verdict=StageVerdict.NEGATIVE), "not that of the points")
    refused(told, changed(signatures=whole.signatures[1:]), "AUTH_SOLID", "has not signed")
    extra = (*whole.signatures, SignedFor(body="GROUP", person="Кто-то"))
    refused(told, changed(signatures=extra), "gets no copy")
    reasoned = msgspec.structs.replace(bare, reason="Проверено вручную, запись № 4")
    told.tell(changed(lines=(reasoned, *listed[1:])))


@clause("S216-7.3", "S216-8.1b", "S216-8.2b", "S216-8.3b", "S95-16.1b")
@BOTH
def test_nothing_goes_on_until_each_copy_has_its_delivery(tell: Callable[[], Told]) -> None:
    told = tell().notified()
    order = [one for one in told.law.stage if not one.optional]
    for number, stage in enumerate(order):
        told.begun(stage.id)
        if told.law.lasting(stage.id):
            told.later(40)
        told.tell(conclusion(told.law, stage.id))
        following = order[number + 1].id if number + 1 < len(order) else None
        for addressee in stage.copies:
            if following is None:
                act = DrawUpAct(by(told.law.act.by), entry(told.at.date()), ())
                refused(told, act, "copies", addressee, stage.copies_clause)
            else:
                begin = BeginStage(by(order[number + 1].by[0]), following)
                refused(told, begin, "copies", addressee, stage.copies_clause)
            copy = DeliverCopy(stage.id, addressee, "Получил", "нарочно")
            told.tell(copy)
            refused(told, copy, addressee, "was delivered")
        refused(told, DeliverCopy(stage.id, "MINISTRY", "Получил", "почтой"))


@clause("S216-7.5", "S216-8.1c", "S216-8.2c")
@pytest.mark.parametrize("number", range(3))
def test_an_ill_end_is_put_right_by_the_applicant_and_looked_at_again(number: int) -> None:
    order = [FUNCTIONAL, PRELIMINARY, ACCEPTANCE]
    stage = order[number]
    told = told_216().notified().through(order[:number]).passed(stage, fits=False)
    refused(told, BeginStage(by("GROUP"), stage), "not put right")
    if number < 2:
        refused(told, BeginStage(by("GROUP"), order[number + 1]), "not put right")
    told.mended(stage)
    with pytest.raises(RefusedByRule, match="nothing to put right"):
        told.mended(stage)
    told.through(order[number:])
    assert [one.round for one in told.case.rounds if one.stage == stage] == [1, 2]
    told.act().delivered("ACT")
    assert told.case.status is AdmissionStatus.IN_OPERATION


@clause("S216-8.3a", "S216-8.3b", "S216-10", "S95-16.2")
@BOTH
def test_the_act_comes_last_and_names_the_day_of_access(tell: Callable[[], Told]) -> None:
    told = tell().notified()
    law = told.law
    order = [one.id for one in law.stage if not one.optional]
    drawing = by(law.act.by)
    for stage in order:
        act = DrawUpAct(drawing, entry(told.at.date()), signed(law.act.copies))
        refused(told, act, "another step comes before it")
        told.passed(stage)
    today = told.at.date()
    early = DrawUpAct(drawing, entry(today - timedelta(1)), signed(law.act.copies))
    refused(told, early, "entry.access_date", law.act.access_clause)
    stranger = entry(today, bin="050240015330")
    refused(told, DrawUpAct(drawing, stranger, signed(law.act.copies)), "entry.bin")
    refused(told, DrawUpAct(drawing, entry(today), ()), "has not signed")
    refused(told, DrawUpAct(by("APPLICANT"), entry(today), ()), "by.body")
    told.act(today + timedelta(10))
    assert told.case.status is AdmissionStatus.ACT_DRAWN_UP
    told.delivered("ACT")
    assert isinstance(told.events[-1], AdmissionOpened)


@clause("S216-10", "S95-15.7")
@BOTH
def test_an_act_takes_neither_a_code_nor_a_platform_that_another_got_meanwhile(
    tell: Callable[[], Told],
) -> None:
    told = tell().notified()
    told.through([one.id for one in told.law.stage if not one.optional])
    act = DrawUpAct(by(told.law.act.by), entry(told.at.date()), signed(told.law.act.copies))
    told.codes = {act.entry.code: "050240015330"}
    refused(told, act, "entry.code", act.entry.code, told.law.act.clause)
    told.codes = {act.entry.code: act.entry.bin}
    if (platform := told.case.form.platform) is not None:
        told.platforms = frozenset({platform.id})
        refused(told, act, "platform.id", "S95-15.7")
        told.platforms = frozenset()
    told.tell(act)
    assert told.case.status is AdmissionStatus.ACT_DRAWN_UP


@clause("S95-13.2", "S95-13.6")
@pytest.mark.parametrize(("stage", "days"), [("TRIAL_OPERATION", 28), ("PRELIMINARY_TESTS", 14)])
def test_trial_operation_and_preliminary_tests_last_their_term(stage: str, days: int) -> None:
    order = [one.id for one in S95.stage if not one.optional]
    told = told_95().notified().through(order[: order.index(stage)])
    told.begun(stage)
    begun = told.at
    told.at = begun + timedelta(days=days - 1)
    if stage == "PRELIMINARY_TESTS":
        refused(told, conclusion(S95, stage), "S95-13.6", "is not over")
    else:
        told.at = begun + timedelta(days=25)
        refused(told, conclusion(S95, stage), "S95-13.2", "is not over")
    told.at = begun + timedelta(days=days + 12)
    told.tell(conclusion(S95, stage))


@clause("S95-13.3")
def test_the_analysis_of_trial_operation_may_be_left_out_and_may_be_made() -> None:
    order = [one.id for one in S95.stage]
    told = told_95().notified().through(order[: order.index("TRIAL_ANALYSIS")])
    told.passed("TRIAL_ANALYSIS").passed("LOAD_ANALYSIS")
    refused(told, BeginStage(by("AUTHORITY"), "TRIAL_ANALYSIS"), "another step comes before")


@clause("S95-13.4")
def test_work_on_the_registry_is_the_authoritys() -> None:
    order = [one.id for one in S95.stage if not one.optional]
    told = told_95().notified().through(order[: order.index("LOAD_ANALYSIS")])
    told.passed("LOAD_ANALYSIS", fits=False).mended("LOAD_ANALYSIS").passed("LOAD_ANALYSIS")
    undecided = ConcludeStage(by("AUTHORITY"), "LOAD_TESTS")
    refused(told.begun("LOAD_TESTS"), undecided, "no verdict")


@clause("S95-14")
def test_the_group_declines_for_incomplete_information_and_this_is_no_return() -> None:
    told = told_95().filed().tell(NotifyApplicant(by("AUTHORITY")))
    reason = ReturnReason(clause="S95-14", text="Нет характеристик серверов")
    refused(told, RefuseSynchronisation(by("GROUP"), (reason,)), "no working group")
    told.tell(CreateGroup(by("AUTHORITY"), members(S95))).passed("SERVICES")
    refused(told, RefuseSynchronisation(by("AUTHORITY"), (reason,)), "by.body", "S95-14")
    refused(told, RefuseSynchronisation(by("GROUP"), ()), "reasons")
    told.tell(RefuseSynchronisation(by("GROUP"), (reason,)))
    assert told.case.status is AdmissionStatus.REFUSED
    refused(told, BeginStage(by("AUTHORITY"), "STAND_TESTS"), "file a new one")
    order_216 = told_216().notified()
    refused(order_216, RefuseSynchronisation(by("GROUP"), (reason,)), "does not know it")


@clause("S95-10b")
def test_the_authority_brings_in_consultants_under_order_95_alone() -> None:
    told = told_95().notified()
    told.tell(InviteConsultant(by("AUTHORITY"), "АО «Эксперт»", "эксперт"))
    assert isinstance(told.events[-1], ConsultantInvited)
    refused(told, InviteConsultant(by("APPLICANT"), "АО «Эксперт»", "эксперт"), "S95-10b")
    refused(told_216().notified(), InviteConsultant(by("AUTH_SOLID"), "АО", "эксперт"))


@clause("S216-11b", "S216-11c", "S95-15.9", "S95-17")
@BOTH
def test_conditions_change_by_statement_and_decision_alone(tell: Callable[[], Told]) -> None:
    told = tell().in_operation()
    made = told.case.entry
    assert made is not None
    power = told.law.change
    assert power is not None
    wanted = msgspec.structs.replace(made, conditions=(1, 2), endpoint="https://new.kz/soap/")
    decision = DecideChange(by("GROUP"), granted=True, reason="Протокол № 3")
    refused(told, decision, "no change waits", power.clause)
    refused(told, RequestChange(by("GROUP"), "Прошу", wanted), "by.body")
    lost = msgspec.structs.replace(made, conditions=(2,))
    refused(told, RequestChange(by("APPLICANT"), "Прошу", lost), "keep the earlier versions")
    other = msgspec.structs.replace(wanted, code="OTHER")
    refused(told, RequestChange(by("APPLICANT"), "Прошу", other), "entry.code")
    told.tell(RequestChange(by("APPLICANT"), "Прошу", wanted))
    refused(told, RequestChange(by("APPLICANT"), "Прошу", wanted), "another change waits")
    refused(told, DecideChange(by("APPLICANT"), granted=True, reason="Сам"), "by.body")
    told.tell(DecideChange(by("GROUP"), granted=False, reason="Не обосновано"))
    assert told.case.entry == made
    told.tell(RequestChange(by("APPLICANT"), "Прошу снова", wanted), decision)
    assert (told.case.entry, told.case.change) == (wanted, 2)


@clause("S95-18c", "S95-18b")
def test_a_stop_is_the_authoritys_alone_and_ends_only_in_a_new_application() -> None:
    told = told_95().in_operation()
    ground = "Параметры не соответствуют зафиксированным"
    refused(told, StopSynchronisation(by("GROUP"), ground), "by.body", "S95-18c")
    refused(told, StopSynchronisation(by("AUTHORITY"), " "), "ground")
    told.tell(StopSynchronisation(by("AUTHORITY"), ground))
    assert told.case.status is AdmissionStatus.STOPPED
    again = RequestChange(by("APPLICANT"), "Прошу возобновить", entry(told.at.date()))
    refused(told, again, "file a new one", "S95-18b")
    order_216 = told_216().in_operation()
    refused(order_216, StopSynchronisation(by("AUTH_SOLID"), ground), "does not know it")


@clause("S216-7.5", "S216-6.1")
def test_the_authority_ends_an_application_when_the_applicant_lets_a_term_pass() -> None:
    told = told_216().notified().passed(FUNCTIONAL, fits=False)
    ends = AbandonApplication(by("AUTH_SOLID"), "Приказ № 9")
    told.later(9)  # the last of five working days, among them a holiday
    refused(told, ends, "by.body", "no term of the applicant is over", "S216-6.1")
    told.later(1)
    refused(told, AbandonApplication(by("AUTH_SOLID"), " "), "ground", "no reason is given")
    refused(told, AbandonApplication(by("AUTH_HCU"), "Приказ № 9"), "another body")
    told.tell(ends)
    assert told.case.status is AdmissionStatus.ABANDONED
    ended = told.events[-1]
    assert isinstance(ended, AdmissionAbandoned)
    assert ended.overdue == ("D-FIX-F",)
    refused(told, ends, "has ended")
    again = told_216()
    again.tell(FileApplication(uuid4(), form_216(), told.case))
    assert again.case.previous == told.admission_id


@BOTH
@clause("S216-6.1", "S95-14")
def test_an_applicant_withdraws_an_application_before_its_act_alone(
    tell: Callable[[], Told],
) -> None:
    withdrawn = AbandonApplication(by("APPLICANT"), "Больше не нужна")
    assert tell().filed().tell(withdrawn).case.status is AdmissionStatus.ABANDONED
    assert tell().notified().tell(withdrawn).case.status is AdmissionStatus.ABANDONED
    refused(tell().in_operation(), withdrawn, "status", "IN_OPERATION")
    told = tell().filed()
    refused(told.later(400), AbandonApplication(by(told.law.intake), "№ 9"), "no term of")

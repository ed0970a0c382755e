"""What may happen to an application, and by which clause (S216-5 to 8, 10, 11; S95-5 to 18)."""

from collections.abc import Sequence

from registry.admission import after_act, stages
from registry.admission.abandoning import abandoned
from registry.admission.asked import (
    AbandonApplication,
    AdmissionCommand,
    AdmissionFacts,
    BeginStage,
    ConcludeStage,
    CreateGroup,
    DecideChange,
    DecideInventory,
    DeliverCopy,
    DrawUpAct,
    FileApplication,
    InviteConsultant,
    NotifyApplicant,
    OpenCommand,
    RefuseSynchronisation,
    ReportMended,
    RequestChange,
    RequestInventory,
    ReturnApplication,
    StopSynchronisation,
)
from registry.admission.case import ENDED, AdmissionCase, AdmissionState, AdmissionStatus
from registry.admission.completeness import examine
from registry.admission.conditions import FilingFacts
from registry.admission.events import (
    AdmissionFiled,
    AdmissionNotified,
    AdmissionReturned,
    ConsultantInvited,
    GroupMember,
    ReturnReason,
    SynchronisationRefused,
    WorkingGroupCreated,
)
from registry.admission.inventory_change import decide_inventory
from registry.admission.powers import ensure_by, ensure_power
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import APPLICANT
from shared_contracts.event_log.event import Event


def decide(
    case: AdmissionState, command: AdmissionCommand, facts: AdmissionFacts
) -> Sequence[Event]:
    """Say what happens; ``RefusedByRule`` names field, value, rule, cure and clause."""
    if isinstance(command, FileApplication):
        return _filed(case, command, facts)
    return _of_open(_open(case, facts), command, facts)


def _open(case: AdmissionState, facts: AdmissionFacts) -> AdmissionCase:
    """The application while something may become of it (S95-18b)."""
    law = facts.regulation
    if not isinstance(case, AdmissionCase):
        raise refused("admission_id", "", AdmissionRule.NOT_FILED, law.intake_clause)
    if case.status in ENDED:
        clause = law.stop.resume_clause if law.stop else None
        raise refused("status", case.status, AdmissionRule.ENDED, clause or law.intake_clause)
    if case.happened and facts.at < case.happened[-1].at:
        at = facts.at.isoformat()
        raise refused("at", at, AdmissionRule.BEFORE_THE_LAST, law.intake_clause)
    return case


def _of_open(case: AdmissionCase, command: OpenCommand, facts: AdmissionFacts) -> Sequence[Event]:
    match command:
        case NotifyApplicant() | ReturnApplication():
            return _answered(case, command, facts)
        case CreateGroup() | InviteConsultant() | RefuseSynchronisation():
            return _beside(case, command, facts)
        case AbandonApplication():
            return [abandoned(case, command, facts)]
        case BeginStage() | ConcludeStage() | ReportMended():
            return stages.decide_stage(case, command, facts)
        case DrawUpAct() | DeliverCopy():
            return stages.decide_document(case, command, facts)
        case RequestChange() | DecideChange() | StopSynchronisation():
            return after_act.decide_after(case, command, facts)
        case RequestInventory() | DecideInventory():
            return decide_inventory(case, command, facts)


def _filed(
    case: AdmissionState, command: FileApplication, facts: AdmissionFacts
) -> Sequence[Event]:
    law, before = facts.regulation, command.before
    if isinstance(case, AdmissionCase):
        raise refused(
            "admission_id", command.admission_id, AdmissionRule.FILED_ALREADY, law.intake_clause
        )
    if before is not None and before.status not in ENDED:
        raise refused("previous", before.status, AdmissionRule.NOT_ENDED, law.answer.return_clause)
    if before is not None and before.form.applicant.number != command.form.applicant.number:
        number = command.form.applicant.number
        raise refused("previous", number, AdmissionRule.OF_ANOTHER, law.answer.return_clause)
    known = FilingFacts(law, facts.at.date(), facts.platforms)
    return [
        AdmissionFiled(
            admission_id=command.admission_id,
            clause=law.intake_clause,
            at=facts.at,
            environment=facts.environment,
            regulation=law.id,
            form=command.form,
            flaws=tuple(examine(command.form, known)),
            previous=None if before is None else before.admission_id,
        )
    ]


def _answered(
    case: AdmissionCase, command: NotifyApplicant | ReturnApplication, facts: AdmissionFacts
) -> Sequence[Event]:
    answer = facts.regulation.answer
    ensure_by(command.by, (facts.regulation.intake,), answer.check_clause)
    if case.status is not AdmissionStatus.FILED:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, answer.check_clause)
    match command:
        case NotifyApplicant(by=by):
            for flaw in case.flaws:
                if not flaw.warning:
                    told = flaw.value or flaw.cure.en
                    raise refused(flaw.field, told, AdmissionRule.DOES_NOT_CONFORM, flaw.clause)
            return [
                AdmissionNotified(
                    admission_id=case.admission_id, clause=answer.notify_clause, at=facts.at, by=by
                )
            ]
        case ReturnApplication(by=by, reasons=reasons):
            _ensure_reasons(reasons, answer.return_clause)
            return [
                AdmissionReturned(
                    admission_id=case.admission_id,
                    clause=answer.return_clause,
                    at=facts.at,
                    by=by,
                    reasons=reasons,
                )
            ]


def _beside(
    case: AdmissionCase,
    command: CreateGroup | InviteConsultant | RefuseSynchronisation,
    facts: AdmissionFacts,
) -> Sequence[Event]:
    law = facts.regulation
    if case.status is not AdmissionStatus.NOTIFIED:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, law.group.clause)
    match command:
        case CreateGroup():
            return [_group(case, command, facts)]
        case InviteConsultant():
            return [_consultant(case, command, facts)]
        case RefuseSynchronisation():
            return [_refusal(case, command, facts)]


def _group(case: AdmissionCase, told: CreateGroup, facts: AdmissionFacts) -> WorkingGroupCreated:
    rule = facts.regulation.group
    ensure_by(told.by, (rule.created_by,), rule.clause)
    _ensure_group(case, told.members, facts)
    return WorkingGroupCreated(
        admission_id=case.admission_id,
        clause=rule.clause,
        at=facts.at,
        by=told.by,
        members=told.members,
    )


def _consultant(
    case: AdmissionCase, told: InviteConsultant, facts: AdmissionFacts
) -> ConsultantInvited:
    power = ensure_power(facts.regulation.consultants, "consultants", facts)
    ensure_by(told.by, (power.by,), power.clause)
    return ConsultantInvited(
        admission_id=case.admission_id,
        clause=power.clause,
        at=facts.at,
        by=told.by,
        organisation=told.organisation,
        role=told.role,
    )


def _refusal(
    case: AdmissionCase, told: RefuseSynchronisation, facts: AdmissionFacts
) -> SynchronisationRefused:
    """The group's own, for incomplete information: no return by the authority (S95-14)."""
    power = ensure_power(facts.regulation.refusal, "refusal", facts)
    ensure_by(told.by, (power.by,), power.clause)
    if not case.group:
        raise refused("group", "", AdmissionRule.NO_GROUP, facts.regulation.group.clause)
    _ensure_reasons(told.reasons, power.clause)
    return SynchronisationRefused(
        admission_id=case.admission_id,
        clause=power.clause,
        at=facts.at,
        by=told.by,
        reasons=told.reasons,
    )


def _ensure_reasons(reasons: Sequence[ReturnReason], clause: str) -> None:
    if not reasons or not all(one.text.strip() and one.clause.strip() for one in reasons):
        raise refused("reasons", len(reasons), AdmissionRule.NO_REASON, clause)


def _ensure_group(
    case: AdmissionCase, members: Sequence[GroupMember], facts: AdmissionFacts
) -> None:
    """At least one of each body, none of the applicant (S216-5, S95-6)."""
    rule = facts.regulation.group
    applicants = {case.form.applicant.name, case.form.applicant.representative} - {""}
    for one in members:
        if one.body == APPLICANT or one.person.strip() in applicants:
            raise refused("members", one.person, AdmissionRule.APPLICANT_IN_GROUP, rule.clause)
        if one.body not in rule.members:
            raise refused("members", one.body, AdmissionRule.NOT_OF_THE_GROUP, rule.clause)
    for body in rule.members:
        if all(one.body != body for one in members):
            raise refused("members", body, AdmissionRule.NO_MEMBER, rule.clause)

"""The steps between the notification and the act, and the documents with their copies.

A step begins when the one before ended well and each copy of its protocol has its delivery; an ill
end is put right and looked at again in another round (reading R118).
"""

from collections.abc import Iterator, Sequence
from itertools import dropwhile

from registry.admission.asked import (
    AdmissionFacts,
    BeginStage,
    ConcludeStage,
    DeliverCopy,
    DrawUpAct,
    ReportMended,
)
from registry.admission.case import AdmissionCase, AdmissionStatus, StageRound
from registry.admission.conditions import ALONE
from registry.admission.events import (
    ActDrawnUp,
    ActingPerson,
    AdmissionEvent,
    AdmissionOpened,
    CopyDelivered,
    DiscrepanciesMended,
    SessionTaken,
    SignedFor,
    StageBegun,
    StageConcluded,
    StageVerdict,
)
from registry.admission.judging import judged
from registry.admission.powers import ensure_by
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import ACT, Regulation, RegulationStage
from registry.systems.entry import RegisterEntry, ensure_usable
from shared_contracts.calendar.terms import count
from shared_contracts.event_log.event import Event


def decide_stage(
    case: AdmissionCase, command: BeginStage | ConcludeStage | ReportMended, facts: AdmissionFacts
) -> Sequence[Event]:
    """What follows from a command about a step."""
    stage = facts.regulation.of_stage(command.stage)
    if stage is None:
        raise refused("stage", command.stage, AdmissionRule.NO_STAGE, facts.regulation.clause)
    if case.status is not AdmissionStatus.NOTIFIED:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, stage.clause)
    match command:
        case BeginStage(by=by):
            ensure_by(by, stage.by, stage.clause)
            return [_begun(case, stage, by, facts)]
        case ConcludeStage(by=by):
            ensure_by(by, stage.by, stage.clause)
            return list(_concluded(case, stage, command, facts))
        case ReportMended(by=by):
            clause = stage.mend_clause or stage.clause
            ensure_by(by, (stage.mended_by,), clause)
            last = case.last
            if last is None or last.stage != stage.id or not _waits_for_mending(last):
                raise refused("stage", stage.id, AdmissionRule.NOTHING_TO_MEND, clause)
            return [
                DiscrepanciesMended(
                    admission_id=case.admission_id,
                    clause=clause,
                    at=facts.at,
                    stage=stage.id,
                    round=last.round,
                    by=by,
                    what=command.what,
                )
            ]


def _waits_for_mending(last: StageRound) -> bool:
    return last.verdict is StageVerdict.NEGATIVE and not last.mended


def _begun(
    case: AdmissionCase, stage: RegulationStage, by: ActingPerson, facts: AdmissionFacts
) -> StageBegun:
    law, last = facts.regulation, case.last
    if stage.needs_group and not case.group:
        raise refused("group", "", AdmissionRule.NO_GROUP, law.group.clause)
    ensure_settled(case, law)
    again = last is not None and last.stage == stage.id
    if again and last is not None and last.verdict is StageVerdict.POSITIVE:
        raise refused("stage", stage.id, AdmissionRule.NOT_THE_NEXT, stage.clause)
    if not again and stage.id not in next_stages(case, law):
        raise refused("stage", stage.id, AdmissionRule.NOT_THE_NEXT, stage.clause)
    return StageBegun(
        admission_id=case.admission_id,
        clause=stage.clause,
        at=facts.at,
        stage=stage.id,
        round=last.round + 1 if again and last is not None else 1,
        by=by,
    )


def ensure_settled(case: AdmissionCase, law: Regulation) -> None:
    """Raise ``RefusedByRule`` while the newest round is under way, not issued or not mended."""
    last = case.last
    stage = law.of_stage(last.stage) if last else None
    if last is None or stage is None:
        return
    if last.verdict is None:
        raise refused("stage", stage.id, AdmissionRule.NOT_THE_NEXT, stage.clause)
    if not last.is_issued:
        raise refused("copies", _missing(last), AdmissionRule.NOT_ISSUED, stage.copies_clause)
    if _waits_for_mending(last):
        clause = stage.mend_clause or stage.clause
        raise refused("stage", stage.id, AdmissionRule.NOT_MENDED, clause)


def next_stages(case: AdmissionCase, law: Regulation) -> tuple[str, ...]:
    """The steps that may come next, ACT after the last of them; optional ones may be left out."""
    last = case.last
    order = [(one.id, one.optional) for one in law.stage]
    if last is not None and last.verdict is not StageVerdict.POSITIVE:
        return (last.stage,)
    if last is not None:
        order = list(dropwhile(lambda one: one[0] != last.stage, order))[1:]
    found = []
    for name, optional in order:
        found.append(name)
        if not optional:
            return tuple(found)
    return (*found, ACT)


def _missing(last: StageRound) -> str:
    return ", ".join(one for one in last.copies if one not in last.delivered)


def _concluded(
    case: AdmissionCase, stage: RegulationStage, told: ConcludeStage, facts: AdmissionFacts
) -> Iterator[AdmissionEvent]:
    last = case.last
    if last is None or last.stage != stage.id or last.verdict is not None:
        raise refused("stage", stage.id, AdmissionRule.NOT_BEGUN, stage.clause)
    _ensure_lasted(last, stage, facts)
    lines, verdict = judged(case, stage, told, facts)
    ensure_signed(told.signatures, stage.copies, stage.copies_clause)
    yield StageConcluded(
        admission_id=case.admission_id,
        clause=stage.clause,
        at=facts.at,
        stage=stage.id,
        round=last.round,
        by=told.by,
        verdict=verdict,
        lines=lines,
        remarks=told.remarks,
        copies=stage.copies,
        signatures=told.signatures,
    )
    if told.session is not None:
        yield SessionTaken(
            admission_id=case.admission_id,
            clause=stage.clause,
            at=facts.at,
            stage=stage.id,
            round=last.round,
            session_sha256=told.session.told.sha256,
            session=told.session.told,
        )


def _ensure_lasted(last: StageRound, stage: RegulationStage, facts: AdmissionFacts) -> None:
    term = facts.regulation.lasting(stage.id)
    if term is None:
        return
    ends = count(term.length, last.begun_at, facts.calendar).last_day
    if facts.at.date() < ends:
        raise refused("at", f"{facts.at.date()} < {ends}", AdmissionRule.TOO_EARLY, term.clause)


def ensure_signed(signatures: Sequence[SignedFor], bodies: Sequence[str], clause: str) -> None:
    """Whoever gets a copy has signed, each once (reading R31)."""
    signed = [one.body for one in signatures]
    for body in bodies:
        if signed.count(body) != 1:
            raise refused("signatures", body, AdmissionRule.NOT_SIGNED, clause)
    for body in signed:
        if body not in bodies:
            raise refused("signatures", body, AdmissionRule.NO_COPY, clause)


def decide_document(
    case: AdmissionCase, command: DrawUpAct | DeliverCopy, facts: AdmissionFacts
) -> Sequence[Event]:
    """The act is drawn up; copies of protocols and of the act are delivered."""
    if isinstance(command, DrawUpAct):
        return [_act(case, command, facts)]
    return list(_delivered(case, command, facts))


def _act(case: AdmissionCase, told: DrawUpAct, facts: AdmissionFacts) -> ActDrawnUp:
    """Only after every step ended well, each protocol in its copies (S216-8.3a, S95-16.2)."""
    rule = facts.regulation.act
    ensure_by(told.by, (rule.by,), rule.clause)
    if case.status is not AdmissionStatus.NOTIFIED:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, rule.clause)
    ensure_settled(case, facts.regulation)
    if ACT not in next_stages(case, facts.regulation):
        raise refused("stage", ACT, AdmissionRule.NOT_THE_NEXT, rule.clause)
    ensure_usable(told.entry)
    if told.entry.bin != case.form.applicant.number:
        raise refused("entry.bin", told.entry.bin, AdmissionRule.OF_ANOTHER_APPLICANT, rule.clause)
    _ensure_free(case, told.entry, facts)
    if case.examined not in {None, told.entry.code}:
        code, known = told.entry.code, AdmissionRule.SESSION_OF_ANOTHER_SYSTEM
        raise refused("entry.code", code, known, rule.clause)
    day = told.entry.access_date
    if day < facts.at.date():
        raise refused("entry.access_date", day, AdmissionRule.ACCESS_BEFORE_ACT, rule.access_clause)
    ensure_signed(told.signatures, rule.copies, rule.copies_clause)
    return ActDrawnUp(
        admission_id=case.admission_id,
        clause=rule.clause,
        at=facts.at,
        by=told.by,
        entry=told.entry,
        copies=rule.copies,
        signatures=told.signatures,
    )


def _ensure_free(case: AdmissionCase, entry: RegisterEntry, facts: AdmissionFacts) -> None:
    """Nobody else got the code or the platform since the application was filed (S95-15.7)."""
    law, platform = facts.regulation, case.form.platform
    if facts.codes.get(entry.code, entry.bin) != entry.bin:
        raise refused("entry.code", entry.code, AdmissionRule.CODE_TAKEN, law.act.clause)
    for one in law.condition:
        alone = one.rule == ALONE and platform is not None and platform.id in facts.platforms
        if alone and platform is not None:
            raise refused("platform.id", platform.id, AdmissionRule.PLATFORM_TAKEN, one.clause)


def _delivered(
    case: AdmissionCase, told: DeliverCopy, facts: AdmissionFacts
) -> Iterator[CopyDelivered | AdmissionOpened]:
    law = facts.regulation
    stage = law.of_stage(told.document)
    clause = stage.copies_clause if stage else law.act.copies_clause
    known = case.of(told.document)
    if known is None or known.verdict is None:
        raise refused("document", told.document, AdmissionRule.NOT_BEGUN, clause or law.clause)
    if told.addressee not in known.copies:
        raise refused("addressee", told.addressee, AdmissionRule.NO_COPY, clause)
    if told.addressee in known.delivered:
        raise refused("addressee", told.addressee, AdmissionRule.DELIVERED_ALREADY, clause)
    yield CopyDelivered(
        admission_id=case.admission_id,
        clause=clause,
        at=facts.at,
        document=told.document,
        round=known.round,
        addressee=told.addressee,
        received_by=told.received_by,
        way=told.way,
    )
    left = set(known.copies) - {*known.delivered, told.addressee}
    if told.document == ACT and not left and case.entry is not None:
        yield AdmissionOpened(
            admission_id=case.admission_id,
            clause=law.act.access_clause,
            at=facts.at,
            code=case.entry.code,
        )

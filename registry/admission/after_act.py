"""After the act: conditions stay, or change by the group's decision; a stop ends it (S216-11)."""

from collections.abc import Sequence

from registry.admission.asked import (
    AdmissionFacts,
    DecideChange,
    RequestChange,
    StopSynchronisation,
)
from registry.admission.case import AdmissionCase, AdmissionStatus
from registry.admission.events import (
    ConditionsChangeDecided,
    ConditionsChangeRequested,
    SynchronisationStopped,
)
from registry.admission.powers import ensure_by, ensure_power
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import APPLICANT
from registry.systems.entry import RegisterEntry, ensure_usable
from shared_contracts.event_log.event import Event


def decide_after(
    case: AdmissionCase,
    command: RequestChange | DecideChange | StopSynchronisation,
    facts: AdmissionFacts,
) -> Sequence[Event]:
    """What follows from a command about a system in operation."""
    law = facts.regulation
    if isinstance(command, StopSynchronisation):
        power = ensure_power(law.stop, "stop", facts)
    else:
        power = ensure_power(law.change, "change", facts)
    entry = case.entry
    if case.status is not AdmissionStatus.IN_OPERATION or entry is None:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, power.clause)
    match command:
        case RequestChange():
            return [_requested(case, entry, command, facts)]
        case DecideChange(by=by):
            ensure_by(by, (power.by,), power.clause)
            return [_decided(case, entry, command, facts)]
        case StopSynchronisation(by=by, ground=ground):
            ensure_by(by, (power.by,), power.clause)
            if not ground.strip():
                raise refused("ground", ground, AdmissionRule.NO_REASON, power.clause)
            return [
                SynchronisationStopped(
                    admission_id=case.admission_id,
                    clause=power.clause,
                    at=facts.at,
                    by=by,
                    ground=ground,
                )
            ]


def _requested(
    case: AdmissionCase, entry: RegisterEntry, told: RequestChange, facts: AdmissionFacts
) -> ConditionsChangeRequested:
    power = ensure_power(facts.regulation.change, "change", facts)
    ensure_by(told.by, (APPLICANT,), power.clause)
    if case.asked is not None:
        raise refused("change", case.change, AdmissionRule.CHANGE_WAITS, power.clause)
    ensure_usable(told.entry)
    if told.entry.code != entry.code:
        raise refused("entry.code", told.entry.code, AdmissionRule.OTHER_CODE, power.clause)
    if told.entry.bin != entry.bin:
        raise refused("entry.bin", told.entry.bin, AdmissionRule.OF_ANOTHER_APPLICANT, power.clause)
    if lost := set(entry.conditions) - set(told.entry.conditions):
        clause = power.keeps_clause or power.clause
        raise refused("entry.conditions", sorted(lost), AdmissionRule.CONDITIONS_LOST, clause)
    return ConditionsChangeRequested(
        admission_id=case.admission_id,
        clause=power.clause,
        at=facts.at,
        number=case.change + 1,
        by=told.by,
        statement=told.statement,
        entry=told.entry,
    )


def _decided(
    case: AdmissionCase, entry: RegisterEntry, told: DecideChange, facts: AdmissionFacts
) -> ConditionsChangeDecided:
    power = ensure_power(facts.regulation.change, "change", facts)
    if case.asked is None:
        raise refused("change", case.change, AdmissionRule.NO_CHANGE, power.clause)
    if not told.reason.strip():
        raise refused("reason", told.reason, AdmissionRule.NO_REASON, power.clause)
    return ConditionsChangeDecided(
        admission_id=case.admission_id,
        clause=power.clause,
        at=facts.at,
        number=case.change,
        by=told.by,
        granted=told.granted,
        reason=told.reason,
        entry=case.asked if told.granted else entry,
    )

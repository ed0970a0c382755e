"""An application that ends before its act, though nobody refused it (reading R141)."""

from registry.admission.asked import AbandonApplication, AdmissionFacts
from registry.admission.case import AdmissionCase, AdmissionStatus
from registry.admission.events import AdmissionAbandoned
from registry.admission.powers import ensure_by
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import APPLICANT
from registry.admission.running_terms import TermStatus, standing_terms


def abandoned(
    case: AdmissionCase, told: AbandonApplication, facts: AdmissionFacts
) -> AdmissionAbandoned:
    """The end of an application before its act, by the applicant or by the authority.

    The applicant may withdraw it at any time; the authority ends one that was notified when a term
    is over in which the applicant had to act.
    """
    law = facts.regulation
    clause = law.intake_clause
    ensure_by(told.by, (APPLICANT, law.intake), clause)
    if case.status not in {AdmissionStatus.FILED, AdmissionStatus.NOTIFIED}:
        raise refused("status", case.status, AdmissionRule.NOT_NOW, clause)
    if not told.ground.strip():
        raise refused("ground", told.ground, AdmissionRule.NO_REASON, clause)
    overdue = overdue_of_applicant(case, facts)
    if told.by.body != APPLICANT and (case.status is AdmissionStatus.FILED or not overdue):
        raise refused("by.body", told.by.body, AdmissionRule.NOTHING_OVERDUE, clause)
    return AdmissionAbandoned(
        admission_id=case.admission_id,
        clause=clause,
        at=facts.at,
        by=told.by,
        ground=told.ground,
        overdue=overdue,
    )


def overdue_of_applicant(case: AdmissionCase, facts: AdmissionFacts) -> tuple[str, ...]:
    """The terms, each once, that are over and in which the applicant had to act."""
    terms = standing_terms(case, facts.regulation, facts.calendar, facts.at)
    over = (one for one in terms if one.status is TermStatus.OVERDUE and APPLICANT in one.who)
    return tuple(dict.fromkeys(one.term for one in over))

"""Who may act, and whether the regulation gives a power at all."""

from collections.abc import Sequence

from registry.admission.asked import AdmissionFacts
from registry.admission.events import ActingPerson
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import Power


def ensure_by(by: ActingPerson, bodies: Sequence[str], clause: str) -> None:
    """Raise ``RefusedByRule`` unless one of these bodies acts."""
    if by.body not in bodies:
        raise refused("by.body", by.body, AdmissionRule.ANOTHER_BODY, clause)


def ensure_power(power: Power | None, field: str, facts: AdmissionFacts) -> Power:
    """A power that the regulation gives; ``RefusedByRule`` where it gives none."""
    if power is None:
        law = facts.regulation
        raise refused(field, law.id, AdmissionRule.NOT_IN_THE_LAW, law.clause)
    return power

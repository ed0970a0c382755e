"""How the SEZ stands to the Registry by the last round of questions, as figures (S216-18.7)."""

from collections.abc import Sequence

from sez.changes.asking import ChangeQuestions
from shared_contracts.process.health import Gauge


def gauges(changes: ChangeQuestions) -> Sequence[Gauge]:
    """What is read when somebody asks for figures."""

    def age() -> float:
        compared_at = changes.known().state.compared_at
        if compared_at is None:
            return -1.0
        return (changes.questions.clock() - compared_at).total_seconds()

    def objects() -> dict[str, float]:
        found = changes.known().state.found
        return {
            "ASKED": found.objects,
            "LACKING": found.lacking,
            "DIFFERING": found.differing,
        }

    return (
        Gauge(
            "sez_changes_age_seconds",
            "Seconds since all objects were compared with the Registry's; -1 for never",
            age,
        ),
        Gauge(
            "sez_changes_objects",
            "Objects of the last comparison: asked about, lacking in the Registry, other there",
            objects,
            "found",
        ),
    )

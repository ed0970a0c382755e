"""Runs cases one after another, and makes a session of what came of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol, TypeVar

import msgspec

from shared_contracts import astana_time
from shared_contracts.conformance.case import (
    ConformanceCase,
    Deviation,
    ExaminedSide,
    NotExamined,
    Suite,
)
from shared_contracts.conformance.session import (
    FORMAT,
    CaseOutcome,
    CaseVerdict,
    SessionReport,
    SessionStep,
    verdict_of,
)
from shared_contracts.errors import Diagnosed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.visible import visible

MOST_STEPS = 60
"""Steps of a case that a session tells; the rest is counted."""

MOST_TOLD = 2000
"""Signs of what the examined system said that a session tells."""


@dataclass
class Notebook:
    """What a case writes down while it runs."""

    steps: list[SessionStep] = field(default_factory=list)
    more: int = 0
    figures: dict[str, float] = field(default_factory=dict)

    def note(self, step: SessionStep) -> None:
        """Write a step down, or count it where there are many."""
        if len(self.steps) < MOST_STEPS:
            self.steps.append(msgspec.structs.replace(step, saw=_shown(step.saw)))
        else:
            self.more += 1

    def clear(self) -> None:
        """Begin a new page."""
        self.steps, self.more, self.figures = [], 0, {}


class Examination(Protocol):
    """What cases work with; it says of itself what a session tells."""

    notebook: Notebook

    @property
    def address(self) -> str:
        """Where the examined system is."""

    @property
    def sez_code(self) -> str:
        """The SEZ that is examined, or as which the kit speaks."""

    @property
    def examiner(self) -> str:
        """Whose key signs the session."""


X = TypeVar("X", bound=Examination)
Heard = Callable[[int, int, ConformanceCase[X], CaseOutcome | None], None]
"""Told of each case: its number, how many there are, the case, and its outcome once it has one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a session was asked for: which side, which suites, which cases by name."""

    side: ExaminedSide
    suites: tuple[Suite, ...] = ()
    case_ids: tuple[str, ...] = ()


def run_session(
    exam: X, asked: Asked, cases: Sequence[ConformanceCase[X]], heard: Heard[X]
) -> SessionReport:
    """Run cases in their order; nothing that one of them does keeps the next from running."""
    began, outcomes = astana_time.now(), []
    for number, case in enumerate(cases, 1):
        heard(number, len(cases), case, None)
        outcome = run_case(exam, case)
        outcomes.append(outcome)
        heard(number, len(cases), case, outcome)
    return SessionReport(
        format=FORMAT,
        session_id=uuid7(),
        examined=asked.side,
        address=exam.address,
        sez_code=exam.sez_code,
        examiner=exam.examiner,
        kit_version=version("tru-registry"),
        contract_versions=VERSIONS,
        suites=asked.suites,
        cases=asked.case_ids,
        began_at=began,
        ended_at=astana_time.now(),
        verdict=verdict_of(outcomes),
        outcomes=tuple(outcomes),
    )


def run_case(exam: X, case: ConformanceCase[X]) -> CaseOutcome:
    """The outcome of one case; what goes wrong in the kit itself is NOT_RUN, with its reason."""
    exam.notebook.clear()
    began, verdict = time.monotonic(), CaseVerdict.PASSED
    expected = found = reason = None
    try:
        case.perform(exam)
    except Deviation as deviation:
        verdict, expected, found = CaseVerdict.FAILED, deviation.expected, deviation.found
    except (NotExamined, Diagnosed) as hindrance:
        verdict, reason = CaseVerdict.NOT_RUN, str(hindrance)
    except Exception as defect:  # noqa: BLE001  # a defect of the kit is told, and the rest is run
        verdict, reason = CaseVerdict.NOT_RUN, f"{type(defect).__name__}: {defect}"
    page, text = exam.notebook, case.text
    return CaseOutcome(
        case_id=case.case_id,
        suites=text.suites,
        clauses=text.clauses,
        title=text.title,
        verdict=verdict,
        seconds=round(time.monotonic() - began, 3),
        steps=tuple(page.steps),
        more_steps=page.more,
        expected=expected,
        found=found and _shown(found),
        reason=reason and _shown(reason),
        cure=text.cure if verdict is CaseVerdict.FAILED else None,
        figures=dict(page.figures),
    )


def _shown(told: str) -> str:
    """Words of the examined system as a terminal, XML and people can have them."""
    return visible(told[:MOST_TOLD])

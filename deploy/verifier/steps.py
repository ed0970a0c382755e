"""What was checked, where, and with what result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class StepVerdict(StrEnum):
    """How one step ended, in the words of ETSI EN 319 102-1."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"


@dataclass(frozen=True)
class CheckedStep:
    """One step: which check, of what, its result, and the ground of any but a good one."""

    check: str
    place: str
    verdict: StepVerdict
    ground: str = ""
    detail: str = ""


class Flaw(Exception):
    """Something is not as it must be: by which ground, and where."""

    def __init__(self, ground: str, place: str = "", detail: str = "") -> None:
        super().__init__(f"{ground} {place} {detail}".strip())
        self.ground, self.place, self.detail = ground, place, detail


class Undecided(Flaw):
    """Something can be neither proven nor refuted with what is at hand."""


@dataclass
class Protocol:
    """The steps in their order."""

    steps: list[CheckedStep] = field(default_factory=list)

    def run(self, check: str, place: str, proof: Callable[[], object]) -> bool:
        """Do one step and write it down; whether it passed."""
        verdict, ground, at, detail = StepVerdict.PASSED, "", place, ""
        try:
            told = proof()
            detail = told if isinstance(told, str) else ""
        except Undecided as open_:
            verdict, ground, detail = StepVerdict.INDETERMINATE, open_.ground, open_.detail
            at = ": ".join(filter(None, (place, open_.place)))
        except Flaw as flaw:
            verdict, ground, detail = StepVerdict.FAILED, flaw.ground, flaw.detail
            at = ": ".join(filter(None, (place, flaw.place)))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as broken:
            verdict, ground = StepVerdict.FAILED, "UNREADABLE"
            detail = f"{type(broken).__name__}: {broken}"[:300]
        self.steps.append(CheckedStep(check, at, verdict, ground, detail))
        return verdict is StepVerdict.PASSED

    @property
    def verdict(self) -> StepVerdict:
        """FAILED if one step failed, INDETERMINATE if one is open, else PASSED."""
        found = {one.verdict for one in self.steps}
        for worst in (StepVerdict.FAILED, StepVerdict.INDETERMINATE):
            if worst in found:
                return worst
        return StepVerdict.PASSED

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
    """One step: which check, of what, its result, and the ground of any but a good one.

    A good one has a ground where something beside what decided it has to be named.
    """

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


@dataclass(frozen=True)
class Remark:
    """What has to be named although the step passed."""

    ground: str
    detail: str


_LONGEST = 1000
"""Signs of a stranger's words that are repeated."""


def _shown(text: str) -> str:
    """Words from a package, without signs that a terminal obeys or that cannot be written."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text[:_LONGEST])


@dataclass
class Protocol:
    """The steps in their order."""

    steps: list[CheckedStep] = field(default_factory=list)

    def run(self, check: str, place: str, proof: Callable[[], object]) -> bool:
        """Do one step and write it down; whether it passed."""
        verdict, ground, at, detail = StepVerdict.PASSED, "", place, ""
        try:
            told = proof()
            if isinstance(told, Remark):
                ground, told = told.ground, told.detail
            detail = told if isinstance(told, str) else ""
        except Undecided as open_:
            verdict, ground, detail = StepVerdict.INDETERMINATE, open_.ground, open_.detail
            at = ": ".join(filter(None, (place, open_.place)))
        except Flaw as flaw:
            verdict, ground, detail = StepVerdict.FAILED, flaw.ground, flaw.detail
            at = ": ".join(filter(None, (place, flaw.place)))
        except MemoryError:
            raise
        except Exception as broken:  # noqa: BLE001  # a stranger's bytes fail in any way
            verdict, ground = StepVerdict.FAILED, "UNREADABLE"
            detail = f"{type(broken).__name__}: {broken}"
        self.steps.append(CheckedStep(check, _shown(at), verdict, ground, _shown(detail)))
        return verdict is StepVerdict.PASSED

    def guarded(self, check: str, place: str, proof: Callable[[], object]) -> None:
        """Do what has steps of its own; one more says where it could not be gone on with."""
        if self.run(check, place, proof):
            del self.steps[-1]

    @property
    def verdict(self) -> StepVerdict:
        """FAILED if one step failed, INDETERMINATE if one is open, else PASSED."""
        found = {one.verdict for one in self.steps}
        for worst in (StepVerdict.FAILED, StepVerdict.INDETERMINATE):
            if worst in found:
                return worst
        return StepVerdict.PASSED

"""A case: what is done to the examined system, for which clauses, in which suites."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

from shared_contracts.errors import BadInput
from shared_contracts.messages.document import LocalizedText

X = TypeVar("X")
"""What a case works with: the examination of a Registry, or of a SEZ."""


class Suite(StrEnum):
    """A set of cases that is run by itself."""

    FUNCTIONAL = "functional"
    PRELIMINARY = "preliminary"
    ACCEPTANCE = "acceptance"
    LOAD = "load"
    SECURITY = "security"


class ExaminedSide(StrEnum):
    """Which of the two systems is examined."""

    REGISTRY = "registry"
    SEZ = "sez"


class Deviation(BadInput):
    """The examined system did something else than the contract says; both in codes."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected, self.found = expected, found


class NotExamined(BadInput):
    """A case could not be brought to its question; the text says why."""


@dataclass(frozen=True, slots=True)
class CaseText:
    """What is said of a case in three languages, and to what it belongs.

    ``title`` says what is done and what must come of it, ``cure`` what to mend where it does not;
    ``operator`` is what the operator of the examined system does where no hook does it.
    """

    suites: tuple[Suite, ...]
    clauses: tuple[str, ...]
    title: LocalizedText
    cure: LocalizedText
    operator: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class ConformanceCase(Generic[X]):
    """A case by its id, with its words and what performs it."""

    case_id: str
    text: CaseText
    perform: Callable[[X], None]


@dataclass(frozen=True)
class CaseBook(Generic[X]):
    """The cases of one side by their ids; they are run in the order of the file of words."""

    side: ExaminedSide
    cases: dict[str, ConformanceCase[X]] = field(default_factory=dict)

    def case(self, case_id: str) -> Callable[[Callable[[X], None]], Callable[[X], None]]:
        """Enter a function as the case ``case_id``, whose words stand in the file of words."""

        def enter(perform: Callable[[X], None]) -> Callable[[X], None]:
            if case_id in self.cases:
                raise ValueError(f"two cases are called {case_id}")
            self.cases[case_id] = ConformanceCase(case_id, words(self.side)[case_id], perform)
            return perform

        return enter

    def chosen(
        self, suites: tuple[Suite, ...], case_ids: tuple[str, ...]
    ) -> Iterator[ConformanceCase[X]]:
        """The named cases, and those of the named suites; all but load where none is named."""
        unknown = [one for one in case_ids if one not in self.cases]
        if unknown:
            raise BadInput(f"no case {', '.join(unknown)}; --list shows all of them")
        for one in (self.cases[name] for name in words(self.side) if name in self.cases):
            by_default = not suites and not case_ids and one.text.suites != (Suite.LOAD,)
            if by_default or one.case_id in case_ids or set(suites) & set(one.text.suites):
                yield one


@cache
def words(side: ExaminedSide) -> Mapping[str, CaseText]:
    """The words of all cases of a side, by id."""
    table = tomllib.loads(files(__package__).joinpath(f"{side}_cases.toml").read_text("utf-8"))
    return {case_id: _text(entry) for case_id, entry in table.items()}


def _text(entry: Mapping[str, Any]) -> CaseText:
    operator = entry.get("operator")
    return CaseText(
        tuple(Suite(one) for one in entry["suites"]),
        tuple(entry["clauses"]),
        LocalizedText(**entry["title"]),
        LocalizedText(**entry["cure"]),
        None if operator is None else LocalizedText(**operator),
    )

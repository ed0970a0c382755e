"""The regulations that are known, each found by a day or by its id (S216-O.4, S95-O.0n)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

import msgspec

from registry.admission.conditions import CONDITIONS
from registry.admission.form import ApplicationForm
from registry.admission.regulation import Regulation
from shared_contracts.calendar.working_days import tables_in
from shared_contracts.errors import BadInput


@dataclass(frozen=True)
class Regulations:
    """All regulations, by the day from which each is in force."""

    all: Sequence[Regulation]

    def __post_init__(self) -> None:
        """Refuse two that claim the same day or the same id (``BadInput``)."""
        ids = [one.id for one in self.all]
        if len(set(ids)) != len(ids):
            raise BadInput(f"id: regulations {ids} bear one id twice")
        for before, after in pairwise(self.all):
            if before.last is None or before.last >= after.first:
                raise BadInput(f"first: {after.id} begins {after.first}, before {before.id} ends")

    def on(self, day: date) -> Regulation:
        """The regulation in force on a day (``BadInput`` where none is)."""
        for one in self.all:
            if one.holds(day):
                return one
        raise BadInput(f"{day}: no order is in force on it; the first begins {self.all[0].first}")

    def get(self, regulation_id: str) -> Regulation:
        """A regulation by its id (``BadInput``)."""
        for one in self.all:
            if one.id == regulation_id:
                return one
        raise BadInput(f"regulation: {regulation_id} is not among {[one.id for one in self.all]}")


def read_regulation(text: str) -> Regulation:
    """A regulation from its TOML (``BadInput`` names what is wrong)."""
    try:
        regulation = msgspec.toml.decode(text, type=Regulation)
    except (msgspec.DecodeError, ValueError) as problem:
        raise BadInput(f"regulation: {problem}") from None
    for one in regulation.condition:
        if one.rule not in CONDITIONS:
            raise BadInput(f"condition: {one.rule} is none of {', '.join(CONDITIONS)}")
    _check_paths(regulation)
    return regulation


def _check_paths(regulation: Regulation) -> None:
    """Each field that is wanted is one of the form, also where the form is empty."""
    empty = ApplicationForm()
    stated = [one.stated_sheets for one in regulation.attachment if one.stated_sheets]
    for path in (*(one.path for one in regulation.field), *stated):
        try:
            attrgetter(path)(empty)
        except AttributeError:
            raise BadInput(f"{regulation.id}: the form has no field {path!r}") from None


def regulations(folder: Path | None = None) -> Regulations:
    """The regulations that come with the program, and those of ``folder``."""
    added = map(read_regulation, tables_in(folder, "REGISTRY_REGULATIONS"))
    return Regulations(sorted((*_of_the_program(), *added), key=lambda one: one.first))


@cache
def _of_the_program() -> tuple[Regulation, ...]:
    own = files("registry.admission").joinpath("orders")
    return tuple(read_regulation(one.read_text("utf-8")) for one in own.iterdir())

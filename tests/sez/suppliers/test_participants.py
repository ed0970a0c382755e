"""Who is a participant is asked once for a number, and again when the list may have changed."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import pytest

from registry.intake import participants
from registry.intake.participants import Participants
from registry.kinds import KINDS
from registry.suppliers import listing
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.identifiers import uuid7
from tests.sez.suppliers.test_scheme_4 import on_record
from tests.sez.systems import BothSystems

OTHER = "990140000007"


@dataclass
class Counted:
    """The list of suppliers, and for which numbers it was asked."""

    asked: list[frozenset[str]] = field(default_factory=list)

    def __call__(
        self, log: EventLog, environment: str, numbers: Collection[str]
    ) -> frozenset[str] | None:
        self.asked.append(frozenset(numbers))
        return listing.participants(log, environment, numbers)


def remembering(systems: BothSystems, counted: Counted) -> Participants:
    """The participants of the Registry, its questions counted."""
    kinds = dict(KINDS) | {"SUPPLIER": replace(KINDS["SUPPLIER"], participants=counted)}
    return Participants(systems.registry.log, systems.registry.settings.environment, kinds)


def recorded(systems: BothSystems, kind: str) -> AggregateState[object]:
    """An object of a kind that was recorded."""
    objects = KINDS[kind].objects
    key = HeadKey(systems.registry.settings.environment, "SEZ01", objects.name, uuid7())
    return AggregateState(objects, key, uuid7(), 1, objects.initial)


def test_a_number_is_asked_for_once(systems: BothSystems) -> None:
    with systems.program() as program:
        number = on_record(systems, program)
    counted = Counted()
    known = remembering(systems, counted)
    assert known.among({number}) == frozenset({number})
    assert known.among({number, OTHER}) == frozenset({number})
    assert known.among({OTHER}) == frozenset()
    assert known.among(()) is None
    assert counted.asked == [{number}, {OTHER}]


def test_that_there_is_no_list_is_asked_once_until_somebody_is_recorded(
    systems: BothSystems,
) -> None:
    counted = Counted()
    known = remembering(systems, counted)
    assert known.among({OTHER}) is None
    with systems.program() as program:
        number = on_record(systems, program)
    known.note([recorded(systems, "PURCHASE")])
    assert known.among({number}) is None
    known.note([recorded(systems, "SUPPLIER")])
    assert known.among({number, OTHER}) == frozenset({number})
    assert counted.asked == [{OTHER}, {number, OTHER}]


def test_what_the_list_tells_later_is_believed_soon(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participants, "REMEMBERED", -1.0)
    counted = Counted()
    known = remembering(systems, counted)
    assert known.among({OTHER}) is known.among({OTHER}) is None
    assert len(counted.asked) == 2

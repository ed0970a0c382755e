"""Every state that was ever stored stays readable: one of each topic is kept for ever."""

from pathlib import Path
from uuid import uuid4

import pytest

import registry.app
import sez.app
from registry.messages.message import ReceiptIssued
from shared_contracts.event_log.declared import declared
from shared_contracts.event_log.derived import Derived, Whose, derived
from shared_contracts.event_log.event import Event, decode, encode, topic_of, topics

SAMPLES = Path(__file__).resolve().parents[1] / "golden" / "events"
SYSTEMS = (registry.app, sez.app)
"""With these, all topics of both systems are known."""


@pytest.mark.clause("S216-12a", "S216-11c")
@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_an_old_state_is_read_as_the_newest_version_of_its_event(name: str) -> None:
    state = (SAMPLES / f"{name}.json").read_bytes()
    event = decode(name, state)
    assert isinstance(event, Event)
    assert topic_of(event).rpartition(".")[0] == name.rpartition(".")[0]
    if topic_of(event) == name:
        assert encode(event) == state


class Unheard(Event, frozen=True):
    """An event that no system knows."""


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_of_which_object_an_event_is_and_what_it_claims_is_said(name: str) -> None:
    event = decode(name, (SAMPLES / f"{name}.json").read_bytes())
    [system] = [one for one in derived() if one.owns(event)]
    of_nothing = topic_of(event) in declared().without_head or isinstance(event, ReceiptIssued)
    assert (not list(system.object_ids(event))) is of_nothing
    assert len(list(system.claims(uuid4(), event))) <= 1


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_the_key_of_an_object_has_an_id_that_the_event_lets_it_have(name: str) -> None:
    event = decode(name, (SAMPLES / f"{name}.json").read_bytes())
    [system] = [one for one in derived() if one.owns(event)]
    keys = system.keys(Whose("STAND", "SEZ01"), event)
    assert {key.object_id for key in keys} <= set(system.object_ids(event))
    assert {key.kind for key in keys} <= system.kinds.keys()


@pytest.mark.parametrize("system", derived(), ids=lambda system: system.system)
def test_an_event_of_which_nothing_is_said_is_not_passed_over(system: Derived) -> None:
    with pytest.raises(TypeError, match="Unheard"):
        system.object_ids(Unheard())
    with pytest.raises(TypeError, match="Unheard"):
        system.claims(uuid4(), Unheard())
    with pytest.raises(TypeError, match="Unheard"):
        system.keys(Whose("STAND"), Unheard())


def test_every_topic_of_both_systems_is_known_here() -> None:
    assert SYSTEMS
    kept = {path.stem for path in SAMPLES.glob("*.json")}
    delivered = {name for name, kind in topics().items() if not kind.__module__.startswith("tests")}
    assert delivered <= kept

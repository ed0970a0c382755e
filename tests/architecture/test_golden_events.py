"""Every state that was ever stored stays readable: one of each topic is kept for ever."""

from pathlib import Path

import pytest

import registry.app
import sez.app
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


def test_every_topic_of_both_systems_is_known_here() -> None:
    assert SYSTEMS
    kept = {path.stem for path in SAMPLES.glob("*.json")}
    delivered = {name for name, kind in topics().items() if not kind.__module__.startswith("tests")}
    assert delivered <= kept

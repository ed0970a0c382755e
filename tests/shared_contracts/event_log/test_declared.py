"""The table of evidence knows every event of both systems."""

from pathlib import Path

import registry.app
import sez.app
from shared_contracts.event_log.declared import CANONICAL, declared
from shared_contracts.event_log.event import topics

SYSTEMS = (registry.app, sez.app)
"""With these, all topics of both systems are known."""
SAMPLES = Path(__file__).resolve().parents[2] / "golden" / "events"


def test_every_topic_says_what_stands_beside_it() -> None:
    assert SYSTEMS
    given = {name for name, kind in topics().items() if not kind.__module__.startswith("tests")}
    known = set(declared().beside)
    assert given <= known
    assert known == {file.stem for file in SAMPLES.glob("*.json")}


def test_every_hash_is_a_field_of_the_event() -> None:
    fields = {name: kind.__struct_fields__ for name, kind in topics().items()}
    missing = [
        (name, field)
        for name, beside in declared().beside.items()
        for field in (*beside.values(), declared().repeated_by.get(name, ""))
        if field and name in fields and field.removeprefix(CANONICAL) not in fields[name]
    ]
    assert missing == []

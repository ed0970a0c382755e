"""Every event that may stand in a log has a sample that stays readable for ever."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import DELIVERED, Source, sources

SAMPLES = Path(__file__).resolve().parents[1] / "golden" / "events"


def topics_of(source: Source) -> Iterator[str]:
    """Topics given to the events of ``source`` by ``@topic("purchase-announced.1")``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            calls = (mark for mark in node.decorator_list if isinstance(mark, ast.Call))
            marks = (call for call in calls if ast.unparse(call.func) in {"topic", "event.topic"})
            yield from (str(ast.literal_eval(mark.args[0])) for mark in marks)


def topics() -> list[str]:
    """All topics, as often as they are given."""
    return [topic for source in sources(*DELIVERED) for topic in topics_of(source)]


def sampled() -> set[str]:
    """Topics with a sample of their own."""
    if not SAMPLES.is_dir():
        pytest.skip("there are no samples of events yet")
    return {file.stem for file in SAMPLES.glob("*.json")}


def test_every_topic_has_a_sample() -> None:
    assert sorted(set(topics()) - sampled()) == []


def test_a_sample_outlives_its_topic_by_an_upcaster_only() -> None:
    newest = {topic.rpartition(".")[0] for topic in topics()}
    assert sorted(s for s in sampled() if s.rpartition(".")[0] not in newest) == []


def test_no_topic_is_given_twice_in_one_system() -> None:
    for system in ("registry", "sez"):
        given = [t for source in sources(system, "shared_contracts") for t in topics_of(source)]
        assert [topic for topic, times in Counter(given).items() if times > 1] == []


def test_every_topic_has_a_version() -> None:
    assert [t for t in topics() if not t.rpartition(".")[2].isdigit()] == []

"""The change feed: whoever goes on from a cursor misses nothing (wire.md 20, 23)."""

import threading
from typing import Any

import pytest

from shared_contracts.event_log.checkpoint import parse
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.story import Story


def follow(ask: Asker, limit: int, cursor: int = 0) -> list[dict[str, Any]]:
    """Every event from a cursor on, page by page."""
    found: list[dict[str, Any]] = []
    while page := ask.get("/api/v1/changes", after=cursor, limit=limit):
        if not page["events"]:
            assert page["next"] == cursor
            return found
        found += page["events"]
        cursor = page["next"]
    return found


@pytest.mark.clause("S216-2.1a", "S216-12a")
@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_pages_of_any_length_give_every_event_once_and_in_order(
    story: Story, ask: Asker, limit: int
) -> None:
    for _ in range(3):
        accepted(story.tell(story.tender()))
    events = follow(ask, limit)
    assert [one["position"] for one in events] == list(range(1, story.position() + 1))
    assert [bytes.fromhex(one["chain"]) for one in events] == [
        one.chain for one in story.registry.log.read(0)
    ]


def test_who_follows_while_others_write_misses_nothing(story: Story, ask: Asker) -> None:
    packages = [story.packed(story.tender()) for _ in range(12)]
    writers = [
        threading.Thread(target=lambda part=part: [story.post(one) for one in part])
        for part in (packages[:6], packages[6:])
    ]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    cursor = 0
    while any(writer.is_alive() for writer in writers) or cursor < story.position():
        page = ask.get("/api/v1/changes", after=cursor, limit=7)
        seen += [one["position"] for one in page["events"]]
        cursor = page["next"]
    for writer in writers:
        writer.join()
    assert seen == list(range(1, story.position() + 1))


def test_a_cursor_at_the_end_may_wait_for_what_comes(story: Story, ask: Asker) -> None:
    at = story.position()
    package = story.packed(story.tender())
    later = threading.Timer(0.2, story.post, (package,))
    later.start()
    page = ask.get("/api/v1/changes", after=at, wait=10)
    later.join()
    assert page["events"][0]["position"] == at + 1


def test_a_checkpoint_is_made_when_it_is_asked_for(story: Story, ask: Asker) -> None:
    accepted(story.tell(story.tender()))
    note = ask("POST", "/api/v1/checkpoint").text
    assert parse(note).size == story.position()
    assert accepted(story.tell(story.tender())).receipt.log.checkpoint == note

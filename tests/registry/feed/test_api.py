"""The change feed: whoever goes on from a cursor misses nothing (wire.md 20, 23)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from eventsourcing.persistence import StoredEvent

from registry.feed import api as feed_page
from registry.web import web
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.http.api import bearer_token
from shared_contracts.identifiers import uuid7
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.serving import serving
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


@pytest.mark.clause("S216-18.7")
def test_readers_that_wait_hold_up_nobody_and_are_woken_by_what_comes(story: Story) -> None:
    at, package = story.position(), story.packed(story.tender())
    token = {"Authorization": f"Bearer {bearer_token(story.registry.settings.data)}"}
    with serving(web(story.registry)) as base, ThreadPoolExecutor(60) as pool:
        ask = partial(httpx.get, headers=token, timeout=60, trust_env=False)
        waiting = [pool.submit(ask, f"{base}/api/v1/changes?after={at}&wait=30") for _ in range(45)]
        until_waiting(story, waiting)
        for path in ("/healthz", "/readyz", "/soap/?wsdl", "/api/v1/purchases?limit=1"):
            assert ask(base + path).status_code == 200
        assert not any(one.done() for one in waiting)
        story.post(package)
        pages = [one.result().json() for one in waiting]
    assert {page["events"][0]["position"] for page in pages} == {at + 1}
    assert story.registry.log.recorder.commit_signal._listeners == ()


def test_no_more_readers_wait_than_may(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_page, "WAITERS", 1)
    at = story.position()
    token = {"Authorization": f"Bearer {bearer_token(story.registry.settings.data)}"}
    with serving(web(story.registry)) as base, ThreadPoolExecutor(1) as pool:
        ask = partial(httpx.get, headers=token, timeout=60, trust_env=False)
        first = pool.submit(ask, f"{base}/api/v1/changes?after={at}&wait=30")
        until_waiting(story, [first])
        refused = ask(f"{base}/api/v1/changes?after={at}&wait=30")
        assert (refused.status_code, "too many readers" in refused.text) == (503, True)
        assert ask(f"{base}/api/v1/changes?after={at}").status_code == 200
        story.tell(story.tender())
        assert first.result().json()["events"]


@pytest.mark.clause("S216-18.7")
def test_an_event_of_a_newer_program_is_named_and_what_stands_before_it_is_shown(
    story: Story, ask: Asker
) -> None:
    accepted(story.tell(story.tender()))
    known = story.position()
    write_unknown(story)
    accepted(story.tell(story.tender()))
    assert follow_until(ask, known) == known
    refused = ask("GET", f"/api/v1/changes?after={known}")
    assert refused.status_code == 503
    told = f"position {known + 1} holds the topic 'from-the-future.1'"
    assert told in refused.json()["detail"]
    stop = threading.Event()
    story.registry.watch.begin(stop)
    try:
        while story.registry.watch.statuses["views"].row < 3:
            stop.wait(0.05)
        ready = ask("GET", "/readyz")
        assert (ready.status_code, told in ready.json()["checks"]["duties"]) == (503, True)
        assert story.registry.follower.position == known
    finally:
        stop.set()
        story.registry.watch.end()


def until_waiting(story: Story, readers: list[Any]) -> None:
    """Until the readers have reached the Registry and wait there."""
    while not story.registry.log.recorder.commit_signal._listeners:
        assert not any(one.done() for one in readers)
        time.sleep(0.02)
    time.sleep(0.3)


def follow_until(ask: Asker, end: int) -> int:
    """The cursor after the pages that can be read, up to a position."""
    cursor = 0
    while cursor < end:
        cursor = ask.get("/api/v1/changes", after=cursor)["next"]
    return cursor


def write_unknown(story: Story) -> None:
    """What a newer program would write."""
    event = StoredEvent(uuid7(), 1, "from-the-future.1", b"{}")
    story.registry.log.recorder.insert_events([event])

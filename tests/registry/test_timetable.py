"""What is due by the hour is done at the start and before the end (wire.md 12, 20)."""

import threading
import time
from datetime import timedelta

import pytest

from registry.app import RegistrySystem
from registry.strangers.arrival import ArrivalsCounted
from registry.strangers.listing import Stray
from registry.timetable import Strangers
from shared_contracts.event_log.proofs.checkpoint import parse
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

WITHIN = 20.0
"""Seconds within which a duty that is due at the start is done."""


def newest(registry: RegistrySystem) -> int:
    """The size of the log under the newest checkpoint in the store."""
    rows = registry.log.recorder.select("SELECT max(size) FROM log.checkpoints", ())
    return int(rows[0][0])


def counts(story: Story) -> list[int]:
    """How many strangers each count in the log tells."""
    events = (one.event for one in story.registry.log.read(0))
    return [event.count for event in events if isinstance(event, ArrivalsCounted)]


def run_for_a_moment(registry: RegistrySystem) -> None:
    """The duties begin, and end with the process."""
    stop = threading.Event()
    registry.watch.begin(stop)
    stop.set()
    registry.watch.end()


@pytest.mark.clause("S216-12a")
def test_a_registry_that_is_restarted_within_the_hour_signs_what_it_recorded(story: Story) -> None:
    accepted(story.tell(story.tender()))
    assert newest(story.registry) == 0
    recorded = story.position()
    run_for_a_moment(story.registry)
    assert newest(story.registry) >= recorded, "other duties may record something after it"
    receipt = accepted(story.tell(story.tender())).receipt
    assert parse(receipt.log.checkpoint).size > 0


def test_a_checkpoint_is_signed_at_the_start_and_again_before_the_end(story: Story) -> None:
    accepted(story.tell(story.tender()))
    stop, recorded = threading.Event(), story.position()
    story.registry.watch.begin(stop)
    deadline = time.monotonic() + WITHIN
    while newest(story.registry) < recorded:
        assert time.monotonic() < deadline
        stop.wait(0.02)
    accepted(story.tell(story.tender()))
    recorded = story.position()
    assert newest(story.registry) < recorded
    stop.set()
    story.registry.watch.end()
    assert newest(story.registry) >= recorded, "other duties may record something after it"


@pytest.mark.clause("S216-12a")
def test_strangers_are_counted_once_whenever_the_registry_was_restarted(story: Story) -> None:
    context = story.registry.intake
    context.arrivals.keep(Stray(b"1", "192.0.2.1", story.now), b"", ("NOT_XML",))
    story.clock.offset = timedelta(minutes=1)
    Strangers(context).count()
    context.arrivals.keep(Stray(b"2", "192.0.2.1", story.now), b"", ("NOT_XML",))
    story.clock.offset = timedelta(minutes=2)
    Strangers(context).count()  # a new process counts on from where the last one stopped
    Strangers(context).count()
    assert counts(story) == [1, 1]


@pytest.mark.clause("S216-12a")
def test_strangers_are_counted_once_though_the_process_failed_before_it_noted_the_count(
    story: Story,
) -> None:
    context = story.registry.intake
    for minute in (1, 2):
        context.arrivals.keep(Stray(b"1", f"192.0.2.{minute}", story.now), b"", ("NOT_XML",))
        noted = context.arrivals.counted_until()
        story.clock.offset = timedelta(minutes=minute)
        Strangers(context).count()
        with story.registry.log.recorder.transaction() as cursor:  # as it was before the note
            cursor.execute("UPDATE views.arrivals_kept SET counted_until = %s", (noted,))
        story.clock.offset = timedelta(minutes=minute, seconds=30)
        context.arrivals.keep(Stray(b"2", f"192.0.2.{minute}", story.now), b"", ("NOT_XML",))
        story.clock.offset = timedelta(minutes=minute, seconds=40)
        Strangers(context).count()
    assert counts(story) == [1, 1, 1, 1]

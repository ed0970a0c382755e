"""What strangers leave behind is bounded, dropped by day, and counted once an hour (S216-18.7)."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from registry.strangers.arrival import ArrivalsCounted, count
from registry.strangers.listing import DAYS, Arrivals, Stray
from registry.timetable import Strangers
from tests.story import Story, record

DAY = timedelta(days=1)


@pytest.fixture
def arrivals(story: Story) -> Arrivals:
    """Room for three a day from one address, and for two hundred thousand bytes in all."""
    return story.registry.intake.arrivals


def kept(story: Story, arrivals: Arrivals) -> int:
    """How many are there."""
    return len(arrivals.between(story.now - 30 * DAY, story.now + 30 * DAY))


@pytest.mark.clause("S216-18.7", "S216-19")
def test_a_package_of_nobody_is_kept_with_its_answer_outside_the_log(
    story: Story, arrivals: Arrivals
) -> None:
    package = story.seal(story.package(record(story.sign(story.tender()))), "sez2")
    answer = story.post(package)
    [one] = arrivals.between(story.now - DAY, story.now + DAY)
    assert (one.peer, one.rules) == ("192.0.2.16", ("C-07", "I-12"))
    assert (one.sha256, one.size) == (sha256(answer.body).hexdigest(), len(answer.body))
    query = "SELECT body, answer FROM views.arrivals"
    assert story.registry.log.recorder.select(query, ()) == [(answer.body, answer.data)]


@pytest.mark.clause("S216-18.7", "S216-19")
def test_one_address_leaves_no_more_than_its_share_a_day(story: Story, arrivals: Arrivals) -> None:
    package = story.seal(story.package(record(story.sign(story.tender()))), "sez2")
    answers = [story.post(package) for _ in range(5)]
    assert {answer.outcome for answer in answers} == {("REFUSED", "CERTIFICATE")}
    assert kept(story, arrivals) == 3
    story.deliver(answers[0].body, "192.0.2.99")
    assert kept(story, arrivals) == 4


@pytest.mark.clause("S216-19")
def test_all_addresses_together_leave_no_more_than_there_is_room(
    story: Story, arrivals: Arrivals
) -> None:
    bodies = [Stray(bytes(90_000), f"192.0.2.{n}", story.now) for n in range(5)]
    assert [arrivals.keep(one, b"", ("NOT_XML",)) for one in bodies] == [True, True] + [False] * 3
    assert arrivals.keep(Stray(bytes(20_000), "192.0.2.9", story.now), b"", ("NOT_XML",))


def test_a_day_later_an_address_has_its_share_again(story: Story, arrivals: Arrivals) -> None:
    stray = Stray(b"x", "192.0.2.1", story.now)
    assert [arrivals.keep(stray, b"", ("NOT_XML",)) for _ in range(4)] == [True] * 3 + [False]
    assert arrivals.keep(replace(stray, at=stray.at + DAY), b"", ("NOT_XML",))


def test_arrivals_are_dropped_when_their_days_are_over(story: Story, arrivals: Arrivals) -> None:
    for days in range(9):
        arrivals.keep(Stray(b"x", f"192.0.2.{days}", story.now - days * DAY), b"", ("NOT_XML",))
    Strangers(story.registry.intake, story.now).count()
    assert kept(story, arrivals) == DAYS


def test_what_is_kept_is_summed_as_it_comes_and_goes(story: Story, arrivals: Arrivals) -> None:
    today = story.now
    for days in range(9):
        stray = Stray(bytes(days), f"192.0.2.{days}", today - days * DAY)
        assert arrivals.keep(stray, b"", ("NOT_XML",))
    assert arrivals.kept() == (9, sum(range(9)))
    assert arrivals.drop_before(today - DAYS * DAY) == 1
    assert arrivals.kept() == (8, sum(range(8)))
    with story.registry.log.recorder.transaction() as cursor:
        cursor.execute("DROP TABLE views.arrivals_kept")
    arrivals.prepare()
    assert arrivals.kept() == (8, sum(range(8)))


def test_up_to_when_was_counted_is_known_after_a_new_start(
    story: Story, arrivals: Arrivals
) -> None:
    assert arrivals.counted_until() is None
    began = story.now
    arrivals.keep(Stray(b"x", "192.0.2.1", story.now), b"", ("NOT_XML",))
    Strangers(story.registry.intake, story.now - DAY).count()
    until = arrivals.counted_until()
    assert until is not None
    assert until >= began
    with story.registry.log.recorder.transaction() as cursor:
        cursor.execute("DROP TABLE views.arrivals_kept")
    arrivals.prepare()
    assert arrivals.counted_until() == until


@pytest.mark.clause("S216-12a")
def test_once_an_hour_their_count_and_digest_go_into_the_log(
    story: Story, arrivals: Arrivals
) -> None:
    since = story.now - timedelta(minutes=1)
    for text in (b"first", b"second"):
        arrivals.keep(Stray(text, "192.0.2.1", story.now), b"", ("NOT_XML",))
    strangers = Strangers(story.registry.intake, since)
    strangers.count()
    [counted] = [one.event for one in story.registry.log.read(0) if "arrivals" in one.topic]
    assert isinstance(counted, ArrivalsCounted)
    assert (counted.count, counted.since) == (2, since)
    hashes = [sha256(text).digest() for text in (b"first", b"second")]
    assert counted.digest == sha256(b"".join(hashes)).hexdigest()
    strangers.count()
    assert story.events().count("arrivals-counted.1") == 1


def test_the_digest_depends_on_every_message_and_on_their_order(story: Story) -> None:
    one, two = (sha256(text).hexdigest() for text in (b"1", b"2"))
    digests = {
        count(story.now, story.now, hashes).digest
        for hashes in ((), (one,), (two,), (one, two), (two, one))
    }
    assert len(digests) == 5

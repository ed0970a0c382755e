"""An hour from forming to first arrival, to the millisecond (S216-18.3, S95-15.2)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from registry.notices.wanted import WantedNotice
from registry.purchases.purchase import PurchaseRecorded
from registry.records import listing
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.notice import AnnouncedWorks, NoticeKind
from shared_contracts.rules.hour import delay, hour, is_excused, is_late
from tests import samples
from tests.registry.asking import asking
from tests.registry.intake.test_accepted import accepted
from tests.samples import zone
from tests.story import Story

HOUR = timedelta(hours=1)


def recorded(story: Story) -> PurchaseRecorded:
    """The newest version of a purchase in the log."""
    events = [one.event for one in story.registry.log.read(0, 5000)]
    return [one for one in events if isinstance(one, PurchaseRecorded)][-1]


@pytest.mark.clause("S216-18.3", "S95-15.2")
@pytest.mark.parametrize(
    ("delay", "late"),
    [
        (timedelta(), False),
        (HOUR - timedelta(milliseconds=1), False),
        (HOUR, False),
        (HOUR + timedelta(milliseconds=1), True),
        (timedelta(days=2), True),
    ],
    ids=["at once", "a moment before the hour", "exactly the hour", "a moment later", "days"],
)
def test_exactly_the_hour_is_in_time_and_a_millisecond_more_is_late(
    shared: Story, delay: timedelta, *, late: bool
) -> None:
    shared.clock.frozen = shared.now
    tender = shared.with_files(shared.own(samples.purchase_open_tender(shared.now - delay)))
    answer = shared.tell(shared.sign(tender, formed_at=shared.now - delay))
    shared.clock.frozen = None
    [result] = accepted(answer, *(["F-HDR-4"] if late else [])).receipt.records
    assert (result.late, result.seconds_after_forming) == (late, int(delay.total_seconds()))
    assert recorded(shared).late is late


@pytest.mark.clause("S216-18.3", "S95-15.2")
def test_what_came_late_is_accepted_and_stands_in_the_register_of_violations(
    story: Story,
) -> None:
    story.clock.frozen = story.now
    formed = story.now - HOUR - timedelta(minutes=1)
    late = story.with_files(story.own(samples.purchase_open_tender(formed)))
    accepted(story.tell(story.sign(late, formed_at=formed)), "F-HDR-4")
    accepted(story.tell(story.sign(story.tender(), formed_at=story.now - timedelta(minutes=1))))
    story.registry.follower.catch_up()
    [one] = listing.late_versions(story.registry.log, "SEZ01")
    assert (one.seconds, one.late) == (3660.0, True)
    [punctuality] = listing.lateness(story.registry.log, story.registry.mailing.queue.works)
    assert (punctuality.versions, punctuality.late, punctuality.excused) == (2, 1, 0)
    assert (punctuality.median_seconds, punctuality.longest_seconds) == (1860.0, 3660.0)


@pytest.mark.clause("S216-18.4", "S216-18.3")
def test_what_came_late_because_of_announced_works_stays_late_and_is_excused(story: Story) -> None:
    words, minute = LocalizedText(kk="Жұмыстар", ru="Работы"), timedelta(minutes=1)
    story.clock.frozen = formed = story.now - 150 * minute
    works = AnnouncedWorks(
        begins_at=formed + minute, ends_at=formed + 120 * minute, excuses_hour=True
    )
    kind = NoticeKind.MAINTENANCE
    wanted = WantedNotice(kind=kind, subject=words, body=words, works=works, systems=("SEZ01",))
    story.registry.desk.send(wanted)
    story.clock.frozen = None
    late = story.with_files(story.own(samples.purchase_open_tender(formed)))
    accepted(story.tell(story.sign(late, formed_at=formed)), "F-HDR-4")
    story.registry.follower.catch_up()
    with asking(story) as ask:
        [row] = ask.get("/api/v1/lateness/SEZ01")
        assert (row["late"], row["excused"]) == (True, True)
        [punctuality] = ask.get("/api/v1/lateness")
        assert (punctuality["late"], punctuality["excused"]) == (1, 1)


@pytest.mark.clause("S216-18.4")
@pytest.mark.parametrize(
    ("windows", "excused"),
    [
        ([], False),
        ([(0, 60)], True),
        ([(0, 59)], False),
        ([(-60, 30), (20, 60)], True),
        ([(-60, 30), (20, 50)], False),
        ([(90, 300)], False),
        ([(61, 300)], False),
        ([(60, 300)], True),
    ],
    ids=str,
)
def test_the_time_of_works_is_taken_off_once(
    windows: list[tuple[int, int]], *, excused: bool
) -> None:
    formed, minute = samples.AT, timedelta(minutes=1)
    works = [
        AnnouncedWorks(
            begins_at=formed + begin * minute, ends_at=formed + end * minute, excuses_hour=True
        )
        for begin, end in windows
    ]
    assert is_excused(formed, formed + 120 * minute, works) is excused
    idle = [msgspec.structs.replace(one, excuses_hour=False) for one in works]
    assert not is_excused(formed, formed + 120 * minute, idle)


@pytest.mark.clause("S216-18.3", "S95-15.2")
@pytest.mark.parametrize(
    ("formed", "received", "seconds"),
    [
        # Until 2024-02-29T24:00 clocks stood at UTC+6; then they were put back by an hour.
        (
            datetime(2024, 2, 29, 23, 30, tzinfo=zone(6)),
            datetime(2024, 3, 1, 0, 30, tzinfo=zone(5)),
            7200,
        ),
        (
            datetime(2024, 2, 29, 23, 30, tzinfo=zone(6)),
            datetime(2024, 2, 29, 23, 30, tzinfo=zone(5)),
            3600,
        ),
        (
            datetime(2024, 2, 29, 23, 59, 59, tzinfo=zone(6)),
            datetime(2024, 2, 29, 18, 59, 59, tzinfo=UTC),
            3600,
        ),
        (datetime(2024, 2, 28, 12, 0, tzinfo=zone(6)), datetime(2024, 2, 28, 7, tzinfo=UTC), 3600),
    ],
)
def test_the_hour_is_an_hour_across_the_change_of_the_zone(
    formed: datetime, received: datetime, seconds: int
) -> None:
    assert delay(formed, received) == timedelta(seconds=seconds)
    assert is_late(formed, received) == (seconds > 3600)
    assert hour(formed) == HOUR


@pytest.mark.clause("S216-13c")
def test_what_was_formed_in_the_future_is_refused_but_for_a_minute_of_clocks(
    shared: Story,
) -> None:
    shared.clock.frozen = shared.now
    minute = timedelta(minutes=1)
    accepted(shared.tell(shared.sign(shared.tender(), formed_at=shared.now + minute)))
    beyond = shared.now + minute + timedelta(milliseconds=1)
    answer = shared.tell(shared.sign(shared.tender(), formed_at=beyond))
    shared.clock.frozen = None
    assert answer.outcome == ("REFUSED", "FORMAT_LOGIC")
    path = "/Package/Records/Record[1]/Header/FormedAt"
    assert [(f.rule_id, f.path) for f in answer.receipt.findings] == [("F-HDR-3", path)]


@pytest.mark.clause("S216-13c")
@pytest.mark.parametrize(("offset", "rule"), [(None, "F-TIME-1"), (0, "F-TIME-2"), (6, "F-TIME-2")])
def test_a_moment_bears_the_offset_of_astana(shared: Story, offset: int | None, rule: str) -> None:
    moment = shared.now
    formed = moment.replace(tzinfo=None) if offset is None else moment.astimezone(zone(offset))
    answer = shared.tell(shared.sign(shared.tender(), formed_at=formed))
    assert answer.outcome == ("REFUSED", "FORMAT_LOGIC")
    assert answer.rules == [rule]

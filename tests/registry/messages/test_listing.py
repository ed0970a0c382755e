"""Numbers that never came are reported after an hour (wire.md 9)."""

from datetime import timedelta

import pytest

from registry.messages.listing import missing, prepare
from tests.registry.asking import Asker
from tests.story import Story


def gaps(story: Story, later: timedelta) -> list[tuple[int, int]]:
    story.registry.follower.catch_up()
    log, before = story.registry.log, story.clock() + later - timedelta(hours=1)
    return [(gap.first, gap.last) for gap in missing(log, story.code, before)]


@pytest.mark.clause("S216-18.7")
def test_a_number_that_does_not_come_within_the_hour_is_missing(story: Story) -> None:
    story.tell(story.tender())
    skipped = [next(story.numbers), next(story.numbers)]
    story.tell(story.tender())
    assert gaps(story, timedelta(minutes=59)) == []
    assert gaps(story, timedelta(minutes=61)) == [(skipped[0], skipped[1])]


def test_a_number_declared_never_sent_is_not_missing(story: Story) -> None:
    story.tell(story.tender())
    skipped = next(story.numbers)
    story.tell(story.tender())
    story.void(skipped)
    assert gaps(story, timedelta(hours=2)) == []


def test_numbers_that_come_later_in_any_order_shorten_part_and_close_a_gap(story: Story) -> None:
    story.tell(story.tender())
    skipped = [next(story.numbers) for _ in range(7)]
    story.tell(story.tender())
    seen = [gaps(story, timedelta(hours=2))]
    for place in (3, 0, 6, 5, 1, 4, 2):
        story.tell(story.tender(), sequence=skipped[place])
        seen.append(gaps(story, timedelta(hours=2)))
    at = skipped[0]
    told = [[(first - at, last - at) for first, last in one] for one in seen]
    assert told == [
        [(0, 6)],
        [(0, 2), (4, 6)],
        [(1, 2), (4, 6)],
        [(1, 2), (4, 5)],
        [(1, 2), (4, 4)],
        [(2, 2), (4, 4)],
        [(2, 2)],
        [],
    ]


def test_gaps_of_a_store_that_had_no_table_of_them_are_found_once(story: Story) -> None:
    story.tell(story.tender())
    skipped = next(story.numbers)
    story.tell(story.tender())
    assert gaps(story, timedelta(hours=2)) == [(skipped, skipped)]
    with story.registry.log.recorder.transaction() as cursor:
        cursor.execute("DROP TABLE views.gaps")
    for _ in range(2):
        prepare(story.registry.log)
        assert gaps(story, timedelta(hours=2)) == [(skipped, skipped)]


def test_what_is_refused_apart_uses_no_number_up(story: Story) -> None:
    story.tell(story.tender())
    assert story.tell(story.tender(), sequence=1).rules == ["I-08"]
    assert gaps(story, timedelta(hours=2)) == []


def test_the_keeper_can_ask_for_them(story: Story, ask: Asker) -> None:
    story.tell(story.tender())
    story.registry.follower.catch_up()
    assert ask.get(f"/api/v1/systems/{story.code}/missing") == []

"""Only what was asked for is taken, and for a day only (wire.md 17)."""

from datetime import timedelta

from registry.files.listing import OPEN_FOR
from tests.story import Story

ONE, TWO = "1" * 64, "2" * 64


def test_nothing_is_wanted_that_was_not_asked_for(story: Story) -> None:
    assert not story.registry.wanted.is_wanted(ONE)
    story.registry.wanted.want([ONE])
    assert story.registry.wanted.is_wanted(ONE)
    assert not story.registry.wanted.is_wanted(TWO)


def test_who_asks_again_opens_the_day_anew(story: Story) -> None:
    story.registry.wanted.want([ONE, TWO])
    story.clock.offset = OPEN_FOR - timedelta(minutes=1)
    story.registry.wanted.want([ONE])
    story.clock.offset = OPEN_FOR + timedelta(minutes=1)
    assert story.registry.wanted.is_wanted(ONE)
    assert not story.registry.wanted.is_wanted(TWO)

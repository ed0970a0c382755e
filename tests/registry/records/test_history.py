"""The history of an object is shown where objects of its kind are (S216-12a)."""

import pytest

from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.story import Story

OTHERS = (
    *("suppliers", "programmes", "bid-lists", "download-lists"),
    *("review-protocols", "single-source-protocols"),
)


@pytest.mark.clause("S216-12a")
def test_an_object_of_another_kind_is_not_there(story: Story, ask: Asker) -> None:
    accepted(story.tell(story.tender()))
    story.registry.follower.catch_up()
    [row] = ask.get("/api/v1/purchases")
    assert ask("GET", f"/api/v1/purchases/{row['registry_id']}").status_code == 200
    for address in OTHERS:
        answer = ask("GET", f"/api/v1/{address}/{row['registry_id']}")
        assert (address, answer.status_code) == (address, 404)

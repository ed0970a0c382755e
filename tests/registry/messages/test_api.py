"""Evidence for those who keep the record: what came and what was answered (S216-12a, S216-13b)."""

from uuid import uuid4

import pytest

from shared_contracts.faults import Unprocessed
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted, changed
from tests.story import Answer, Story


def place(answer: Answer) -> str:
    """Where a message is shown."""
    return f"/api/v1/messages/{answer.receipt.sez_code}/{answer.receipt.message_id}"


@pytest.mark.clause("S216-12a", "S216-13b")
def test_a_message_is_shown_with_its_bytes_its_documents_and_its_receipt(
    story: Story, ask: Asker
) -> None:
    signed = [story.sign(story.tender()) for _ in range(2)]
    answer = accepted(story.tell(*signed))
    at = place(answer)
    assert ask("GET", f"{at}/package").content == answer.body
    assert ask("GET", f"{at}/receipt").content == answer.data
    shown = [ask("GET", f"{at}/documents/{number}").content for number in (1, 2)]
    assert shown == [one.data for one in signed]
    happened = ask.get(at)
    assert [one["topic"] for one in happened] == ["package-accepted.1", "receipt-issued.1"]
    assert happened[0]["leaf"] == answer.receipt.log.leaf_hash


@pytest.mark.clause("S216-12a", "S216-A2.1.7")
def test_a_refused_message_has_its_evidence_too(story: Story, ask: Asker) -> None:
    answer = story.tell(story.tender(lot_count=9))
    happened = ask.get(place(answer))
    assert happened[0]["event"]["rules"][0] == "F-NUM-4"
    assert ask("GET", f"{place(answer)}/package").content == answer.body
    assert ask("GET", f"{place(answer)}/receipt").content == answer.data


def test_a_deferred_message_shows_both_what_was_put_off_and_what_came_of_it(
    story: Story, ask: Asker
) -> None:
    first = story.sign(story.tender())
    package = story.packed(story.next(first, changed(first)))
    with pytest.raises(Unprocessed):
        story.post(package)
    accepted(story.tell(first))
    answer = accepted(story.post(package))
    topics = [one["topic"] for one in ask.get(place(answer))]
    assert topics == ["package-deferred.1", "package-accepted.1", "receipt-issued.1"]


def test_what_is_not_there_is_told_so(story: Story, ask: Asker) -> None:
    answer = accepted(story.tell(story.tender()))
    for path in (f"/api/v1/messages/SEZ01/{uuid4()}", f"{place(answer)}/documents/2"):
        assert ask("GET", path).status_code == 404
    assert ask("GET", place(answer).replace("SEZ01", "SEZ02")).status_code == 404

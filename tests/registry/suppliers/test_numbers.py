"""A number of a supplier is taken by one card at a time, whichever system sends it (R53)."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.document import Operation
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.versions import NEWEST
from tests import supplier_samples
from tests.postgres import owner_of
from tests.story import Answer, Signed, Story

CONTRACT = {"contract_version": NEWEST}


def card(story: Story, **changes: Any) -> SupplierCard:
    """The first card of a supplier of its own, as of now."""
    made = supplier_samples.card(story.now, **changes)
    return story.own(made)


def deletion(story: Story, before: Signed) -> Any:
    """The deletion of the card, as of now."""
    made = msgspec.structs.replace(supplier_samples.deletion(), deleted_at=story.now)
    return story.next(before, made, operation=Operation.DELETE)


def sent(story: Story, *documents: Any) -> Answer:
    """What the Registry says of a package of these documents."""
    return story.tell(*documents, **CONTRACT)


@pytest.mark.clause("S216-A2.4.5", "S216-A3.1j", "S216-A3.1k")
def test_a_number_that_one_system_gave_up_is_taken_by_another(story: Story) -> None:
    other = replace(story, code="SEZ02", system="sez2")
    first = story.sign(card(story))
    assert sent(story, first).rules == []
    assert sent(other, card(other)).rules == ["F-SUP-3"]
    assert sent(story, deletion(story, first)).rules == []
    second = other.sign(card(other))
    assert sent(other, second).rules == []
    assert sent(story, card(story)).rules == ["F-SUP-3"]
    assert sent(story, card(story), card(story)).rules == ["F-SUP-3", "F-SUP-3"]
    assert sent(other, deletion(other, second)).rules == []
    assert sent(story, card(story), card(story)).rules == ["F-SUP-3"]
    assert sent(story, card(story)).rules == []
    assert not audit(owner_of(story.registry.settings.database_url)).differences

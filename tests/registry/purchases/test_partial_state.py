"""What a program before 0.3.0 kept of a purchase is completed from its events (S216-12a, O.4)."""

from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
import pytest

from registry.purchases.kind import OBJECTS
from registry.purchases.purchase import PurchaseAnnounced
from registry.purchases.states import AnnouncedPurchase
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.decider import load
from shared_contracts.event_log.event import Fact, decode
from shared_contracts.event_log.log import HeadKey, NewHead
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.purchase import BasePurchase
from tests.postgres import owner_of
from tests.registry.intake.test_accepted import accepted, changed
from tests.story import Story

GOLDEN = Path(__file__).parents[2] / "golden" / "events" / "purchase-announced.1.json"
BASE = UUID(int=7)


def announced() -> PurchaseAnnounced:
    """The announcement as 0.2.0 wrote it, on the base of another."""
    event = decode("purchase-announced.1", GOLDEN.read_bytes())
    assert isinstance(event, PurchaseAnnounced)
    base = BasePurchase(relation="REPEAT", object_id=BASE)
    document = msgspec.structs.replace(event.document, base_purchase=base)
    return msgspec.structs.replace(event, document=document)


def without_base(state: bytes) -> bytes:
    """A state as it was kept then."""
    fields = msgspec.json.decode(state)
    del fields["base"]
    return msgspec.json.encode(fields)


@pytest.mark.clause("S216-A3.1d")
def test_the_base_of_a_purchase_is_known_though_its_head_was_kept_without_it(story: Story) -> None:
    event, log = announced(), story.registry.log
    kept = without_base(msgspec.json.encode(OBJECTS.fold([event])))
    key = HeadKey("STAND", "SEZ01", OBJECTS.name, event.header.object_id)
    stream = uuid7()
    log.append(Commit((Fact(stream, 1, event),), (NewHead(key, stream, 1, kept),)))
    state = load(log, OBJECTS, [key], uuid7)[key].state
    assert isinstance(state, AnnouncedPurchase)
    assert state.base == BASE
    assert b'"base"' in msgspec.json.encode(state)


@pytest.mark.clause("S216-12a")
def test_such_a_head_is_no_tampering_and_is_whole_after_the_next_version(story: Story) -> None:
    first = story.sign(story.tender())
    accepted(story.tell(first))
    dsn = owner_of(story.registry.settings.database_url)
    with psycopg.connect(dsn) as owner:
        query = "SELECT originator_id, state FROM log.heads WHERE kind = 'PURCHASE'"
        [(stream, state)] = owner.execute(query).fetchall()
        update = "UPDATE log.heads SET state = %s WHERE originator_id = %s"
        owner.execute(update, (without_base(state), stream))
    found = [one.column for one in audit(dsn).differences if one.column.startswith("head")]
    assert found == []
    accepted(story.tell(story.next(first, changed(first))))
    [(state,)] = story.registry.log.recorder.select(query.replace("originator_id, ", ""), ())
    assert b'"base":null' in state

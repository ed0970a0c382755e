"""A purchase learns of the protocols that refer to it, and of their deletion (S216-9.2-4)."""

from typing import Any
from uuid import UUID

import pytest

from registry.purchases.purchase import decide, evolve, learn
from registry.purchases.states import AnyPurchase, UnknownPurchase
from registry.records.record import ReferenceRecorded
from shared_contracts.faults import Refused
from shared_contracts.messages.document import Amendable, Ground
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    ResultsProtocol,
    ReviewProtocol,
    SingleSourceProtocol,
)
from tests import samples
from tests.registry.purchases.test_purchase import OT, after, delivery
from tests.samples import AT

REVIEW_ID = UUID(int=2)
HEAD: dict[str, Any] = {
    "protocol_number": "1",
    "protocol_date": AT,
    "place": samples.text("Ақтау қ.", "г. Актау"),
    "purchase_id": samples.PURCHASE_ID,
    "purchase_version": 1,
    "members": (),
}


def of(object_type: str, number: int) -> Any:  # an act of any kind
    return samples.act(object_type=object_type, object_id=UUID(int=number))


REVIEW = ReviewProtocol(act=of(REVIEW_PROTOCOL, 2), opened_at=AT, lot_reviews=(), **HEAD)
RESULTS = ResultsProtocol(
    act=of(RESULTS_PROTOCOL, 3), review_protocol_id=REVIEW_ID, lot_results=(), **HEAD
)
SINGLE = SingleSourceProtocol(
    act=of(SINGLE_SOURCE_PROTOCOL, 4), ground=Ground(code="03"), lot_conclusions=(), **HEAD
)


def gone(protocol: Amendable) -> Amendable:
    """The deletion of a protocol."""
    act = protocol.act
    whose = {"object_type": act.object_type, "object_id": act.object_id}
    return samples.with_act(samples.deletion(), **whose)


def told(*documents: Amendable) -> AnyPurchase:
    """A purchase after its own versions and those of protocols that refer to it."""
    state = after(OT)
    for document in documents:
        own = document.act.object_id == samples.PURCHASE_ID
        events = (
            decide(state, delivery(document))
            if own
            else learn(state, samples.PURCHASE_ID, delivery(document))
        )
        for event in events:
            state = evolve(state, event)
    assert not isinstance(state, UnknownPurchase)
    return state


STAGES: dict[str, tuple[tuple[Amendable, ...], str]] = {
    "reviewed": ((REVIEW,), "REVIEWED"),
    "summed up": ((REVIEW, RESULTS), "SUMMED_UP"),
    "concluded": ((SINGLE,), "SUMMED_UP"),
    "reviewed again": ((REVIEW, RESULTS, gone(RESULTS)), "REVIEWED"),
    "announced again": ((REVIEW, RESULTS, gone(RESULTS), gone(REVIEW)), "ANNOUNCED"),
    "open again": ((SINGLE, gone(SINGLE)), "ANNOUNCED"),
    "reviewed and changed": ((REVIEW, samples.changed()), "REVIEWED"),
    "reviewed and failed": ((REVIEW, samples.failed()), "FAILED"),
    "failed, without its review": ((REVIEW, samples.failed(), gone(REVIEW)), "FAILED"),
    "reviewed and deleted": ((REVIEW, samples.deletion()), "DELETED"),
}


@pytest.mark.clause("S216-9.2", "S216-9.3", "S216-9.4")
@pytest.mark.parametrize("name", STAGES)
def test_a_purchase_is_at_the_stage_to_which_its_protocols_bring_it(name: str) -> None:
    documents, status = STAGES[name]
    assert told(*documents).status == status


def test_what_a_purchase_learns_changes_neither_its_version_nor_its_hash() -> None:
    before, reviewed = told(), told(REVIEW)
    assert (reviewed.version, reviewed.document_hash) == (before.version, before.document_hash)


@pytest.mark.clause("S216-A3.1i")
def test_a_purchase_that_is_summed_up_takes_neither_change_nor_deletion() -> None:
    for document in (samples.changed(), samples.deletion()):
        with pytest.raises(Refused):
            told(REVIEW, RESULTS, document)


def test_an_event_names_the_purchase_and_the_version_of_which_it_tells() -> None:
    [event] = learn(told(), samples.PURCHASE_ID, delivery(REVIEW))
    assert isinstance(event, ReferenceRecorded)
    assert event.object_id == samples.PURCHASE_ID
    assert event.header.object_id == REVIEW_ID

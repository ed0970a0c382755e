"""What may happen to a purchase, and what it is after that (S216-A3.1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from registry.purchases.purchase import decide, evolve
from registry.purchases.states import (
    AnnouncedPurchase,
    DeletedPurchase,
    FailedPurchase,
    PurchaseOnRecord,
    State,
    UnknownPurchase,
)
from registry.records.record import RecordVersion
from registry.strangers.arrival import count
from shared_contracts.faults import Refused
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.package import FormedBy, RecordHeader
from tests import samples
from tests.samples import AT

REGISTRY_ID = UUID("01939b2e-7c00-7abc-8def-0123456789ab")


def delivery(document: Amendable) -> RecordVersion:
    """The document as it asks to be recorded."""
    act = document.act
    header = RecordHeader(
        object_type=act.object_type,
        object_id=act.object_id,
        version=act.version,
        formed_at=AT + timedelta(minutes=act.version),
        formed_by=FormedBy(name="Ахметов Ерлан"),
        document_hash=f"{act.version:064x}",
    )
    return RecordVersion(
        registry_id=REGISTRY_ID,
        sez_code=act.sez_code,
        message_id=samples.BASE_ID,
        record=1,
        header=header,
        document=document,
        received_at=AT + timedelta(hours=1),
        late=False,
    )


def after(*documents: Amendable) -> State:
    """What a purchase is after these documents."""
    state: State = UnknownPurchase()
    for document in documents:
        for event in decide(state, delivery(document)):
            state = evolve(state, event)
    return state


OT = samples.purchase_open_tender()
LAWFUL: dict[str, tuple[tuple[Amendable, ...], type[State], int]] = {
    "announced": ((OT,), AnnouncedPurchase, 1),
    "changed": ((OT, samples.changed()), AnnouncedPurchase, 2),
    "extended": ((OT, samples.extension()), AnnouncedPurchase, 2),
    "its documentation changed": ((OT, samples.tender_documentation()), AnnouncedPurchase, 2),
    "failed": ((OT, samples.failed()), FailedPurchase, 2),
    "deleted": ((OT, samples.deletion()), DeletedPurchase, 2),
    "failed and deleted": ((OT, samples.failed(), samples.deletion(3)), DeletedPurchase, 3),
}


@pytest.mark.clause("S216-A3.1a", "S216-A3.1c", "S216-A3.1h", "S216-A3.1i")
@pytest.mark.parametrize("name", LAWFUL)
def test_a_purchase_is_what_its_last_version_made_of_it(name: str) -> None:
    documents, kind, version = LAWFUL[name]
    state = after(*documents)
    assert isinstance(state, kind)
    assert isinstance(state, PurchaseOnRecord)
    assert (state.version, state.document_hash) == (version, f"{version:064x}")
    assert (state.first_formed_at, state.registry_id) == (AT + timedelta(minutes=1), REGISTRY_ID)


UNLAWFUL: dict[str, Callable[[], State]] = {
    "changed before it is announced": lambda: after(samples.changed()),
    "extended before it is announced": lambda: after(samples.extension()),
    "deleted before it is announced": lambda: after(samples.deletion()),
    "announced twice": lambda: after(OT, OT),
    "changed after it failed": lambda: after(OT, samples.failed(), samples.changed(3)),
    "extended after it was deleted": lambda: after(OT, samples.deletion(), samples.extension(3)),
    "deleted twice": lambda: after(OT, samples.deletion(), samples.deletion(3)),
}


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("name", UNLAWFUL)
def test_a_purchase_cannot_be(name: str) -> None:
    with pytest.raises(Refused) as refused:
        UNLAWFUL[name]()
    assert [breach.rule for breach in refused.value.breaches] == ["F-HDR-2"]


@pytest.mark.clause("S216-A3.1c")
def test_an_extension_moves_the_end_of_bidding_and_the_opening() -> None:
    state = after(OT, samples.extension(days=7))
    assert isinstance(state, AnnouncedPurchase)
    assert (state.bids_to, state.opening_at) == (AT + timedelta(days=27),) * 2


@pytest.mark.clause("S216-A3.1b")
def test_every_version_of_a_file_stays_known() -> None:
    state = after(OT, samples.tender_documentation())
    assert isinstance(state, AnnouncedPurchase)
    file = OT.documents[1].document_id
    assert {f"{file}/1", f"{file}/2"} <= state.files.keys()


def test_events_of_other_objects_leave_a_purchase_as_it_was() -> None:
    other = count(AT, AT, ())
    for state in (UnknownPurchase(), after(OT)):
        assert evolve(state, other) == state


def test_the_buyers_are_those_of_the_newest_whole_version() -> None:
    organised = samples.changed(organizer=samples.contractor())
    state = after(OT, organised)
    assert isinstance(state, AnnouncedPurchase)
    assert state.buyers == (samples.CUSTOMER_BIN, samples.CONTRACTOR_BIN)


def test_lateness_is_noted_on_the_version_that_was_late() -> None:
    [event] = decide(UnknownPurchase(), replace(delivery(OT), late=True))
    assert getattr(event, "late", None) is True

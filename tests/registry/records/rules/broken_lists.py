"""Lists of bids and of downloads that break a rule on what is on record."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from registry.kinds import KINDS
from registry.records.record import RecordVersion
from registry.records.rules.facts import Facts
from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Amendable, Deletion, Operation
from shared_contracts.messages.package import FormedBy, RecordHeader
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules.rule import shown
from tests import lists, samples
from tests.lists import DAY
from tests.samples import AT

REGISTRY_ID = UUID("01939b2e-7c00-7abc-8def-0123456789ab")
BID = "/BidList/Bids/Bid"
END = AT + 20 * DAY


class Case(NamedTuple):
    """Rule, document, what is known, path and value."""

    rule: str
    document: Amendable
    facts: Facts[Any, Any]
    path: str
    value: str | None


Known = Callable[..., Facts[Any, Any]]
"""Makes the facts of a document formed at a moment, with changes."""


def recorded(document: Amendable) -> Any:
    """The object on record after a first version, whose hash is that of the samples."""
    header = RecordHeader(
        object_type=document.act.object_type,
        object_id=document.act.object_id,
        version=1,
        formed_at=AT,
        formed_by=FormedBy(name="SEZ01"),
        document_hash=samples.HASH,
    )
    delivery = RecordVersion(
        registry_id=REGISTRY_ID,
        sez_code=samples.SEZ_CODE,
        message_id=REGISTRY_ID,
        record=1,
        header=header,
        document=document,
        received_at=AT,
        late=False,
    )
    kind = KINDS[document.act.object_type]
    return kind.objects.fold(kind.decide(kind.objects.initial, delivery))


def of_purchase(known: Facts[Any, Any], purchase: object) -> Facts[Any, Any]:
    """The facts of a list: its purchase is on record, and the sender may use contract 1.1."""
    sender = replace(known.sender, conditions=(1, 2))
    referred: dict[str, Any] = (
        {} if purchase is None else {PURCHASE: {samples.PURCHASE_ID: purchase}}
    )
    return replace(known, base=purchase, referred=referred, sender=sender)


def broken(known: Known, stands: Any) -> Iterator[Case]:
    """All of them; ``stands`` is the purchase on record."""
    yield from of_purchases(known, stands)
    yield from of_openings(known, stands)
    yield from of_changed_lists(known, stands)
    yield from of_other_records(known, stands)
    yield from of_downloads(known, stands)


def of_other_records(known: Known, stands: Any) -> Iterator[Case]:
    """A second list for a purchase, and one on which a review rests, changed or deleted."""
    whole, list_id = lists.bid_list(), str(lists.LIST_ID)
    other = replace(stands, bid_list_id=samples.BASE_ID)
    facts = of_purchase(known(whole), other)
    yield Case("F-BID-7", whole, facts, "/BidList/PurchaseId", str(samples.PURCHASE_ID))
    before, mine = recorded(whole), {"bid_list_id": lists.LIST_ID, "status": "REVIEWED"}
    reviewed = replace(stands, review_id=samples.BASE_ID, **mine)
    again, gone = lists.bid_list(version=2), deletion()
    facts = of_purchase(known(again, current=before), reviewed)
    yield Case("F-BID-8", again, facts, "/BidList/Act/ObjectId", list_id)
    facts = of_purchase(known(gone, current=before), reviewed)
    yield Case("F-DEL-2", gone, facts, "/Deletion/Act/ObjectId", list_id)


def deletion() -> Deletion:
    """The deletion of a list of bids."""
    act = msgspec.structs.replace(lists.act("BID_LIST", 2), operation=Operation.DELETE)
    return Deletion(act=act, deleted_at=AT, deleted_by=samples.SEZ_CODE)


def of_purchases(known: Known, stands: Any) -> Iterator[Case]:
    """Lists that do not fit their purchase."""
    whole, of = lists.bid_list(), "/BidList/PurchaseId"

    def given(document: BidList, purchase: object, at: datetime = AT) -> Facts[Any, Any]:
        return of_purchase(known(document, at), purchase)

    name = str(samples.PURCHASE_ID)
    yield Case("F-BID-1", whole, given(whole, None), of, name)
    gone = replace(stands, status="CANCELLED")
    yield Case("F-BID-1", whole, given(whole, gone), of, name)
    single = replace(stands, bids_from=None, bids_to=None, opening_at=None)
    yield Case("F-BID-1", whole, given(whole, single), of, name)
    soon = lists.bid_list(final=True)
    yield Case("F-BID-1", soon, given(soon, stands), "/BidList/AsOf", shown(AT))
    lot = lists.bid_list(lists.bid(0, lot_number=9))
    yield Case("F-BID-1", lot, given(lot, stands), f"{BID}[1]/LotNumber", "9")
    early = lists.bid_list(lists.bid(0, at=AT - DAY))
    yield Case("F-BID-1", early, given(early, stands), f"{BID}[1]/SubmittedAt", shown(AT - DAY))
    over = END + DAY
    late = lists.bid_list(lists.bid(0, at=over), as_of=over)
    yield Case("F-BID-1", late, given(late, stands, over), f"{BID}[1]/SubmittedAt", shown(over))
    back = lists.bid(0, status="WITHDRAWN", withdrawn_at=over)
    gone_late = lists.bid_list(back, as_of=over)
    facts = given(gone_late, stands, over)
    yield Case("F-BID-1", gone_late, facts, f"{BID}[1]/WithdrawnAt", shown(over))


def of_openings(known: Known, stands: Any) -> Iterator[Case]:
    """Lists opened too early, and bidders who are the customer."""
    purchase = replace(stands, opening_at=END + DAY)
    early = lists.opened(version=1, as_of=END)
    facts = of_purchase(known(early, END), purchase)
    yield Case("F-BID-3", early, facts, f"{BID}[2]/Contents/Price", None)
    customer = lists.bid_list(lists.bid(0))
    own = replace(stands, customer=lists.BIDDERS[0])
    known_own = of_purchase(known(customer), own)
    yield Case("F-BID-4", customer, known_own, f"{BID}[1]/Supplier", lists.BIDDERS[0])


def of_changed_lists(known: Known, stands: Any) -> Iterator[Case]:
    """Lists that depart from the one on record."""
    before = recorded(lists.bid_list())

    def given(document: BidList, current: object = before, at: datetime = AT) -> Facts[Any, Any]:
        return of_purchase(known(document, at, current=current), stands)

    moved = lists.bid_list(version=2, purchase_id=samples.BASE_ID)
    yield Case("F-BID-6", moved, given(moved), "/BidList/PurchaseId", str(samples.BASE_ID))
    back = lists.bid_list(version=2)
    ahead = msgspec.structs.replace(before, as_of=AT + DAY)
    yield Case("F-BID-6", back, given(back, ahead), "/BidList/AsOf", shown(AT))
    closed = recorded(lists.bid_list(final=True, as_of=END))
    undone = lists.bid_list(version=2, as_of=END)
    yield Case("F-BID-6", undone, given(undone, closed, END), "/BidList/Final", "false")
    dropped = lists.bid_list(lists.bid(0), version=2)
    yield Case("F-BID-6", dropped, given(dropped), "/BidList/Bids", None)
    other = lists.named("other")
    altered = lists.bid_list(lists.bid(0, bid_hash=other), lists.bid(1, supplier=None), version=2)
    yield Case("F-BID-6", altered, given(altered), f"{BID}[1]/BidHash", other)
    listed = (lists.bid(0), lists.bid(1), lists.bid(2))
    added = lists.bid_list(*listed, version=2, final=True, as_of=END)
    value = str(listed[2].bid_id)
    yield Case("F-BID-6", added, given(added, closed, END), f"{BID}[3]/BidId", value)
    gone = lists.bid(0, status="WITHDRAWN", withdrawn_at=AT)
    withdrawn = recorded(lists.bid_list(gone))
    again = lists.bid_list(lists.bid(0), version=2)
    yield Case("F-BID-6", again, given(again, withdrawn), f"{BID}[1]/Status", "SUBMITTED")


def of_downloads(known: Known, stands: Any) -> Iterator[Case]:
    """Lists of those who took the documentation, that do not fit their purchase."""
    item, file = "/DownloadList/Downloads/Download", f"{lists.FILE_ID}/1"
    purchase = replace(stands, files={file: samples.HASH})
    whole, name = lists.download_list(), str(samples.PURCHASE_ID)
    for absent in (None, replace(stands, status="DELETED")):
        facts = of_purchase(known(whole), absent)
        yield Case("F-DWN-1", whole, facts, "/DownloadList/PurchaseId", name)
    early = lists.download_list(lists.download(at=AT - DAY))
    facts = of_purchase(known(early), purchase)
    yield Case("F-DWN-1", early, facts, f"{item}[1]/DownloadedAt", shown(AT - DAY))
    strange = lists.download_list(lists.download(document_version=2))
    facts = of_purchase(known(strange), purchase)
    yield Case("F-DWN-1", strange, facts, f"{item}[1]/DocumentVersion", "2")
    yield from of_next_downloads(known, purchase, recorded(whole))


def of_next_downloads(known: Known, purchase: Any, before: Any) -> Iterator[Case]:
    """Such lists that depart from the one on record."""
    root, ahead = "/DownloadList", msgspec.structs.replace(before, as_of=AT + DAY)
    moved = lists.download_list(version=2, purchase_id=samples.BASE_ID)
    back = lists.download_list(version=2)
    fewer = lists.download_list(lists.download(), version=2)
    told = lists.download_list(lists.download(2), version=2, incremental=True)
    item = "Downloads/Download[1]/DownloadedAt"
    for document, current, place, value in (
        (moved, before, "PurchaseId", str(samples.BASE_ID)),
        (back, ahead, "AsOf", shown(AT)),
        (fewer, before, "Downloads", "1"),
        (told, before, item, shown(AT)),
    ):
        facts = of_purchase(known(document, current=current), purchase)
        yield Case("F-DWN-2", document, facts, f"{root}/{place}", value)

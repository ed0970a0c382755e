"""Records of protocols that break a state rule, one for each rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from registry.protocols.protocol import AcceptedProtocol
from shared_contracts.messages.bid_list import BID_LIST, Bid
from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    PurchaseProtocol,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import PURCHASE, Purchase
from shared_contracts.rules.announced_terms import PurchaseTerms, terms_of
from shared_contracts.rules.rule import shown
from tests import lists, protocol_samples, samples
from tests.protocol_samples import MEMBERS
from tests.registry.records.rules.broken import (
    DAY,
    REGISTRY_ID,
    Broken,
    OnRecord,
    facts,
    of_any,
    put,
)
from tests.registry.records.rules.broken_lists import recorded
from tests.samples import AT

BEFORE = AT - DAY
"""When the purchases of these samples were published."""

REVIEW = protocol_samples.review()


@dataclass(frozen=True)
class WithTerms(OnRecord):
    """A purchase on record with what was announced of it, and its stage."""

    terms: PurchaseTerms = PurchaseTerms(lots=())  # noqa: RUF009  # it never changes


def standing(purchase: Purchase, **changes: Any) -> WithTerms:
    """A purchase on record as it was announced."""
    known = WithTerms(
        method=purchase.method,
        terms=terms_of(purchase),
        lots=tuple(lot.lot_number for lot in purchase.lots),
        published_at=BEFORE,
        bids_from=purchase.bids_from,
        bids_to=purchase.bids_to,
        opening_at=purchase.opening_at,
    )
    return replace(known, **changes)


def on_record(protocol: PurchaseProtocol) -> AcceptedProtocol:
    """The protocol as it stands after its first version."""
    return AcceptedProtocol(
        registry_id=REGISTRY_ID,
        version=1,
        document_hash=samples.HASH,
        conditions_version=2,
        formed_at=AT,
        first_formed_at=AT,
        purchase_id=protocol.purchase_id,
        protocol_date=protocol.protocol_date,
        members=tuple(member.iin for member in protocol.members),
        lot_reviews=protocol.lot_reviews if isinstance(protocol, ReviewProtocol) else (),
    )


def of(
    purchase: OnRecord, listed: Any = None, review: ReviewProtocol = REVIEW
) -> Mapping[str, Any]:
    """Facts that know the purchase, its final list of bids, and the review of these."""
    return {
        "referred": {
            PURCHASE: {samples.PURCHASE_ID: purchase},
            BID_LIST: {lists.LIST_ID: listed or LISTED},
            REVIEW_PROTOCOL: {protocol_samples.REVIEW_ID: on_record(review)},
        }
    }


SS = protocol_samples.single_source()
SINGLE = standing(samples.purchase_single_source())
LISTED = recorded(protocol_samples.listed(REVIEW))
ENDED = AT - timedelta(minutes=2)
"""When bids are opened: longer ago than a clock may be ahead."""
OPENED = standing(
    samples.purchase_open_tender(), bids_from=AT - 20 * DAY, bids_to=ENDED, opening_at=ENDED
)
RESULTS = protocol_samples.results()
REVIEWED = replace(OPENED, status="REVIEWED", review_id=protocol_samples.REVIEW_ID)


def broken() -> Iterator[Broken]:
    """The whole table."""
    for protocol, purchase in ((SS, SINGLE), (REVIEW, OPENED), (RESULTS, REVIEWED)):
        yield from of_any(protocol, on_record(protocol), **of(purchase))
        yield from of_purchase(protocol, purchase)
        yield from of_lots(protocol, purchase)
    yield from of_single_source()
    yield from of_review()
    yield from of_listed_bids()


def of_purchase(protocol: PurchaseProtocol, purchase: WithTerms) -> Iterator[Broken]:
    """The purchase of which a protocol is, and who amends it."""
    root = f"/{type(protocol).__name__}"
    path, purchase_id = f"{root}/PurchaseId", str(samples.PURCHASE_ID)
    yield Broken("F-PRT-1", protocol, facts(protocol), path, purchase_id)
    other = "OT" if purchase.method == "SS" else "SS"
    wrong = facts(protocol, **of(replace(purchase, method=other)))
    yield Broken("F-PRT-1", protocol, wrong, path, other)
    for status in ("FAILED", "SUMMED_UP", "DELETED"):
        ended = facts(protocol, **of(replace(purchase, status=status)))
        yield Broken("F-PRT-1", protocol, ended, path, status)
    ahead = put(protocol, purchase_version=2)
    known = facts(ahead, **of(purchase))
    yield Broken("F-PRT-1", ahead, known, f"{root}/PurchaseVersion", "2")
    yield from of_amended(protocol, purchase)
    yield from of_moments(protocol, purchase)


def of_amended(protocol: PurchaseProtocol, purchase: WithTerms) -> Iterator[Broken]:
    """What an amendment keeps."""
    root, purchase_id = f"/{type(protocol).__name__}", str(samples.PURCHASE_ID)
    amended = put(protocol, act=protocol_samples.act(protocol.act.object_type, 2))
    stands = on_record(protocol)
    moved = msgspec.structs.replace(stands, purchase_id=samples.BASE_ID)
    known = facts(amended, current=moved, **of(purchase))
    yield Broken("F-PRT-1", amended, known, f"{root}/PurchaseId", purchase_id)
    others = msgspec.structs.replace(stands, members=(MEMBERS[0].iin,))
    known = facts(amended, current=others, **of(purchase))
    said = ", ".join(member.iin for member in MEMBERS)
    yield Broken("F-PRT-14", amended, known, f"{root}/Members", said)


def of_moments(protocol: PurchaseProtocol, purchase: WithTerms) -> Iterator[Broken]:
    """When a protocol is drawn up."""
    root = f"/{type(protocol).__name__}"
    early = put(protocol, protocol_date=BEFORE - timedelta(seconds=1))
    known = facts(early, **of(purchase))
    moment = early.protocol_date.isoformat()
    yield Broken("F-PRT-2", early, known, f"{root}/ProtocolDate", moment)
    old = put(REVIEW, protocol_date=AT - 30 * DAY)
    slow = facts(protocol, **of(long_ago(purchase), review=old))
    yield Broken("F-PRT-12", protocol, slow, f"{root}/ProtocolDate", AT.isoformat())


def long_ago(purchase: WithTerms) -> WithTerms:
    """The purchase with its moments a month earlier."""

    def back(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment - 30 * DAY

    return replace(
        purchase,
        published_at=purchase.published_at - 30 * DAY,
        bids_from=back(purchase.bids_from),
        bids_to=back(purchase.bids_to),
        opening_at=back(purchase.opening_at),
    )


def of_lots(protocol: PurchaseProtocol, purchase: WithTerms) -> Iterator[Broken]:
    """Lots left out, named twice, or of another purchase."""
    more = facts(protocol, **of(replace(purchase, lots=(*purchase.lots, 9))))
    wrapper, item, given = LOTS[type(protocol).__name__]
    root = f"/{type(protocol).__name__}/{wrapper}"
    listed = ", ".join(map(str, purchase.lots))
    yield Broken("F-PRT-1", protocol, more, root, listed)
    lots = getattr(protocol, given)
    for number in (purchase.lots[0], 7):
        without = {"bid_reviews": ()} if protocol is REVIEW else {}
        extra = put(protocol, **{given: (*lots, put(lots[0], lot_number=number, **without))})
        place = f"{root}/{item}[{len(lots) + 1}]/LotNumber"
        known = facts(extra, **of(purchase))
        yield Broken("F-PRT-1", extra, known, place, str(number))


LOTS = {
    "ReviewProtocol": ("LotReviews", "LotReview", "lot_reviews"),
    "ResultsProtocol": ("LotResults", "LotResult", "lot_results"),
    "SingleSourceProtocol": ("LotConclusions", "LotConclusion", "lot_conclusions"),
}


def of_single_source() -> Iterator[Broken]:
    """The ground, and a price above the plan."""
    other = put(SS, ground=Ground(code="03"))
    path = "/SingleSourceProtocol/Ground/Code"
    yield Broken("F-PRT-11", other, facts(other, **of(SINGLE)), path, "03")
    dear = protocol_samples.conclusion(contract_price=Decimal("150000000.00"))
    over = put(SS, lot_conclusions=(dear,))
    path = "/SingleSourceProtocol/LotConclusions/LotConclusion[1]/ContractPrice"
    yield Broken("F-PRT-15", over, facts(over, **of(SINGLE)), path, "150000000.00")


def of_review() -> Iterator[Broken]:
    """The opening, and results that rest on the review."""
    soon = facts(REVIEW, **of(replace(OPENED, opening_at=AT + DAY)))
    yield Broken("F-PRT-2", REVIEW, soon, "/ReviewProtocol/OpenedAt", AT.isoformat())
    opening = facts(REVIEW, **of(replace(OPENED, opening_at=AT)))
    ahead = replace(opening, first_received_at=AT - timedelta(seconds=30))
    yield Broken("F-PRT-2", REVIEW, ahead, "/ReviewProtocol/OpenedAt", AT.isoformat())
    results = replace(OPENED, status="SUMMED_UP", results_id=samples.BASE_ID)
    amended = put(REVIEW, act=protocol_samples.act("REVIEW_PROTOCOL", 2))
    known = facts(amended, current=on_record(REVIEW), **of(results))
    path = "/ReviewProtocol/Act/ObjectId"
    yield Broken("F-PRT-13", amended, known, path, str(samples.BASE_ID))
    named = {"object_type": "REVIEW_PROTOCOL", "object_id": protocol_samples.PROTOCOL_ID}
    gone = samples.with_act(samples.deletion(), **named, conditions_version=2)
    known = facts(gone, AT + DAY, current=on_record(REVIEW), **of(results))
    yield Broken("F-DEL-2", gone, known, "/Deletion/Act/ObjectId", str(gone.act.object_id))


def of_listed_bids() -> Iterator[Broken]:
    """Reviews that depart from the final list of bids."""
    root, purchase_id = "/ReviewProtocol", str(samples.PURCHASE_ID)
    alone = facts(REVIEW, referred={PURCHASE: {samples.PURCHASE_ID: OPENED}})
    yield Broken("F-PRT-3", REVIEW, alone, f"{root}/PurchaseId", purchase_id)
    bids = protocol_samples.listed(REVIEW).bids
    sealed = recorded(lists.bid_list(lists.put(bids[0], contents=None)))
    known = facts(REVIEW, **of(OPENED, sealed))
    yield Broken("F-PRT-3", REVIEW, known, f"{root}/PurchaseId", purchase_id)
    more = recorded(lists.bid_list(*bids, lists.bid(2, contents=lists.contents()), final=True))
    known = facts(REVIEW, **of(OPENED, more))
    yield Broken("F-PRT-3", REVIEW, known, f"{root}/LotReviews", None)
    yield from of_bids_said_otherwise(bids)


def of_bids_said_otherwise(bids: Sequence[Bid]) -> Iterator[Broken]:
    """Bids of a review that the list does not have, or has otherwise."""
    first, reviewed = bids[0], REVIEW.lot_reviews[0].bid_reviews[0]
    place = "/ReviewProtocol/LotReviews/LotReview[1]/BidReviews/BidReview[1]"
    contents = lists.contents(Decimal("1.00"))
    other = lists.bidder(2)
    for changes, element, value in (
        ({"status": "WITHDRAWN", "withdrawn_at": AT, "contents": None}, "BidId", first.bid_id),
        ({"lot_number": 2}, "BidId", first.bid_id),
        ({"supplier": other}, "Supplier", reviewed.supplier.bin),
        ({"submitted_at": AT - DAY}, "SubmittedAt", shown(reviewed.submitted_at)),
        ({"contents": contents}, "Price", shown(reviewed.price)),
    ):
        listed = (lists.put(first, **changes), *bids[1:])
        known = facts(REVIEW, **of(OPENED, recorded(lists.bid_list(*listed, final=True))))
        yield Broken("F-PRT-3", REVIEW, known, f"{place}/{element}", str(value))


BROKEN: tuple[Broken, ...] = tuple(broken())

"""Valid protocols of the purchases in ``samples``, to be sent as they are or broken on purpose."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Act, Ground, Operation, Party, Term
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    AuctionBid,
    BidReview,
    ContractedSupplier,
    LotConclusion,
    LotResult,
    LotReview,
    Member,
    ProducerStatus,
    RankedBid,
    ResultsProtocol,
    ReviewProtocol,
    SingleSourceProtocol,
    Winner,
)
from shared_contracts.messages.purchase import DeliveryTerm
from tests import lists, samples
from tests.samples import AT

PROTOCOL_ID = UUID("5e0c7a4b-91d3-4f5e-8a26-0c6f3b1d2e47")
MEMBERS = (
    Member(iin="800314300212", name="Ахметов Ерлан Серікұлы", position="Директор", role="CHAIR"),
    Member(iin="850724450184", name="Сүлейменова Айгүл Болатқызы", role="MEMBER"),
)
SUPPLIER_BIN = "180640000016"


def act(object_type: str, version: int = 1, **changes: Any) -> Act:
    """The head of a protocol, under the newest conditions."""
    operation, reason = (
        (Operation.CREATE, None) if version == 1 else (Operation.UPDATE, "Қате түзетілді")
    )
    named = {"object_type": object_type, "object_id": PROTOCOL_ID, "conditions_version": 2}
    return samples.act(version, operation, reason, **named | changes)


def head(object_type: str, **changes: Any) -> dict[str, Any]:
    """What every protocol states."""
    stated = {
        "act": act(object_type),
        "protocol_number": "17",
        "protocol_date": AT,
        "place": samples.text("Ақтау қаласы", "город Актау"),
        "purchase_id": samples.PURCHASE_ID,
        "purchase_version": 1,
        "members": MEMBERS,
    }
    return stated | changes


def supplier(**changes: Any) -> ContractedSupplier:
    """A company that repairs drilling rigs."""
    named = ContractedSupplier(
        bin=SUPPLIER_BIN,
        country="KZ",
        name=samples.text("«БҰРҒЫ СЕРВИС» ЖШС", "ТОО «БУР СЕРВИС»"),
        address=samples.text("Ақтау қ., 9-шағын аудан, 3", "г. Актау, мкр. 9, д. 3"),
    )
    return msgspec.structs.replace(named, **changes)


def conclusion(**changes: Any) -> LotConclusion:
    """The only lot of ``purchase_single_source``."""
    lot = samples.services_lot(1)
    concluded = LotConclusion(
        lot_number=1,
        supplier=supplier(),
        contract_price=lot.amount - Decimal("1000000.00"),
        local_content_percent=Decimal("60.00"),
        delivery_term=DeliveryTerm(within=Term(days=90, kind="CD")),
        delivery_places=lot.delivery_places,
    )
    return msgspec.structs.replace(concluded, **changes)


def single_source(**changes: Any) -> SingleSourceProtocol:
    """The conclusion of ``purchase_single_source``, on the day of its announcement."""
    protocol = SingleSourceProtocol(
        **head(SINGLE_SOURCE_PROTOCOL),
        ground=Ground(code="05"),
        lot_conclusions=(conclusion(),),
        contract_term=Term(days=10, kind="WD"),
    )
    return msgspec.structs.replace(protocol, **changes)


def producer(**changes: Any) -> ProducerStatus:
    """A confirmed producer: 96 citizens among the hundred who count."""
    status = ProducerStatus(
        confirmed=True,
        evidence=samples.text("Қызметкерлер құрамының анықтамасы", "Справка о составе работников"),
        staff=102,
        citizens=96,
        managers=4,
        transferred_managers=1,
        specialists=40,
        transferred_specialists=1,
    )
    return msgspec.structs.replace(status, **changes)


BIDS = tuple(UUID(int=number) for number in (0xA1, 0xA2, 0xB1, 0xB2))
"""Ids of the bids in ``review``: two for each lot."""

BIDDERS = (SUPPLIER_BIN, "180660000015")


def bid(number: int, price: str, **changes: Any) -> BidReview:
    """An admitted bid of one of the two bidders, submitted in the order of their numbers."""
    reviewed = BidReview(
        bid_id=BIDS[number],
        supplier=Party(bin=BIDDERS[number % 2], name=samples.text("Өтінім беруші", "Участник")),
        submitted_at=AT - timedelta(hours=5 - number),
        price=Decimal(price),
        decision="ADMITTED",
    )
    return msgspec.structs.replace(reviewed, **changes)


def lot_review(number: int, *bids: BidReview, **changes: Any) -> LotReview:
    """The review of a lot that goes on."""
    reviewed = LotReview(
        lot_number=number, bid_count=len(bids), bid_reviews=bids, decision="CONTINUE"
    )
    return msgspec.structs.replace(reviewed, **changes)


def listed(protocol: ReviewProtocol, **changes: Any) -> BidList:
    """The final list of the bids that a review goes through, opened."""
    bids = tuple(
        lists.bid(
            0,
            lot.lot_number,
            bid_id=bid.bid_id,
            supplier=bid.supplier,
            submitted_at=bid.submitted_at,
            contents=lists.contents(bid.price),
        )
        for lot in protocol.lot_reviews
        for bid in lot.bid_reviews
    )
    stated: dict[str, Any] = {
        "final": True,
        "as_of": protocol.opened_at,
        "purchase_id": protocol.purchase_id,
    }
    return lists.bid_list(*bids, **stated | changes)


def review(**changes: Any) -> ReviewProtocol:
    """The review of ``purchase_open_tender``: goods, and services with one producer."""
    protocol = ReviewProtocol(
        **head(REVIEW_PROTOCOL),
        opened_at=AT,
        lot_reviews=(
            lot_review(1, bid(0, "22000000.00"), bid(1, "21000000.00")),
            lot_review(
                2, bid(2, "140000000.00", producer_status=producer()), bid(3, "120000000.00")
            ),
        ),
    )
    return msgspec.structs.replace(protocol, **changes)


REVIEW_ID = UUID("c2a94d17-3e60-4b8f-9d51-70f8e6a1b3c5")
"""The review on which ``results`` rest."""


def ranked(place: int, bid: BidReview, percent: str, conditional: str, **changes: Any) -> RankedBid:
    """A reviewed bid in its place, with its discount and what it then counts."""
    placed = RankedBid(
        place=place,
        bid_id=bid.bid_id,
        supplier=bid.supplier,
        price=bid.price,
        discount_percent=Decimal(percent),
        conditional_price=Decimal(conditional),
    )
    return msgspec.structs.replace(placed, **changes)


def won(number: int, *bids: RankedBid, **changes: Any) -> LotResult:
    """A lot won by the first of ``bids``, for the price that it offered."""
    first = bids[0]
    price = first.price if first.auction_price is None else first.auction_price
    winner = Winner(bid_id=first.bid_id, supplier=first.supplier, contract_price=price)
    result = LotResult(lot_number=number, outcome="WINNER", ranked_bids=bids, winner=winner)
    return msgspec.structs.replace(result, **changes)


def results(**changes: Any) -> ResultsProtocol:
    """What follows from ``review``: of the services a dearer producer wins by the discount."""
    goods, services = (lot.bid_reviews for lot in review().lot_reviews)
    protocol = ResultsProtocol(
        **head(RESULTS_PROTOCOL),
        review_protocol_id=REVIEW_ID,
        lot_results=(
            won(
                1,
                ranked(1, goods[1], "0.00", "21000000.00"),
                ranked(2, goods[0], "0.00", "22000000.00"),
            ),
            won(
                2,
                ranked(1, services[0], "20.00", "112000000.00"),
                ranked(2, services[1], "0.00", "120000000.00"),
            ),
        ),
        contract_term=Term(days=10, kind="WD"),
    )
    return msgspec.structs.replace(protocol, **changes)


HELD = AT - timedelta(hours=3)
"""When the auction of ``auction_results`` began; it took half an hour."""


def auction_review(**changes: Any) -> ReviewProtocol:
    """The review of ``purchase_auction``: two bids for its works, one of a producer."""
    lot = lot_review(1, bid(0, "96000000.00", producer_status=producer()), bid(1, "95000000.00"))
    at = AT - timedelta(days=1)
    named = {"lot_reviews": (lot,), "opened_at": at, "protocol_date": at}
    return review(**named | changes)


def offer(number: int, minutes: int, price: str) -> AuctionBid:
    """A price that the bidder of a bid offered some minutes after the auction began."""
    at = HELD + timedelta(minutes=minutes)
    return AuctionBid(bid_id=BIDS[number], offered_at=at, price=Decimal(price))


OFFERS = (
    offer(0, 1, "94500000.00"),
    offer(1, 2, "93500000.00"),
    offer(1, 5, "80000000.00"),
    offer(0, 9, "90000000.00"),
)
"""The course of the auction: the producer went to 90, the other to 80 million."""


def auction_results(**changes: Any) -> ResultsProtocol:
    """What follows from ``auction_review``: of 90 million 72 count, and so the producer wins."""
    [lot] = auction_review().lot_reviews
    first, second = lot.bid_reviews
    ninety, eighty = Decimal("90000000.00"), Decimal("80000000.00")
    placed = won(
        1,
        ranked(1, first, "20.00", "72000000.00", auction_price=ninety),
        ranked(2, second, "0.00", "80000000.00", auction_price=eighty),
        auction_bids=OFFERS,
    )
    return results(**{"lot_results": (placed,)} | changes)

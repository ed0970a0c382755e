"""Valid protocols of the purchases in ``samples``, to be sent as they are or broken on purpose."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Act, Ground, Operation, Party, Term
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    BidReview,
    ContractedSupplier,
    LotConclusion,
    LotReview,
    Member,
    ProducerStatus,
    ReviewProtocol,
    SingleSourceProtocol,
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

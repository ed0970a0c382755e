"""Protocols of the story: drawn up by a commission of three, signed by each (S216-9.2-4)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from deploy.authority import identity
from deploy.story.acts import first_act
from deploy.story.bids import Offer
from deploy.story.drafting import as_json
from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from shared_contracts.messages.document import Ground, LocalizedText
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    BidReview,
    LotReview,
    Member,
    ProducerStatus,
    ReviewProtocol,
)

COMMISSION = {
    "customer1-head": "CHAIR",
    "customer1-signer": "MEMBER",
    "customer1-employee": "SECRETARY",
}
"""Who sits on the commission, by the name of the key, and as what."""

PRODUCER = ProducerStatus(
    confirmed=True,
    evidence=LocalizedText(
        kk="Қызметкерлер құрамының анықтамасы", ru="Справка о составе работников"
    ),
    staff=102,
    citizens=96,
    managers=4,
    transferred_managers=1,
    specialists=40,
    transferred_specialists=1,
)
"""A confirmed producer: of a hundred who count 96 are citizens (the Code, article 1)."""


def head(player: Player, of: str, object_type: str, number: str) -> dict[str, Any]:
    """What every protocol states: number, moment, place, purchase, members."""
    return {
        "act": first_act("SEZ01", object_type),
        "protocol_number": number,
        "protocol_date": player.now(),
        "place": LocalizedText(kk="Атырау қаласы", ru="город Атырау", en="Atyrau"),
        "purchase_id": player.objects[of],
        "purchase_version": player.state(of)["state"]["version"],
        "members": tuple(_member(name, role) for name, role in COMMISSION.items()),
    }


def _member(name: str, role: str) -> Member:
    person = identity(name).person
    if person is None:
        raise KeyError(f"{name} is no person")
    return Member(iin=person.iin, name=f"{person.surname} {person.given}", role=role)


def reviewed(offer: Offer, *, producer: bool = False, rejected: Ground | None = None) -> BidReview:
    """The decision on a bid: admitted, as a producer's where that is confirmed, or rejected."""
    return BidReview(
        bid_id=offer.bid_id,
        supplier=offer.supplier,
        submitted_at=offer.at,
        price=offer.price,
        decision="ADMITTED" if rejected is None else "REJECTED",
        rejection_grounds=() if rejected is None else (rejected,),
        producer_status=PRODUCER if producer else None,
    )


def review(
    player: Player, of: str, bids: Sequence[BidReview], failed: Ground | None = None
) -> ReviewProtocol:
    """The protocol of the review of the only lot of a purchase."""
    stated = head(player, of, REVIEW_PROTOCOL, "1")
    lot = LotReview(
        lot_number=1,
        bid_count=len(bids),
        bid_reviews=tuple(bids),
        decision="CONTINUE" if failed is None else "FAILED",
        failure_ground=failed,
    )
    return ReviewProtocol(**stated, opened_at=stated["protocol_date"], lot_reviews=(lot,))


def draw_up(player: Player, name: str, kind: str, protocol: Any) -> None:
    """Write the draft of a protocol down; ``kind`` is the part of its address."""
    player.draft(name, kind, as_json(protocol))


def sign(player: Player, name: str) -> None:
    """Have each member of the commission sign a draft, and the Registry take it."""
    player.step(name, "signature", signers=list(COMMISSION))
    expect_recorded(player, name, 1, f"the {name}, signed by all {len(COMMISSION)} members,")


def tenge(amount: Decimal | str) -> str:
    """An amount for people: with spaces between thousands."""
    return f"{Decimal(amount):,.2f}".replace(",", " ")

"""What the platform took for a purchase: the documentation, and sealed bids (S216-A3.1e, f)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from deploy.story.drafting import announce_draft, as_json, term, wait_until
from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from sez.tendering.example_purchases import Example
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import Bid, BidContents, ProducerClaim
from shared_contracts.messages.document import LocalizedText, Party


def _company(bin_: str, kk: str, ru: str, en: str) -> Party:
    return Party(bin=bin_, name=LocalizedText(kk=kk, ru=ru, en=en))


MUNAI = _company("180640000016", "«Мұнай Сервис» ЖШС", "ТОО «Мунай Сервис»", "Munai Service LLP")
DALA = _company("180660000015", "«ДАЛА САУДА» ЖШС", "ТОО «ДАЛА САУДА»", "Dala Sauda LLP")
"""Who bids in the purchases of the story."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A bid for the only lot of a purchase: by whom, for how much, as what, and when it came."""

    supplier: Party
    price: Decimal
    at: datetime
    producer: bool = False
    bid_id: UUID = field(default_factory=uuid7)

    @property
    def contents(self) -> BidContents:
        """What is in the envelope."""
        claim = ProducerClaim(claimed=self.producer, evidence=_proof() if self.producer else None)
        return BidContents(price=self.price, currency="KZT", vat_payer=True, producer_claim=claim)

    @property
    def sealed(self) -> Bid:
        """The bid as it is listed before the opening: by its hash, without its price."""
        return Bid(
            bid_id=self.bid_id,
            version=1,
            lot_number=1,
            supplier=self.supplier,
            submitted_at=self.at,
            status="SUBMITTED",
            bid_hash=sha256(msgspec.json.encode(self.contents)).hexdigest(),
        )

    @property
    def opened(self) -> Bid:
        """The bid as it is listed after the opening."""
        return msgspec.structs.replace(self.sealed, contents=self.contents)


def _proof() -> str:
    """The SHA-256 of the paper by which a bidder proves its staff."""
    return sha256("Справка о составе работников".encode()).hexdigest()


def list_bids(player: Player, name: str, of: str, bids: Iterable[Bid], *, final: bool) -> None:
    """Form and sign a list of bids of the purchase ``of``, the first or the next."""
    asked = _listing(player, of, bids, final=final)
    if name in player.objects:
        player.ask(name, "change", asked | {"reason": "Заявки вскрыты"})
    else:
        player.draft(name, "bid-lists", asked)


def refused_list(player: Player, name: str, of: str, bids: Iterable[Bid]) -> str:
    """What the SEZ says to a final list that it does not sign."""
    asked = _listing(player, of, bids, final=True) | {"reason": "Заявки вскрыты"}
    return player.refused(name, "change", asked)


def announce_to_both(player: Player, name: str, example: Example, munai: str, dala: str) -> None:
    """Announce a purchase; both companies bid for its only lot, neither as its producer."""
    answer = announce_draft(player, name, example)
    player.transcript.expect(
        "the announcement is recorded", seen=answer["state"], expected="SYNCHRONISED"
    )
    at = player.now()
    player.offers[name] = [Offer(MUNAI, Decimal(munai), at), Offer(DALA, Decimal(dala), at)]


def open_bids(player: Player, of: str, offers: Sequence[Offer]) -> None:
    """Wait for the end of bidding, and list all bids with what they offer, as the only list."""
    wait_until(player, term(player, of, "opening_at"), f"opening of the bids for the {of}")
    name = f"bids for the {of}"
    list_bids(player, name, of, (one.opened for one in offers), final=True)
    expect_recorded(player, name, 1, f"the list of {len(offers)} opened bids")


def _listing(player: Player, of: str, bids: Iterable[Bid], *, final: bool) -> dict[str, Any]:
    listed = [as_json(bid) for bid in bids]
    return {"purchase_id": player.objects[of], "final": final, "bids": listed}

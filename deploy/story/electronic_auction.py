"""An electronic auction from its announcement to its results (S216-9.1-4, S216-A3.1a, e, g)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

from deploy.story import commission
from deploy.story.bids import Offer, announce_to_both, open_bids
from deploy.story.drafting import setting, term, wait_until
from deploy.story.player import Player
from sez.tendering.example_purchases import Example, auction
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    AuctionBid,
    LotResult,
    RankedBid,
    ResultsProtocol,
    Winner,
)

NAME = "auction of drilling"
REVIEW = "protocol of the auction's review"
RESULTS = "protocol of the auction's results"
HELD = timedelta(seconds=2)
"""How long the auction is held, right after the opening of the bids."""

Course = Sequence[tuple[int, str]]
"""Prices as they were offered in turn: the place of the bidder, the price."""

COURSE: Course = ((0, "140000000"), (1, "138000000"), (0, "135000000"), (1, "131500000"))
"""The course of the auction of the story: each bidder goes down twice."""

CREPT: Course = ((0, "140000000"), (1, "138000000"), (0, "139900000"))
"""One that goes down by less than the step of half a per cent, 740,000 tenge."""


def auction_is_announced(player: Player) -> None:
    """An electronic auction of drilling is announced (S216-9.1, S216-A3.1a)."""
    player.transcript.chapter(
        "An electronic auction is announced",
        "Bids are taken for thirty seconds; right after their opening the auction is held for two",
        "seconds, down from 148 million tenge in steps of half a per cent at least.",
    )
    announce_to_both(player, NAME, _soon(player), "147000000.00", "146000000.00")


def auction_is_held(player: Player) -> None:
    """Bids are reviewed, prices go down in steps, and the lowest wins (S216-9.4, S216-A3.1g)."""
    player.transcript.chapter(
        "The auction is held",
        "The bids are opened and both admitted, neither as a producer's. Then prices go down. The",
        "protocol tells the whole course: who offered what and when.",
    )
    offers = player.offers[NAME]
    open_bids(player, NAME, offers)
    bids = [commission.reviewed(one) for one in offers]
    commission.draw_up(player, REVIEW, "review-protocols", commission.review(player, NAME, bids))
    commission.sign(player, REVIEW)
    begins = term(player, NAME, "auction_from")
    wait_until(player, term(player, NAME, "auction_to"), "end of the auction")
    commission.draw_up(player, RESULTS, "results-protocols", _results(player, begins, CREPT))
    refused = player.refused_step(RESULTS, "signature", signers=[*commission.COMMISSION])
    player.transcript.expect(
        "a bidder that goes down by less than a step: refused by F-PRT-10 before anybody signs",
        seen="F-PRT-10" in refused,
        expected=True,
    )
    held = _results(player, begins, COURSE)
    commission.draw_up(player, RESULTS, "results-protocols", held)
    commission.sign(player, RESULTS)
    player.transcript.table(
        ("offered at", "bidder", "price, tenge"),
        [
            (
                f"{one.offered_at:%H:%M:%S.%f}"[:-3],
                _name(offers, one),
                commission.tenge(one.price),
            )
            for one in held.lot_results[0].auction_bids
        ],
    )
    player.transcript.expect(
        "the Registry shows the auction as SUMMED_UP",
        seen=player.purchase(NAME)["state"]["status"],
        expected="SUMMED_UP",
    )


def _soon(player: Player) -> Example:
    """The example of an auction, held right after the opening of the bids."""
    made = auction(setting(player))
    begins = made.purchase.bids_to
    if begins is None:
        raise ValueError("the example takes no bids")
    held = {"auction_from": begins, "auction_to": begins + HELD}
    return Example(msgspec.structs.replace(made.purchase, **held), made.files)


def _results(player: Player, begins: datetime, course: Course) -> ResultsProtocol:
    offers = player.offers[NAME]
    steps = tuple(
        AuctionBid(
            bid_id=offers[who].bid_id,
            offered_at=begins + timedelta(milliseconds=400 * number),
            price=Decimal(price),
        )
        for number, (who, price) in enumerate(course, 1)
    )
    ranked = _ranked(offers, {one.bid_id: one.price for one in steps})
    first = ranked[0]
    paid = first.auction_price or first.price
    lot = LotResult(
        lot_number=1,
        outcome="WINNER",
        ranked_bids=ranked,
        auction_bids=steps,
        winner=Winner(bid_id=first.bid_id, supplier=first.supplier, contract_price=paid),
    )
    stated = commission.head(player, NAME, RESULTS_PROTOCOL, "2")
    return ResultsProtocol(
        **stated, review_protocol_id=UUID(player.objects[REVIEW]), lot_results=(lot,)
    )


def _ranked(offers: Sequence[Offer], last: dict[object, Decimal]) -> tuple[RankedBid, ...]:
    """The bids in their places by the last price of each."""
    return tuple(
        RankedBid(
            place=place,
            bid_id=one.bid_id,
            supplier=one.supplier,
            price=one.price,
            auction_price=last[one.bid_id],
            discount_percent=Decimal(0),
            conditional_price=last[one.bid_id],
        )
        for place, one in enumerate(sorted(offers, key=lambda one: last[one.bid_id]), 1)
    )


def _name(offers: Sequence[Offer], step: AuctionBid) -> str:
    bidder = next(one.supplier for one in offers if one.bid_id == step.bid_id)
    return bidder.name.en or ""

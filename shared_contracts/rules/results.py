"""Rules for a protocol of results by itself: prices, places, winner, auction (S216-9.4).

All amounts are decimals; the conditional price is rounded half up to a hundredth (reading R76).
"""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from shared_contracts.messages.document import Money
from shared_contracts.messages.protocol import AuctionBid, LotResult, RankedBid, ResultsProtocol
from shared_contracts.rules.course import identifier
from shared_contracts.rules.lots import CENT, EXACT
from shared_contracts.rules.rule import Found, RuleBook, earlier, placed, shown, unlike

BOOK = RuleBook()

WINNER = "WINNER"
"""The outcome of a lot that somebody won."""


@BOOK.rule("F-PRT-5")
def lot_without_winner_has_a_ground(protocol: ResultsProtocol) -> Iterator[Found]:
    """A lot that failed or was cancelled has its ground, a lot that was won has none."""
    for path, lot in placed_lots(protocol):
        if (lot.outcome == WINNER) is (lot.ground is not None):
            code = None if lot.ground is None else lot.ground.code
            yield Found(f"{path}/Ground", code, {"cause": "OUTCOME_GROUND"})


@BOOK.rule("F-PRT-6")
def conditional_price_is_the_reduced_one(protocol: ResultsProtocol) -> Iterator[Found]:
    """The conditional price is what was offered less the discount (the Code, article 131(3))."""
    for lot_path, lot in placed_lots(protocol):
        for path, bid in placed_bids(lot_path, lot):
            given, expected = bid.conditional_price, reduced(offered(bid), bid.discount_percent)
            if given != expected:
                place = f"{path}/ConditionalPrice"
                yield unlike(place, shown(given), "CONDITIONAL_PRICE", shown(expected))


@BOOK.rule("F-PRT-7")
def places_follow_from_prices(protocol: ResultsProtocol) -> Iterator[Found]:
    """Bids stand once each, from the first place on, none after a dearer one."""
    for lot_path, lot in placed_lots(protocol):
        seen: set[UUID] = set()
        dearest: Money | None = None
        for number, (path, bid) in enumerate(placed_bids(lot_path, lot), 1):
            price = bid.conditional_price
            if bid.bid_id in seen:
                yield unlike(f"{path}/BidId", str(bid.bid_id), "RANKED_TWICE", "—")
            if bid.place != number:
                yield unlike(f"{path}/Place", str(bid.place), "PLACE_NUMBER", str(number))
            if dearest is not None and price < dearest:
                least = f"≥ {shown(dearest)}"
                yield unlike(f"{path}/ConditionalPrice", shown(price), "PLACE_PRICE", least)
            seen.add(bid.bid_id)
            dearest = price


@BOOK.rule("F-PRT-7")
def winner_is_the_first(protocol: ResultsProtocol) -> Iterator[Found]:
    """A lot that was won has a winner, who stands in the first place; other lots have none."""
    for path, lot in placed_lots(protocol):
        won, winner = lot.outcome == WINNER, lot.winner
        if won is (winner is None):
            given = None if winner is None else str(winner.bid_id)
            yield unlike(f"{path}/Winner", given, "WINNER_OUTCOME", lot.outcome)
        elif winner is not None and lot.ranked_bids:
            first = lot.ranked_bids[0]
            who, expected = identifier(winner.supplier), identifier(first.supplier)
            if winner.bid_id != first.bid_id:
                place, given = f"{path}/Winner/BidId", str(winner.bid_id)
                yield unlike(place, given, "WINNER_OTHER", str(first.bid_id))
            elif who != expected:
                yield unlike(f"{path}/Winner/Supplier", who, "WINNER_OTHER", expected)


@BOOK.rule("F-PRT-9")
def contract_is_made_for_what_was_offered(protocol: ResultsProtocol) -> Iterator[Found]:
    """The contract is made for the price that the winner offered, not for the conditional one."""
    for path, lot in placed_lots(protocol):
        winner = lot.winner
        won = (bid for bid in lot.ranked_bids if winner and bid.bid_id == winner.bid_id)
        bid = next(won, None)
        if winner and bid and winner.contract_price != offered(bid):
            given, named = shown(winner.contract_price), {"expected": shown(offered(bid))}
            yield Found(f"{path}/Winner/ContractPrice", given, named)


@BOOK.rule("F-PRT-10")
def auction_goes_down(protocol: ResultsProtocol) -> Iterator[Found]:
    """Prices of an auction stand in the order of time, and each bidder's own only fall."""
    for lot_path, lot in placed_lots(protocol):
        prices: dict[UUID, Money] = {}
        before: AuctionBid | None = None
        for path, one in placed_offers(lot_path, lot):
            if before is not None and earlier(one.offered_at, before.offered_at):
                given, least = shown(one.offered_at), f"≥ {shown(before.offered_at)}"
                yield unlike(f"{path}/OfferedAt", given, "AUCTION_ORDER", least)
            last = prices.get(one.bid_id)
            if last is not None and one.price >= last:
                most = f"< {shown(last)}"
                yield unlike(f"{path}/Price", shown(one.price), "AUCTION_NOT_LOWER", most)
            prices[one.bid_id], before = one.price, one


@BOOK.rule("F-PRT-10")
def auction_decides_the_price(protocol: ResultsProtocol) -> Iterator[Found]:
    """The auction price of a bid is the last that its bidder offered; only ranked bids count."""
    for lot_path, lot in placed_lots(protocol):
        known, offers = {bid.bid_id for bid in lot.ranked_bids}, last_offers(lot)
        for path, one in placed_offers(lot_path, lot):
            if one.bid_id not in known:
                yield unlike(f"{path}/BidId", str(one.bid_id), "AUCTION_STRANGER", "—")
        for path, bid in placed_bids(lot_path, lot):
            last = offers[bid.bid_id].price if bid.bid_id in offers else None
            if bid.auction_price != last:
                expected = "—" if last is None else shown(last)
                given = None if bid.auction_price is None else shown(bid.auction_price)
                yield unlike(f"{path}/AuctionPrice", given, "AUCTION_PRICE", expected)


def reduced(price: Money, percent: Decimal) -> Money:
    """A price less a percentage of it, rounded half up to a hundredth."""
    rest = EXACT.subtract(Decimal(100), percent)
    return EXACT.quantize(EXACT.divide(EXACT.multiply(price, rest), Decimal(100)), CENT)


def offered(bid: RankedBid) -> Money:
    """The price that counts: the last of the auction, or that of the bid where there is none."""
    return bid.price if bid.auction_price is None else bid.auction_price


def last_offers(lot: LotResult) -> dict[UUID, AuctionBid]:
    """The last price that each bidder offered in the auction, by bid."""
    return {one.bid_id: one for one in lot.auction_bids}


def placed_lots(protocol: ResultsProtocol) -> Iterator[tuple[str, LotResult]]:
    """The lots, each with its path."""
    return placed("/ResultsProtocol/LotResults/LotResult", protocol.lot_results)


def placed_bids(path: str, lot: LotResult) -> Iterator[tuple[str, RankedBid]]:
    """The bids of a lot in their places, each with its path."""
    return placed(f"{path}/RankedBids/RankedBid", lot.ranked_bids)


def placed_offers(path: str, lot: LotResult) -> Iterator[tuple[str, AuctionBid]]:
    """The prices offered for a lot in the auction, each with its path."""
    return placed(f"{path}/AuctionBids/AuctionBid", lot.auction_bids)

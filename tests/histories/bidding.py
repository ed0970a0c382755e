"""Steps of a random history with lists of bids and of those who took the documentation."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from sez.bid_lists import versions as bid_lists
from sez.bid_lists.bid_list import FormedBidList
from sez.download_lists import versions as downloads
from shared_contracts.messages.bid_list import BID_LIST, Bid
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from tests import lists
from tests.histories.history import LIKELY, WHY, History, Step


def bids(play: History, purchase: UUID, most: int, price: str | None = None) -> tuple[Bid, ...]:
    """Some bids for the lots, two at most for each, with what they offer or sealed."""
    stands = play.standing(purchase)
    begun, made, lots = stands.bids_from or stands.published_at, [], len(stands.lots)
    for number in range(most if lots > 1 else most // 2):
        bid = lists.bid(number // lots % 2, number % lots + 1, at=begun)
        if price is not None:
            offered = lists.contents(Decimal(price) * (number + 1))
            bid = lists.put(bid, contents=offered)
        made.append(lists.put(bid, bid_id=UUID(int=purchase.int ^ (number + 1))))
    return tuple(made)


def listed(name: str, *, final: bool, price: str | None = None) -> Callable[[History, UUID], Step]:
    """A list of some bids."""

    def step(play: History, purchase: UUID) -> Step:
        list_id = play.some(BID_LIST, purchase)
        before = play.state(BID_LIST, list_id)
        known = len(before.document.bids) if isinstance(before, FormedBidList) else 4
        most = known if play.chance.random() < LIKELY else play.chance.choice((0, 2, 4))
        some = bids(play, purchase, most, price)
        make = bid_lists.listing(purchase, play.now, some, final=final, reason=WHY)
        return Step(name, BID_LIST, list_id, make)

    return step


def list_gone(play: History, purchase: UUID) -> Step | None:
    """The deletion of a list that is there."""
    list_id = play.some(BID_LIST, purchase)
    if list_id not in play.objects:
        return None
    return Step("list deleted", BID_LIST, list_id, bid_lists.deletion("Ошибка", play.now))


def taken(play: History, purchase: UUID) -> Step:
    """A list of those who took the documentation, anew or as the next version."""
    file, at = play.standing(purchase).purchase.documents[0], play.now
    one = lists.download(at=at, document_id=file.document_id, document_version=file.version)
    some = (one,) * play.chance.randrange(2)
    make = downloads.listing(downloads.Downloaded(purchase, at, some), WHY)
    return Step("downloads", DOWNLOAD_LIST, play.some(DOWNLOAD_LIST, purchase), make)


def taken_gone(play: History, purchase: UUID) -> Step | None:
    """The deletion of such a list that is there."""
    list_id = play.some(DOWNLOAD_LIST, purchase)
    if list_id not in play.objects:
        return None
    return Step("downloads deleted", DOWNLOAD_LIST, list_id, downloads.deletion("Ошибка", play.now))

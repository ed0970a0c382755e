"""Lists of bids and of those who took the documentation, each broken in one rule."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.download_list import DownloadList
from shared_contracts.rules.rule import shown
from tests import lists
from tests.lists import DAY
from tests.samples import AT

Case: TypeAlias = tuple[str, Amendable, str, str | None]
"""Rule, document, path and value."""

BID = "/BidList/Bids/Bid"
LATER = AT + DAY


def broken() -> Iterator[Case]:
    """All of them."""
    yield from of_times()
    yield from of_bids()
    yield from of_openings()
    yield from of_values()
    yield from of_downloads()


def of_times() -> Iterator[Case]:
    """Bids after the list, and lists after their forming."""
    late = lists.bid_list(lists.bid(0, at=LATER))
    yield "F-BID-1", late, f"{BID}[1]/SubmittedAt", shown(LATER)
    gone = lists.bid(0, status="WITHDRAWN", withdrawn_at=LATER)
    yield "F-BID-1", lists.bid_list(gone), f"{BID}[1]/WithdrawnAt", shown(LATER)
    before = lists.bid(0, status="WITHDRAWN", withdrawn_at=AT - DAY)
    yield "F-BID-1", lists.bid_list(before), f"{BID}[1]/WithdrawnAt", shown(AT - DAY)
    yield "F-BID-1", lists.bid_list(as_of=LATER), "/BidList/AsOf", shown(LATER)


def of_bids() -> Iterator[Case]:
    """Lists that are not complete, or name one bid twice."""
    first = lists.bid(0)
    twice = lists.bid_list(first, lists.bid(1, supplier=lists.bidder(0)))
    yield "F-BID-2", twice, f"{BID}[2]/Supplier", lists.BIDDERS[0]
    yield "F-BID-5", lists.bid_list(bid_count=7), "/BidList/BidCount", "7"
    gap = lists.bid_list(lists.bid(0, version=2))
    yield "F-BID-5", gap, f"{BID}[1]/Version", "2"
    replaced = lists.bid(0, status="REPLACED")
    other = lists.bid(0, version=2, lot_number=2)
    yield "F-BID-5", lists.bid_list(replaced, other), f"{BID}[2]/LotNumber", "2"
    yield "F-BID-5", lists.bid_list(replaced), f"{BID}[1]/Status", "REPLACED"
    withdrawn = lists.bid(0, status="WITHDRAWN")
    yield "F-BID-5", lists.bid_list(withdrawn), f"{BID}[1]/WithdrawnAt", None
    yield (
        "F-BID-5",
        lists.bid_list(lists.bid(0, withdrawn_at=AT)),
        f"{BID}[1]/WithdrawnAt",
        shown(AT),
    )


def of_openings() -> Iterator[Case]:
    """Lists that are opened in part, or too early."""
    whole = lists.opened()
    yield "F-BID-5", put(whole, final=False), f"{BID}[2]/Contents", None
    sealed = with_bid(whole, 3, contents=None)
    yield "F-BID-5", sealed, f"{BID}[3]/Contents", None
    yield "F-BID-5", with_bid(whole, 3, supplier=None), f"{BID}[3]/Supplier", None
    near = with_bid(whole, 3, contents=lists.contents(affiliated=True))
    yield "F-BID-4", near, f"{BID}[3]/Contents/Affiliated", "true"
    foreign = with_bid(whole, 3, contents=lists.contents(currency="QQQ"))
    yield "F-CODE-2", foreign, f"{BID}[3]/Contents/Currency", "QQQ"


def of_values() -> Iterator[Case]:
    """Values and codes wherever they stand in a bid."""
    place = f"{BID}[3]/Contents"

    def offering(**changes: Any) -> BidList:
        return with_bid(lists.opened(), 3, contents=lists.contents(**changes))

    whole = lists.contents()
    yield "F-NUM-1", offering(price=Decimal(0)), f"{place}/Price", "0"
    assert whole.security is not None
    security = put(whole.security, amount=Decimal(-1))
    yield "F-NUM-1", offering(security=security), f"{place}/Security/Amount", "-1"
    kind = put(whole.security, kind="GOLD")
    yield "F-CODE-1", offering(security=kind), f"{place}/Security/Kind", "GOLD"
    share = put(whole.subcontractors[0], share_percent=Decimal(101))
    path = f"{place}/Subcontractors/Subcontractor[1]/SharePercent"
    yield "F-PCT-1", offering(subcontractors=(share,)), path, "101"
    paper = put(whole.origin_certificates[0], kind="X")
    path = f"{place}/OriginCertificates/OriginCertificate[1]/Kind"
    yield "F-CODE-1", offering(origin_certificates=(paper,)), path, "X"
    scan = put(whole.documents[0], category="X")
    yield "F-CODE-1", offering(documents=(scan,)), f"{place}/Documents/Document[1]/Category", "X"
    odd = lists.bid_list(lists.bid(0, status="X"))
    yield "F-CODE-1", odd, f"{BID}[1]/Status", "X"


def of_downloads() -> Iterator[Case]:
    """Lists of those who took the documentation."""
    item = "/DownloadList/Downloads/Download"
    late = lists.download_list(lists.download(at=LATER))
    yield "F-DWN-1", late, f"{item}[1]/DownloadedAt", shown(LATER)
    soon: DownloadList = lists.download_list(as_of=LATER)
    yield "F-DWN-1", soon, "/DownloadList/AsOf", shown(LATER)
    count = lists.download_list(download_count=3)
    yield "F-DWN-2", count, "/DownloadList/DownloadCount", "3"
    part = lists.download_list(incremental=True)
    yield "F-DWN-2", part, "/DownloadList/Incremental", "true"
    twice = lists.download_list(lists.download(), lists.download())
    yield "F-DWN-2", twice, f"{item}[2]", lists.BIDDERS[0]


def put(part: Any, **changes: Any) -> Any:
    """The part with fields changed."""
    return msgspec.structs.replace(part, **changes)


def with_bid(document: BidList, number: int, **changes: Any) -> BidList:
    """The list with one bid changed, counted from 1."""
    bids = list(document.bids)
    bids[number - 1] = put(bids[number - 1], **changes)
    changed: BidList = put(document, bids=tuple(bids))
    return changed

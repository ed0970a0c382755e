"""The example of a list of bids: two sealed bids for the first lot of a tender (S216-A3.1e)."""

from hashlib import sha256
from uuid import UUID

from sez.bid_lists.versions import listing
from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from shared_contracts.errors import BadInput
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST, Bid
from shared_contracts.messages.document import LocalizedText, Party

BIDDERS = (
    Party(
        bin="180640000016",
        name=LocalizedText(
            kk="«Мұнай Сервис» ЖШС", ru="ТОО «Мунай Сервис»", en="Munai Service LLP"
        ),
    ),
    None,
)
"""Who bids; the second is hidden until the opening."""


def prepare(order: ExampleOrder) -> PreparedExample:
    """The list of bids of the tender that is named as ``base`` (``BadInput`` without it)."""
    tender = order.wanted.base
    if tender is None:
        raise BadInput("name the tender whose bids are listed: base")
    bids = tuple(_bid(order, party) for party in BIDDERS)
    return PreparedExample(listing(tender, order.at, bids, final=False))


def _bid(order: ExampleOrder, party: Party | None) -> Bid:
    bid_id: UUID = uuid7()
    return Bid(
        bid_id=bid_id,
        version=1,
        lot_number=1,
        supplier=party,
        submitted_at=order.at,
        status="SUBMITTED",
        bid_hash=sha256(bid_id.bytes).hexdigest(),
    )


EXAMPLES = KindExamples(BID_LIST, "bid-lists", ("bid-list",), prepare)
"""The examples of the kind BID_LIST."""

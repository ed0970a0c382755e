"""The example purchases by name, as a SEZ of a stand announces them (S216-9.1, S216-A3.1a, d)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.tendering import example_purchases as purchases
from sez.tendering import versions
from sez.tendering.example_purchases import Example, Setting
from sez.tendering.tender import UnknownTender
from shared_contracts.messages.document import Operation
from shared_contracts.messages.purchase import PURCHASE

MAKERS: Mapping[str, Callable[[Setting, UUID | None], Example]] = {
    "announcement": lambda setting, _base: purchases.open_tender(setting),
    "auction": lambda setting, _base: purchases.auction(setting),
    "single-source": purchases.single_source,
}
"""The examples by name."""


def prepare(order: ExampleOrder) -> PreparedExample:
    """The announcement of the example that is wanted, on the base of a failed tender if named."""
    wanted = order.wanted
    first = versions.act(order.owner, order.object_id, UnknownTender(), Operation.CREATE)
    bidding = timedelta(seconds=wanted.bidding_seconds)
    setting = Setting(first, order.buyer, order.at, bidding)
    example = MAKERS[wanted.example](setting, wanted.base)
    return PreparedExample(versions.announcement(example.purchase), example.files)


EXAMPLES = KindExamples(PURCHASE, "tenders", tuple(MAKERS), prepare)
"""The examples of the kind PURCHASE."""

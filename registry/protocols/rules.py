"""State rules for protocols: those on every document, and those on the purchase (S216-A2.1.4)."""

from collections.abc import Collection
from typing import Protocol, TypeAlias, cast
from uuid import UUID

from registry.records.rules import deletion, header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import Facts, RecordFacts
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.protocol import REVIEW_PROTOCOL
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import protocol_course, results_course
from shared_contracts.rules.bidding import KnownList
from shared_contracts.rules.protocol_course import ProtocolBefore, Underlying
from shared_contracts.rules.rule import RuleBooks
from shared_contracts.rules.standing import PurchaseStanding, ReviewStanding


class RecordedProtocol(RecordFacts, Protocol):
    """A protocol as it stands in the Registry before the record that is judged."""

    @property
    def purchase_id(self) -> UUID:
        """The purchase of which it is."""

    @property
    def members(self) -> Collection[str]:
        """Who signed it, by IIN."""


ProtocolFacts: TypeAlias = Facts[RecordedProtocol, RecordFacts]
"""What is known when a version of a protocol is judged."""


def underlying(facts: ProtocolFacts) -> Underlying:
    """What the protocol rests on, of all to which it refers."""
    current = facts.current
    purchases = facts.referred.get(PURCHASE, {})
    purchase = next(iter(purchases.values()), None)
    reviews = (one for one in facts.referred.get(REVIEW_PROTOCOL, {}).values() if one.takes)
    return Underlying(
        purchase=cast("PurchaseStanding | None", purchase),
        before=None if current is None else _before(current),
        review=cast("ReviewStanding | None", next(reviews, None)),
        moments=facts.moments,
        arrived_at=facts.first_received_at,
        bids=cast("KnownList | None", next(iter(facts.referred.get(BID_LIST, {}).values()), None)),
    )


def _before(current: RecordedProtocol) -> ProtocolBefore:
    return ProtocolBefore(purchase_id=current.purchase_id, members=tuple(current.members))


RULES: StateRules[RecordedProtocol, RecordFacts] = StateRules(
    RuleBooks(header.BOOK, deletion.BOOK),
    related=RuleBooks(protocol_course.BOOK, results_course.BOOK),
    underlying=underlying,
)
"""The state rules of protocols."""

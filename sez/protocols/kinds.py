"""What the three kinds of protocol have in common in the SEZ."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, cast
from uuid import UUID

from sez.protocols.protocol import (
    AnyProtocol,
    Command,
    DeletedProtocol,
    NoProtocol,
    ProtocolEvents,
    SignedProtocol,
    decide,
    evolve,
)
from sez.records.kind import SezKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Breach
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.protocol import (
    REVIEW_PROTOCOL,
    LotReview,
    PurchaseProtocol,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.rules import results_course
from shared_contracts.rules.bidding import KnownList
from shared_contracts.rules.protocol_course import BOOK, ProtocolBefore, Underlying
from shared_contracts.rules.rule import RuleBooks
from shared_contracts.rules.standing import PurchaseStanding, ReviewStanding, stage_of

ProtocolKind: TypeAlias = SezKind[AnyProtocol, Command]
"""A kind of protocol."""

RULES = RuleBooks(BOOK, results_course.BOOK)
"""The rules on a protocol and what it rests on, which the Registry asks too."""


def kind(object_type: str, events: ProtocolEvents, states: object) -> ProtocolKind:
    """The kind of this type of object, with its events and the states of its document."""
    return SezKind(
        object_type=object_type,
        objects=ObjectKind(object_type, NoProtocol(), evolve, states),
        decide=partial(decide, events),
        examine_next=lambda *_: [],
        examine_related=examine_related,
        signed_for=signed_for,
        refers_to=lambda protocol: (
            kind_of(protocol.document).references(protocol.document)
            if isinstance(protocol, SignedProtocol | DeletedProtocol)
            else ()
        ),
        standing=standing,
    )


@dataclass(frozen=True, slots=True)
class StandingProtocol:
    """A protocol as those that rest on it, and its purchase, find it."""

    document: PurchaseProtocol

    @property
    def stage(self) -> str:
        """To which stage it brings its purchase."""
        return stage_of(self.document)

    @property
    def purchase_id(self) -> UUID:
        """The purchase of which it is."""
        return self.document.purchase_id

    @property
    def protocol_date(self) -> datetime:
        """When it was drawn up."""
        return self.document.protocol_date

    @property
    def lot_reviews(self) -> tuple[LotReview, ...]:
        """What was decided of each lot and each bid; nothing where none are reviewed."""
        return self.document.lot_reviews if isinstance(self.document, ReviewProtocol) else ()


def standing(protocol: AnyProtocol) -> StandingProtocol | None:
    """A protocol that stands; None where there is none, or a draft, or it was deleted."""
    return StandingProtocol(protocol.document) if isinstance(protocol, SignedProtocol) else None


def signed_for(protocol: AnyProtocol) -> Collection[str]:
    """Who signs what follows, by IIN; also of one that was deleted, which takes nothing more."""
    if not isinstance(protocol, SignedProtocol | DeletedProtocol):
        return ()
    return tuple(member.iin for member in protocol.document.members)


def examine_related(
    document: Amendable,
    before: AnyProtocol,
    related: Mapping[str, Mapping[UUID, Any]],
    at: datetime,
) -> list[Breach]:
    """Every breach by a version formed at ``at`` against what it rests on in this SEZ."""
    purchase = next(iter(related.get(PURCHASE, {}).values()), None)
    review = next(iter(related.get(REVIEW_PROTOCOL, {}).values()), None)
    rests_on = Underlying(
        purchase=cast("PurchaseStanding | None", purchase),
        before=_before(before),
        review=cast("ReviewStanding | None", review),
        moments=(at,),
        bids=cast("KnownList | None", next(iter(related.get(BID_LIST, {}).values()), None)),
    )
    return RULES.examine(document, at, rests_on)


def _before(protocol: AnyProtocol) -> ProtocolBefore | None:
    """The last signed version, also of one that was deleted: the Registry knows that too."""
    if not isinstance(protocol, SignedProtocol | DeletedProtocol):
        return None
    members = tuple(member.iin for member in protocol.document.members)
    return ProtocolBefore(purchase_id=protocol.document.purchase_id, members=members)

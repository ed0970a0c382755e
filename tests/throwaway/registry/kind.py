"""The kind SITE_NOTICE in the Registry."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from registry.records.kind import RegistryKind
from registry.records.record import RecordVersion
from registry.records.rules import header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import Facts, RecordFacts
from registry.records.state import RecordState
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.state import ObjectState
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks
from tests.throwaway.contract import SITE_NOTICE, SiteNotice
from tests.throwaway.registry import listing
from tests.throwaway.registry.event import NoticePlaced

BOOK = RuleBook()


class UnknownNotice(ObjectState, frozen=True, tag="UNKNOWN"):
    """Nothing was recorded."""


class PlacedNotice(RecordState, frozen=True, kw_only=True, tag="ON_SITE"):
    """The notice is there."""

    conditions_version: int
    first_formed_at: datetime
    customer: str
    heading: str


State = UnknownNotice | PlacedNotice


@BOOK.rule("F-SITE-2")
def nobody_forbade_it(
    notice: SiteNotice, facts: Facts[RecordFacts, RecordFacts]
) -> Iterator[Found]:
    """A heading may not be the code of the sender."""
    if notice.heading == facts.sez_code:
        yield Found("/SiteNotice/Heading", notice.heading)


def decide(notice: State, delivery: RecordVersion) -> Sequence[Event]:
    """A notice is placed once."""
    match notice, delivery.document:
        case UnknownNotice(), SiteNotice() as document:
            return [NoticePlaced(**delivery.fields(), document=document)]
        case _:
            raise delivery.refused(notice.status)


def evolve(notice: State, event: Event) -> State:
    """What it is after an event."""
    match notice, event:
        case UnknownNotice(), NoticePlaced(document=document, header=of):
            return PlacedNotice(
                first_formed_at=of.formed_at,
                customer=document.customer.bin or "",
                heading=document.heading,
                **event.state_fields(),
            )
        case _:
            return notice


KIND: RegistryKind[State, PlacedNotice, RecordFacts] = RegistryKind(
    objects=ObjectKind(SITE_NOTICE, UnknownNotice(), evolve, State),
    decide=decide,
    rules=StateRules(RuleBooks(header.BOOK, BOOK)),
    signed_for=lambda placed: (placed.customer,),
    apply=listing.apply,
    schema=listing.SCHEMA,
    tables={"site_notices": ("id",)},
)

"""The kind SITE_NOTICE in the Registry."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from registry.records.kind import RegistryKind
from registry.records.record import RecordVersion
from registry.records.rules import header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import Facts, RecordFacts
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event
from shared_contracts.faults import Breach, Refused
from shared_contracts.messages.document import Operation
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks
from tests.throwaway.contract import SITE_NOTICE, SiteNotice
from tests.throwaway.registry import listing
from tests.throwaway.registry.event import NoticePlaced

BOOK = RuleBook()


class UnknownNotice(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """Nothing was recorded."""

    status: ClassVar[str] = "UNKNOWN"


class PlacedNotice(msgspec.Struct, frozen=True, kw_only=True, tag="ON_SITE", tag_field="status"):
    """The notice is there."""

    status: ClassVar[str] = "ON_SITE"
    takes: ClassVar[frozenset[Operation]] = frozenset()
    registry_id: UUID
    version: int
    document_hash: str
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
            named = {"status": notice.status}
            raise Refused(Breach("F-HDR-2", "/SiteNotice/Act/Operation", None, named))


def evolve(notice: State, event: Event) -> State:
    """What it is after an event."""
    match notice, event:
        case UnknownNotice(), NoticePlaced(document=document, header=of):
            return PlacedNotice(
                registry_id=event.registry_id,
                version=of.version,
                document_hash=of.document_hash,
                conditions_version=document.act.conditions_version,
                first_formed_at=of.formed_at,
                customer=document.customer.bin or "",
                heading=document.heading,
            )
        case _:
            return notice


KIND: RegistryKind[State, PlacedNotice, RecordFacts] = RegistryKind(
    objects=ObjectKind(SITE_NOTICE, UnknownNotice(), evolve, State),
    decide=decide,
    rules=StateRules(RuleBooks(header.BOOK, BOOK)),
    signed_for=lambda placed: (placed.customer,),
    prepare=listing.prepare,
    apply=listing.apply,
    schema=listing.SCHEMA,
    tables={"site_notices": ("id",)},
)

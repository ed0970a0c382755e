"""Programmes as a kind of record in the SEZ."""

from collections.abc import Collection
from uuid import UUID

from sez.programmes import changing, listing, programme
from sez.programmes.against_others import examine_large, examine_related, standing
from sez.records.kind import LargeKind, SezKind
from sez.records.owner import Owner
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import PROGRAMME, Programme

OBJECTS: ObjectKind[programme.State] = ObjectKind(
    PROGRAMME, programme.UnsignedProgramme(), programme.evolve, programme.State
)
"""Programmes of this SEZ, by the id that is also theirs in the Registry's records."""


def namesakes(log: EventLog, owner: Owner, document: Amendable) -> Collection[UUID]:
    """The programmes in force here that are the same as a document says of its own."""
    if not isinstance(document, Programme):
        return ()
    return listing.namesakes(log, owner, document)


KIND: SezKind[programme.State, programme.Command] = SezKind(
    object_type=PROGRAMME,
    objects=OBJECTS,
    decide=programme.decide,
    examine_next=lambda *_: [],
    examine_related=examine_related,
    standing=standing,
    namesakes=namesakes,
    first_question=changing.FIRST,
    large=LargeKind(examine_large, programme.listing_named),
)
"""The kind PROGRAMME."""

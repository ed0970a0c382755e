"""Programmes as a kind of record in the SEZ."""

from sez.programmes import changing, programme
from sez.programmes.next_version import examine_next
from sez.records.kind import SezKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.messages.programme import PROGRAMME

OBJECTS: ObjectKind[programme.State] = ObjectKind(
    PROGRAMME, programme.UnsignedProgramme(), programme.evolve, programme.State
)
"""Programmes of this SEZ, by the id that is also theirs in the Registry's records."""

KIND: SezKind[programme.State, programme.Command] = SezKind(
    object_type=PROGRAMME,
    objects=OBJECTS,
    decide=programme.decide,
    examine_next=examine_next,
    first_question=changing.FIRST,
)
"""The kind PROGRAMME."""

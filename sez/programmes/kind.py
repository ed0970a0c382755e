"""Programmes as a kind of record in the SEZ."""

from datetime import datetime

from sez.programmes import changing, programme
from sez.records.kind import SezKind
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.rules import programme_course
from shared_contracts.rules.programme_course import ProgrammeCourse

OBJECTS: ObjectKind[programme.State] = ObjectKind(
    PROGRAMME, programme.UnsignedProgramme(), programme.evolve, programme.State
)
"""Programmes of this SEZ, by the id that is also theirs in the Registry's records."""


def examine_next(document: Amendable, before: programme.State, at: datetime) -> list[Breach]:
    """What the Registry would refuse of a version after the programme before it (S216-A2.1.4)."""
    if not isinstance(before, programme.SignedProgramme):
        return []
    return programme_course.RULES.examine(document, at, ProgrammeCourse(before))


KIND: SezKind[programme.State, programme.Command] = SezKind(
    object_type=PROGRAMME,
    objects=OBJECTS,
    decide=programme.decide,
    examine_next=examine_next,
    first_question=changing.FIRST,
)
"""The kind PROGRAMME."""

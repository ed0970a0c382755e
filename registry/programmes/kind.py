"""Programmes as a kind of record in the Registry."""

from collections.abc import Iterator
from uuid import UUID

from registry.programmes import listing, programme
from registry.programmes.change import CHANGE, AskedChange
from registry.programmes.rules.examine import RULES
from registry.programmes.rules.recorded import RecordedProgramme
from registry.records.codes import CodedRecord
from registry.records.kind import LookUp, RegistryKind
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.rules.codes import in_parts, with_form

OBJECTS: ObjectKind[programme.State] = ObjectKind(
    PROGRAMME, programme.UnknownProgramme(), programme.evolve, programme.State
)
"""Programmes, by the id their SEZ gave them."""


def coded_records(log: EventLog) -> Iterator[CodedRecord]:
    """Programmes in force with their codes, by the Registry's id."""
    after = UUID(int=0)
    while found := listing.last_whole(log, after):
        recorded, first_formed_at = found
        event, after = recorded.event, recorded.originator_id
        if isinstance(event, programme.ProgrammeLoaded | programme.ProgrammeChanged):
            codes = with_form(in_parts(event.document.items))
            yield CodedRecord(
                str(event.header.object_id),
                to_astana(first_formed_at).date(),
                changeable=True,
                codes=frozenset((one.classifier, one.code) for one in codes),
            )


def recall(look_up: LookUp, document: Amendable) -> AskedChange | None:
    """Which version of a programme the Registry asked for, for one that is changed."""
    if not isinstance(document, Programme) or document.act.version == 1:
        return None
    act = document.act
    key = HeadKey(act.environment, look_up.sez_code, CHANGE.name, act.object_id)
    asked = CHANGE.read(look_up.log.heads([key]).get(key))
    return asked if isinstance(asked, AskedChange) else None


KIND: RegistryKind[programme.State, programme.ProgrammeOnRecord, RecordedProgramme] = RegistryKind(
    objects=OBJECTS,
    decide=programme.decide,
    rules=RULES,
    signed_for=lambda known: (known.subsoil_user,),
    prepare=listing.prepare,
    apply=listing.apply,
    schema=listing.SCHEMA,
    codes=coded_records,
    planned=listing.planned,
    recall=recall,
    namesakes=listing.namesakes,
    refers_to=lambda known: ((PROGRAMME, known.medium_term),) if known.medium_term else (),
    tables={"programmes": ("registry_id",), "programme_items": ("registry_id", "number")},
)
"""The kind PROGRAMME."""

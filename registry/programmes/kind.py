"""Programmes as a kind of record in the Registry."""

from collections.abc import Iterator
from uuid import UUID

from registry.programmes import listing, programme
from registry.programmes.rules.examine import RULES
from registry.programmes.rules.recorded import RecordedProgramme
from registry.records.codes import CodedRecord
from registry.records.kind import RegistryKind
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog
from shared_contracts.messages.programme import PROGRAMME
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
    namesakes=listing.namesakes,
    refers_to=lambda known: ((PROGRAMME, known.medium_term),) if known.medium_term else (),
    tables={"programmes": ("registry_id",), "programme_items": ("registry_id", "number")},
)
"""The kind PROGRAMME."""

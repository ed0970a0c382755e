"""Programmes as a kind of record in the Registry."""

from collections.abc import Iterable, Iterator

from registry.programmes import listing, programme
from registry.programmes.change import CHANGE, AskedChange
from registry.programmes.rules.examine import RULES
from registry.programmes.rules.recorded import RecordedProgramme
from registry.records.codes import CodedRecord
from registry.records.kind import LookUp, RegistryKind
from registry.records.listing import last_whole
from registry.records.rules.codes import coded
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.large_documents.apart import kept_hashes
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.rules.codes import in_parts

OBJECTS: ObjectKind[programme.State] = ObjectKind(
    PROGRAMME, programme.UnknownProgramme(), programme.evolve, programme.State
)
"""Programmes, by the id their SEZ gave them."""


def coded_records(log: EventLog) -> Iterator[CodedRecord]:
    """Programmes in force with their codes, by the Registry's id; they are read one by one."""
    for one in last_whole(log, "views.programmes", listing.WHOLE, 1):
        event = one.recorded.event
        if isinstance(event, programme.ProgrammeLoaded | programme.ProgrammeChanged):
            yield CodedRecord(
                str(event.header.object_id),
                to_astana(one.first_formed_at).date(),
                changeable=True,
                codes=_codes(event),
            )


def _codes(
    event: programme.ProgrammeLoaded | programme.ProgrammeChanged,
) -> frozenset[tuple[str, str]]:
    if isinstance(event, programme.LargeProgrammeLoaded | programme.LargeProgrammeChanged):
        kept = event.codes.items()
        return frozenset((classifier, code) for classifier, codes in kept for code in codes)
    return coded(in_parts(event.document.items))


def recall(look_up: LookUp, document: Amendable) -> programme.RecalledProgramme | None:
    """Of a programme that is changed, which version was asked for, and its items kept apart."""
    if not isinstance(document, Programme) or document.act.version == 1:
        return None
    act = document.act
    key = HeadKey(act.environment, look_up.sez_code, CHANGE.name, act.object_id)
    own = key._replace(kind=PROGRAMME)
    heads = look_up.log.heads([key, own])
    asked, state = CHANGE.read(heads.get(key)), OBJECTS.read(heads.get(own))
    numbers: Iterable[str] = ()
    if isinstance(state, programme.ProgrammeOnRecord) and state.items_sha256 is not None:
        [last] = listing.last_version(look_up.log, state.registry_id)
        numbers = kept_hashes(look_up.log, last, programme.listing_named) or ()
    known = asked if isinstance(asked, AskedChange) else None
    return programme.RecalledProgramme(known, tuple(numbers))


KIND: RegistryKind[programme.State, programme.ProgrammeOnRecord, RecordedProgramme] = RegistryKind(
    objects=OBJECTS,
    decide=programme.decide,
    rules=RULES,
    signed_for=lambda known: (known.subsoil_user,),
    apply=listing.apply,
    schema=listing.SCHEMA,
    codes=coded_records,
    planned=listing.planned,
    recall=recall,
    namesakes=listing.namesakes,
    keeps_apart=lambda state: getattr(state, "items_sha256", None) is not None,
    listing_named=programme.listing_named,
    refers_to=lambda known: ((PROGRAMME, known.medium_term),) if known.medium_term else (),
    tables={"programmes": ("registry_id",), "programme_items": ("registry_id", "number")},
)
"""The kind PROGRAMME."""

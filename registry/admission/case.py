"""What an application is meanwhile: its form, its rounds, its act; states follow from events."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

import msgspec

from registry.admission.completeness import ApplicationFlaw
from registry.admission.events import (
    ActDrawnUp,
    AdmissionAbandoned,
    AdmissionEvent,
    AdmissionFiled,
    AdmissionNotified,
    AdmissionOpened,
    AdmissionReturned,
    AdmissionTermTold,
    ConditionsChangeDecided,
    ConditionsChangeRequested,
    CopyDelivered,
    DiscrepanciesMended,
    GroupMember,
    SessionTaken,
    StageBegun,
    StageConcluded,
    StageVerdict,
    SynchronisationRefused,
    SynchronisationStopped,
    WorkingGroupCreated,
)
from registry.admission.form import ApplicationForm
from registry.admission.inventory import Inventory, declared
from registry.admission.inventory_events import InventoryChangeDecided, InventoryChangeRequested
from registry.admission.regulation import ACT
from registry.systems.entry import RegisterEntry
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event
from shared_contracts.messages.document import Environment


class AdmissionStatus(StrEnum):
    """Where an application stands."""

    FILED = "FILED"
    RETURNED = "RETURNED"
    NOTIFIED = "NOTIFIED"
    REFUSED = "REFUSED"
    ABANDONED = "ABANDONED"
    ACT_DRAWN_UP = "ACT_DRAWN_UP"
    IN_OPERATION = "IN_OPERATION"
    STOPPED = "STOPPED"


ENDED = frozenset(
    {
        AdmissionStatus.RETURNED,
        AdmissionStatus.REFUSED,
        AdmissionStatus.ABANDONED,
        AdmissionStatus.STOPPED,
    }
)
"""After these only a new application goes on."""


class Happened(msgspec.Struct, frozen=True):
    """What happened, by the word that terms of a regulation use, and when."""

    what: str
    at: datetime


class StageRound(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One round of a step, or the act: its verdict, who gets a copy, who has it."""

    stage: str
    round: int
    begun_at: datetime
    verdict: StageVerdict | None = None
    copies: tuple[str, ...] = ()
    delivered: tuple[str, ...] = ()
    mended: bool = False

    @property
    def is_issued(self) -> bool:
        """Whether it ended, and every copy has its delivery."""
        return self.verdict is not None and set(self.copies) <= set(self.delivered)


class NoAdmission(msgspec.Struct, frozen=True, tag="NOTHING_FILED"):
    """There is no such application."""


class AdmissionCase(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="KNOWN"):
    """An application with all that became of it.

    ``regulation`` is that of the day of filing. ``told`` are the terms of which somebody was told,
    ``examined`` is the code of the system that the session of a good round examined.
    """

    admission_id: UUID
    environment: Environment
    regulation: str
    form: ApplicationForm
    flaws: tuple[ApplicationFlaw, ...]
    previous: UUID | None = None
    filed_at: datetime
    status: AdmissionStatus = AdmissionStatus.FILED
    happened: tuple[Happened, ...] = ()
    group: tuple[GroupMember, ...] = ()
    rounds: tuple[StageRound, ...] = ()
    entry: RegisterEntry | None = None
    change: int = 0
    asked: RegisterEntry | None = None
    examined: str | None = None
    told: tuple[str, ...] = ()
    inventory: Inventory | None = None
    inventory_number: int = 0
    inventory_asked: Inventory | None = None

    @property
    def inventory_in_force(self) -> Inventory:
        """The inventory that was granted last, else that of the application (S95-15.9)."""
        return self.inventory if self.inventory is not None else declared(self.form)

    @property
    def last(self) -> StageRound | None:
        """The newest round, of the newest step or of the act."""
        return self.rounds[-1] if self.rounds else None

    def of(self, document: str) -> StageRound | None:
        """The newest round of a step, or the act."""
        return next((one for one in reversed(self.rounds) if one.stage == document), None)


AdmissionState: TypeAlias = NoAdmission | AdmissionCase


def evolve(state: AdmissionState, event: Event) -> AdmissionState:
    """What an application is after ``event``."""
    if isinstance(event, AdmissionFiled):
        return _filed(event)
    if not isinstance(state, AdmissionCase) or not isinstance(event, AdmissionEvent):
        return state
    told = [Happened(word, event.at) for word in words(event)]
    after = msgspec.structs.replace(state, happened=(*state.happened, *told))
    return _in_operation(_in_course(_at_first(after, event), event), event)


def words(event: AdmissionEvent) -> tuple[str, ...]:
    """By which words of a regulation an event is known."""
    if isinstance(event, StageConcluded):
        return (f"CONCLUDED:{event.stage}", f"{event.verdict}:{event.stage}")
    if isinstance(event, StageBegun | DiscrepanciesMended):
        return (f"{_WORDS[type(event)]}:{event.stage}",)
    return (_WORDS[type(event)],) if type(event) in _WORDS else ()


_WORDS: Final[Mapping[type[AdmissionEvent], str]] = {
    AdmissionFiled: "FILED",
    AdmissionNotified: "NOTIFIED",
    AdmissionReturned: "RETURNED",
    WorkingGroupCreated: "GROUP",
    StageBegun: "BEGUN",
    DiscrepanciesMended: "MENDED",
    ActDrawnUp: ACT,
}


def _filed(event: AdmissionFiled) -> AdmissionCase:
    return AdmissionCase(
        admission_id=event.admission_id,
        environment=event.environment,
        regulation=event.regulation,
        form=event.form,
        flaws=event.flaws,
        previous=event.previous,
        filed_at=event.at,
        happened=(Happened("FILED", event.at),),
    )


def _at_first(case: AdmissionCase, event: AdmissionEvent) -> AdmissionCase:
    """The answer of the authority, the working group."""
    match event:
        case AdmissionNotified():
            return msgspec.structs.replace(case, status=AdmissionStatus.NOTIFIED)
        case AdmissionReturned():
            return msgspec.structs.replace(case, status=AdmissionStatus.RETURNED)
        case SynchronisationRefused():
            return msgspec.structs.replace(case, status=AdmissionStatus.REFUSED)
        case AdmissionAbandoned():
            return msgspec.structs.replace(case, status=AdmissionStatus.ABANDONED)
        case WorkingGroupCreated(members=members):
            return msgspec.structs.replace(case, group=members)
        case AdmissionTermTold():
            told = told_as(event.term, event.since, overdue=event.overdue)
            return msgspec.structs.replace(case, told=(*case.told, told))
        case _:
            return case


def told_as(term: str, since: datetime, *, overdue: bool) -> str:
    """Under which name it is kept that a term was told of."""
    return f"{term}/{since.isoformat()}/{'OVERDUE' if overdue else 'REMINDED'}"


def _in_course(case: AdmissionCase, event: AdmissionEvent) -> AdmissionCase:
    """The rounds of the steps."""
    match event:
        case StageBegun(stage=stage, round=number, at=at):
            begun = StageRound(stage=stage, round=number, begun_at=at)
            return msgspec.structs.replace(case, rounds=(*case.rounds, begun))
        case StageConcluded(verdict=verdict, copies=copies):
            return _with_last(case, verdict=verdict, copies=copies)
        case SessionTaken(session=session) if case.rounds[-1].verdict is StageVerdict.POSITIVE:
            return msgspec.structs.replace(case, examined=session.sez_code)
        case DiscrepanciesMended():
            return _with_last(case, mended=True)
        case CopyDelivered(document=document, addressee=addressee):
            return _delivered(case, document, addressee)
        case _:
            return case


def _with_last(case: AdmissionCase, **changes: object) -> AdmissionCase:
    last = msgspec.structs.replace(case.rounds[-1], **changes)
    return msgspec.structs.replace(case, rounds=(*case.rounds[:-1], last))


def _delivered(case: AdmissionCase, document: str, addressee: str) -> AdmissionCase:
    rounds = list(case.rounds)
    at = max(n for n, one in enumerate(rounds) if one.stage == document)
    delivered = (*rounds[at].delivered, addressee)
    rounds[at] = msgspec.structs.replace(rounds[at], delivered=delivered)
    return msgspec.structs.replace(case, rounds=tuple(rounds))


def _in_operation(case: AdmissionCase, event: AdmissionEvent) -> AdmissionCase:
    """The act, and what comes after it."""
    match event:
        case ActDrawnUp(entry=entry, copies=copies, at=at):
            act = StageRound(
                stage=ACT, round=1, begun_at=at, verdict=StageVerdict.POSITIVE, copies=copies
            )
            changes = {"entry": entry, "rounds": (*case.rounds, act)}
            return msgspec.structs.replace(case, status=AdmissionStatus.ACT_DRAWN_UP, **changes)
        case AdmissionOpened():
            return msgspec.structs.replace(case, status=AdmissionStatus.IN_OPERATION)
        case ConditionsChangeRequested(number=number, entry=entry):
            return msgspec.structs.replace(case, change=number, asked=entry)
        case ConditionsChangeDecided(entry=entry):
            return msgspec.structs.replace(case, entry=entry, asked=None)
        case InventoryChangeRequested(number=number, inventory=inventory):
            changed = {"inventory_number": number, "inventory_asked": inventory}
            return msgspec.structs.replace(case, **changed)
        case InventoryChangeDecided(inventory=inventory):
            return msgspec.structs.replace(case, inventory=inventory, inventory_asked=None)
        case SynchronisationStopped():
            return msgspec.structs.replace(case, status=AdmissionStatus.STOPPED)
        case _:
            return case


ADMISSION: ObjectKind[AdmissionState] = ObjectKind(
    "ADMISSION", NoAdmission(), evolve, AdmissionState
)
"""Applications, by their id."""

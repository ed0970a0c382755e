"""What can be asked of an application; who asks stands in each, when and by what law beside it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias
from uuid import UUID

from registry.admission.case import AdmissionCase
from registry.admission.events import (
    ActingPerson,
    GroupMember,
    PointVerdict,
    ReturnReason,
    SignedFor,
    StageVerdict,
)
from registry.admission.form import ApplicationForm
from registry.admission.inventory import Inventory
from registry.admission.regulation import Regulation
from registry.admission.sessions import ProvenSession
from registry.systems.entry import RegisterEntry
from shared_contracts.calendar.working_days import CalendarEdition
from shared_contracts.messages.document import Environment


@dataclass(frozen=True, slots=True)
class AdmissionFacts:
    """What a decision knows besides the case: the law of its day, the moment, the calendar.

    ``platforms`` carry a system that is in operation, or has its act; ``codes`` are those of the
    register, of such acts, and of sessions in open applications, each with the BIN whose system
    has it.
    """

    regulation: Regulation
    at: datetime
    calendar: CalendarEdition
    environment: Environment
    platforms: Collection[str] = ()
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class FileApplication:
    """File an application; ``before`` is the one that it takes up again."""

    admission_id: UUID
    form: ApplicationForm
    before: AdmissionCase | None = None


@dataclass(frozen=True, slots=True)
class NotifyApplicant:
    """Tell the applicant that the application conforms."""

    by: ActingPerson


@dataclass(frozen=True, slots=True)
class ReturnApplication:
    """Send the application back."""

    by: ActingPerson
    reasons: tuple[ReturnReason, ...]


@dataclass(frozen=True, slots=True)
class CreateGroup:
    """Make up the working group."""

    by: ActingPerson
    members: tuple[GroupMember, ...]


@dataclass(frozen=True, slots=True)
class InviteConsultant:
    """Bring in another organisation."""

    by: ActingPerson
    organisation: str
    role: str


@dataclass(frozen=True, slots=True)
class BeginStage:
    """Begin a step."""

    by: ActingPerson
    stage: str


@dataclass(frozen=True, slots=True)
class ConcludeStage:
    """End a step by its protocol or record; ``verdict`` where no points decide."""

    by: ActingPerson
    stage: str
    verdict: StageVerdict | None = None
    lines: tuple[PointVerdict, ...] = ()
    remarks: str = ""
    signatures: tuple[SignedFor, ...] = ()
    session: ProvenSession | None = None


@dataclass(frozen=True, slots=True)
class DeliverCopy:
    """Record that a copy of a protocol or of the act was delivered."""

    document: str
    addressee: str
    received_by: str
    way: str


@dataclass(frozen=True, slots=True)
class ReportMended:
    """Tell that what a step found was put right."""

    by: ActingPerson
    stage: str
    what: str


@dataclass(frozen=True, slots=True)
class RefuseSynchronisation:
    """Decline for incomplete information (S95-14)."""

    by: ActingPerson
    reasons: tuple[ReturnReason, ...]


@dataclass(frozen=True, slots=True)
class AbandonApplication:
    """End an application before its act: the applicant withdraws it, or lets terms pass (R141)."""

    by: ActingPerson
    ground: str


@dataclass(frozen=True, slots=True)
class DrawUpAct:
    """Draw up the act of commissioning."""

    by: ActingPerson
    entry: RegisterEntry
    signatures: tuple[SignedFor, ...]


@dataclass(frozen=True, slots=True)
class RequestChange:
    """State that conditions are to change."""

    by: ActingPerson
    statement: str
    entry: RegisterEntry


@dataclass(frozen=True, slots=True)
class DecideChange:
    """Grant the change that was asked for, or not."""

    by: ActingPerson
    granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class RequestInventory:
    """State that the inventory is to change (S95-15.9)."""

    by: ActingPerson
    statement: str
    inventory: Inventory


@dataclass(frozen=True, slots=True)
class DecideInventory:
    """Grant the change of the inventory, or not (S95-15.9)."""

    by: ActingPerson
    granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class StopSynchronisation:
    """Stop the synchronisation (S95-18c)."""

    by: ActingPerson
    ground: str


OpenCommand: TypeAlias = (
    NotifyApplicant
    | ReturnApplication
    | CreateGroup
    | InviteConsultant
    | BeginStage
    | ConcludeStage
    | DeliverCopy
    | ReportMended
    | RefuseSynchronisation
    | AbandonApplication
    | DrawUpAct
    | RequestChange
    | DecideChange
    | RequestInventory
    | DecideInventory
    | StopSynchronisation
)

AdmissionCommand: TypeAlias = FileApplication | OpenCommand

"""What is asked over HTTP about an application, as JSON."""

from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec

from registry.admission.asked import (
    AbandonApplication,
    BeginStage,
    ConcludeStage,
    CreateGroup,
    DecideChange,
    DecideInventory,
    DeliverCopy,
    DrawUpAct,
    InviteConsultant,
    NotifyApplicant,
    OpenCommand,
    RefuseSynchronisation,
    ReportMended,
    RequestChange,
    RequestInventory,
    ReturnApplication,
    StopSynchronisation,
)
from registry.admission.events import (
    ActingPerson,
    GroupMember,
    PointVerdict,
    ReturnReason,
    Said,
    SignedFor,
    StageVerdict,
)
from registry.admission.form import ApplicationForm, Line, Text
from registry.admission.inventory import Inventory
from registry.systems.entry import RegisterEntry

MANY = msgspec.Meta(max_length=200)


class WantedFiling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application, and the ended one that it takes up again."""

    form: ApplicationForm
    previous: UUID | None = None


class WantedStep(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What is asked of an application; ``kind`` says which of those below it is."""


class WantedNotification(WantedStep, frozen=True, kw_only=True, tag="NOTIFY"):
    """Tell the applicant that the application conforms."""

    by: ActingPerson

    def command(self) -> OpenCommand:
        """The step as a command."""
        return NotifyApplicant(self.by)


class WantedReturn(WantedStep, frozen=True, kw_only=True, tag="RETURN"):
    """Send the application back with its reasons."""

    by: ActingPerson
    reasons: Annotated[tuple[ReturnReason, ...], MANY] = ()

    def command(self) -> OpenCommand:
        """The step as a command."""
        return ReturnApplication(self.by, self.reasons)


class WantedGroup(WantedStep, frozen=True, kw_only=True, tag="CREATE_GROUP"):
    """Make up the working group."""

    by: ActingPerson
    members: Annotated[tuple[GroupMember, ...], MANY] = ()

    def command(self) -> OpenCommand:
        """The step as a command."""
        return CreateGroup(self.by, self.members)


class WantedConsultant(WantedStep, frozen=True, kw_only=True, tag="INVITE_CONSULTANT"):
    """Bring in another organisation."""

    by: ActingPerson
    organisation: Said
    role: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return InviteConsultant(self.by, self.organisation, self.role)


class WantedBeginning(WantedStep, frozen=True, kw_only=True, tag="BEGIN"):
    """Begin a step of the regulation."""

    by: ActingPerson
    stage: Line

    def command(self) -> OpenCommand:
        """The step as a command."""
        return BeginStage(self.by, self.stage)


class WantedConclusion(WantedStep, frozen=True, kw_only=True, tag="CONCLUDE"):
    """End a step by its protocol or record; ``session`` is the file of a signed session, base64."""

    by: ActingPerson
    stage: Line
    verdict: StageVerdict | None = None
    lines: Annotated[tuple[PointVerdict, ...], MANY] = ()
    remarks: Text = ""
    signatures: Annotated[tuple[SignedFor, ...], MANY] = ()
    session: bytes | None = None

    def command(self) -> OpenCommand:
        """The step as a command."""
        return ConcludeStage(
            self.by, self.stage, self.verdict, self.lines, self.remarks, self.signatures
        )


class WantedDelivery(WantedStep, frozen=True, kw_only=True, tag="DELIVER"):
    """Record that a copy was delivered."""

    document: Line
    addressee: Line
    received_by: Said
    way: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return DeliverCopy(self.document, self.addressee, self.received_by, self.way)


class WantedMending(WantedStep, frozen=True, kw_only=True, tag="MEND"):
    """Tell that what a step found was put right."""

    by: ActingPerson
    stage: Line
    what: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return ReportMended(self.by, self.stage, self.what)


class WantedRefusal(WantedStep, frozen=True, kw_only=True, tag="REFUSE"):
    """Decline for incomplete information (S95-14)."""

    by: ActingPerson
    reasons: Annotated[tuple[ReturnReason, ...], MANY] = ()

    def command(self) -> OpenCommand:
        """The step as a command."""
        return RefuseSynchronisation(self.by, self.reasons)


class WantedAbandonment(WantedStep, frozen=True, kw_only=True, tag="ABANDON"):
    """End an application before its act: it was withdrawn, or the applicant let terms pass."""

    by: ActingPerson
    ground: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return AbandonApplication(self.by, self.ground)


class WantedAct(WantedStep, frozen=True, kw_only=True, tag="DRAW_UP_ACT"):
    """Draw up the act: the entry of the register that it fixes."""

    by: ActingPerson
    entry: RegisterEntry
    signatures: Annotated[tuple[SignedFor, ...], MANY] = ()

    def command(self) -> OpenCommand:
        """The step as a command."""
        return DrawUpAct(self.by, self.entry, self.signatures)


class WantedChange(WantedStep, frozen=True, kw_only=True, tag="REQUEST_CHANGE"):
    """State that conditions are to change, and to what."""

    by: ActingPerson
    statement: Said
    entry: RegisterEntry

    def command(self) -> OpenCommand:
        """The step as a command."""
        return RequestChange(self.by, self.statement, self.entry)


class WantedDecision(WantedStep, frozen=True, kw_only=True, tag="DECIDE_CHANGE"):
    """Grant the change that was asked for, or not."""

    by: ActingPerson
    granted: bool
    reason: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return DecideChange(self.by, self.granted, self.reason)


class WantedInventory(WantedStep, frozen=True, kw_only=True, tag="REQUEST_INVENTORY"):
    """State that the inventory is to change, and to what: the whole new one."""

    by: ActingPerson
    statement: Said
    inventory: Inventory

    def command(self) -> OpenCommand:
        """The step as a command."""
        return RequestInventory(self.by, self.statement, self.inventory)


class WantedInventoryDecision(WantedStep, frozen=True, kw_only=True, tag="DECIDE_INVENTORY"):
    """Grant the change of the inventory, or not."""

    by: ActingPerson
    granted: bool
    reason: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return DecideInventory(self.by, self.granted, self.reason)


class WantedStop(WantedStep, frozen=True, kw_only=True, tag="STOP"):
    """Stop the synchronisation (S95-18c)."""

    by: ActingPerson
    ground: Said

    def command(self) -> OpenCommand:
        """The step as a command."""
        return StopSynchronisation(self.by, self.ground)


Wanted: TypeAlias = (
    WantedNotification
    | WantedReturn
    | WantedGroup
    | WantedConsultant
    | WantedBeginning
    | WantedConclusion
    | WantedDelivery
    | WantedMending
    | WantedRefusal
    | WantedAbandonment
    | WantedAct
    | WantedChange
    | WantedDecision
    | WantedInventory
    | WantedInventoryDecision
    | WantedStop
)


class WantedInspection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The beginning of an inspection; no ground is needed."""

    by: ActingPerson
    ground: Text = ""


class WantedInspectionEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The end of an inspection, with what was found."""

    by: ActingPerson
    findings: Annotated[tuple[ReturnReason, ...], MANY] = ()


class WantedInspectionDelivery(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """The delivery of a copy of what an inspection left: to which body, who received it, how."""

    addressee: Line
    received_by: Said
    way: Said


class AskedStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step, as it is asked for."""

    step: Wanted

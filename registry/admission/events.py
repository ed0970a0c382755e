"""What can happen to an application, from its filing to the end of the synchronisation.

Each event names the clause by which it happened, and who acted: a body of the regulation, and a
person of it by name.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec

from registry.admission.completeness import ApplicationFlaw
from registry.admission.form import ApplicationForm, Line, Sha256, Text
from registry.systems.entry import RegisterEntry
from shared_contracts.conformance.session import CaseVerdict
from shared_contracts.event_log.event import Event, topic, upcaster
from shared_contracts.messages.document import Environment

Said = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class ActingPart(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A part of what somebody did."""


class ActingPerson(ActingPart, frozen=True, kw_only=True):
    """Who acts: the body for which, by its id in the regulation, and the person."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    person: Said


class ReturnReason(ActingPart, frozen=True, kw_only=True):
    """Why an application goes back; ``clause`` is the requirement that is not met."""

    clause: Line
    text: Said


class GroupMember(ActingPart, frozen=True, kw_only=True):
    """A member of the working group, and the body that it stands for."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    person: Said
    position: Line = ""


class PointVerdict(ActingPart, frozen=True, kw_only=True):
    """A line of a protocol: a point, whether the system fits, and on what it rests.

    That is a signed session of the conformance kit by its SHA-256, or a person's reason.
    """

    list: Line
    point: Line
    fits: bool
    session_sha256: Sha256 | None = None
    reason: Text = ""


class ProtocolSession(ActingPart, frozen=True, kw_only=True):
    """The signed session of the kit on which a protocol rests.

    ``holder`` and ``holder_number`` (BIN, else IIN) are of the certificate that signed it.
    """

    sha256: Sha256
    session_id: UUID
    sez_code: str
    kit_version: str
    began_at: datetime
    ended_at: datetime
    session_verdict: CaseVerdict
    holder: str
    holder_number: str


class StageVerdict(StrEnum):
    """How a stage ended."""

    POSITIVE = "POSITIVE"
    NEGATIVE = "NEGATIVE"


class SignedFor(ActingPart, frozen=True, kw_only=True):
    """Who signed a document for one of those who get a copy of it."""

    body: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    person: Said


class AdmissionEvent(Event, frozen=True, kw_only=True):
    """Something happened to an application."""

    admission_id: UUID
    clause: str
    at: datetime


@topic("admission-filed.1")
class AdmissionFiled(AdmissionEvent, frozen=True, kw_only=True):
    """An application was filed; ``regulation`` holds for it for ever, ``flaws`` are what it lacks.

    ``previous`` is the application that it takes up again, returned, refused or stopped.
    """

    environment: Environment
    regulation: str
    form: ApplicationForm
    flaws: tuple[ApplicationFlaw, ...]
    previous: UUID | None = None


@topic("admission-notified.1")
class AdmissionNotified(AdmissionEvent, frozen=True, kw_only=True):
    """The applicant was notified that the application conforms."""

    by: ActingPerson


@topic("admission-returned.1")
class AdmissionReturned(AdmissionEvent, frozen=True, kw_only=True):
    """The application went back to the applicant with its reasons."""

    by: ActingPerson
    reasons: tuple[ReturnReason, ...]


@topic("working-group-created.1")
class WorkingGroupCreated(AdmissionEvent, frozen=True, kw_only=True):
    """The authority made up the working group, or made it up anew."""

    by: ActingPerson
    members: tuple[GroupMember, ...]


@topic("consultant-invited.1")
class ConsultantInvited(AdmissionEvent, frozen=True, kw_only=True):
    """The authority brought in another organisation as consultant or expert."""

    by: ActingPerson
    organisation: str
    role: str


@topic("admission-stage-begun.1")
class StageBegun(AdmissionEvent, frozen=True, kw_only=True):
    """A step began, for the first time or in another round."""

    stage: str
    round: int
    by: ActingPerson


@topic("admission-stage-concluded.1")
class StageConcluded(AdmissionEvent, frozen=True, kw_only=True):
    """A step ended; ``copies`` are those who get a copy of its protocol, where there is one."""

    stage: str
    round: int
    by: ActingPerson
    verdict: StageVerdict
    lines: tuple[PointVerdict, ...] = ()
    remarks: str = ""
    copies: tuple[str, ...] = ()
    signatures: tuple[SignedFor, ...] = ()


@topic("admission-session-taken.1")
class SessionTaken(AdmissionEvent, frozen=True, kw_only=True):
    """The step that just ended rests on this session, whose file stands beside the event."""

    stage: str
    round: int
    session_sha256: str
    session: ProtocolSession


@topic("admission-copy-delivered.1")
class CopyDelivered(AdmissionEvent, frozen=True, kw_only=True):
    """A copy of a protocol or of the act was delivered; ``document`` is its step, or ACT."""

    document: str
    round: int
    addressee: str
    received_by: str
    way: str


@topic("admission-mended.1")
class DiscrepanciesMended(AdmissionEvent, frozen=True, kw_only=True):
    """What a step had found was put right."""

    stage: str
    round: int
    by: ActingPerson
    what: str


@topic("admission-refused.1")
class SynchronisationRefused(AdmissionEvent, frozen=True, kw_only=True):
    """The working group declined because the information was incomplete; the application went back.

    This is not the return by the authority.
    """

    by: ActingPerson
    reasons: tuple[ReturnReason, ...]


@topic("admission-abandoned.1")
class AdmissionAbandoned(AdmissionEvent, frozen=True, kw_only=True):
    """The applicant withdrew it, or the authority ended it since the applicant let a term pass.

    ``overdue`` are the terms that the applicant did not keep, by their ids in the regulation.
    """

    by: ActingPerson
    ground: str
    overdue: tuple[str, ...] = ()


@topic("act-drawn-up.2")
class ActDrawnUp(AdmissionEvent, frozen=True, kw_only=True):
    """The act of commissioning was drawn up: the access date, and the conditions that it fixes."""

    by: ActingPerson
    entry: RegisterEntry
    copies: tuple[str, ...]
    signatures: tuple[SignedFor, ...]

    @property
    def access_date(self) -> date:
        """The first day of access to the Registry (S216-10)."""
        return self.entry.access_date


@topic("admission-opened.1")
class AdmissionOpened(AdmissionEvent, frozen=True, kw_only=True):
    """Every copy of the act reached its addressee: the system is in the register."""

    code: str


@topic("conditions-change-requested.2")
class ConditionsChangeRequested(AdmissionEvent, frozen=True, kw_only=True):
    """The applicant stated that the conditions are to change, and to what."""

    number: int
    by: ActingPerson
    statement: str
    entry: RegisterEntry


@topic("conditions-change-decided.2")
class ConditionsChangeDecided(AdmissionEvent, frozen=True, kw_only=True):
    """The working group granted the change, or not; ``entry`` are the conditions from now on."""

    number: int
    by: ActingPerson
    granted: bool
    reason: str
    entry: RegisterEntry


@upcaster("act-drawn-up.1")
@upcaster("conditions-change-requested.1")
@upcaster("conditions-change-decided.1")
def _without_networks(content: dict[str, Any]) -> dict[str, Any]:
    """No network address was fixed before."""
    return {**content, "entry": {**content["entry"], "networks": []}}


@topic("synchronisation-stopped.1")
class SynchronisationStopped(AdmissionEvent, frozen=True, kw_only=True):
    """The authority stopped the synchronisation by itself; only a new application resumes it."""

    by: ActingPerson
    ground: str


@topic("admission-term-told.1")
class AdmissionTermTold(AdmissionEvent, frozen=True, kw_only=True):
    """A term was reminded of before its end, or was found not kept: who has to act."""

    term: str
    since: datetime
    until: datetime
    who: tuple[str, ...]
    overdue: bool

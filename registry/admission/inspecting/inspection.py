"""An inspection of a synchronised system by the authority: a case of its own (S95-18a).

It needs no ground and no notice, and is no audit (S216-12). What it finds may be the ground of a
stop, which the authority decides apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from registry.admission.events import ActingPerson, ReturnReason
from registry.admission.powers import ensure_by
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import Power
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Environment


class InspectionEvent(Event, frozen=True, kw_only=True):
    """Something happened to an inspection."""

    inspection_id: UUID
    clause: str
    at: datetime


@topic("inspection-opened.1")
class InspectionOpened(InspectionEvent, frozen=True, kw_only=True):
    """The authority began to inspect the system of an admission; a ground is not needed."""

    environment: Environment
    admission_id: UUID
    by: ActingPerson
    ground: str = ""


@topic("inspection-ended.1")
class InspectionEnded(InspectionEvent, frozen=True, kw_only=True):
    """The authority ended it; without findings the system conforms."""

    by: ActingPerson
    findings: tuple[ReturnReason, ...] = ()


@topic("inspection-copy-delivered.1")
class InspectionCopyDelivered(InspectionEvent, frozen=True, kw_only=True):
    """A copy of the document that an inspection left was delivered."""

    addressee: str
    received_by: str
    way: str


@dataclass(frozen=True, slots=True)
class OpenInspection:
    """Begin an inspection."""

    inspection_id: UUID
    environment: Environment
    admission_id: UUID
    by: ActingPerson
    ground: str


@dataclass(frozen=True, slots=True)
class EndInspection:
    """End an inspection, with what was found."""

    by: ActingPerson
    findings: tuple[ReturnReason, ...]


@dataclass(frozen=True, slots=True)
class DeliverInspectionCopy:
    """Record that a copy of its document was delivered."""

    addressee: str
    received_by: str
    way: str


InspectionCommand: TypeAlias = OpenInspection | EndInspection | DeliverInspectionCopy


class NoInspection(msgspec.Struct, frozen=True, tag="NOT_OPENED"):
    """There is no such inspection."""


class KnownInspection(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="INSPECTION"
):
    """An inspection; it is open until ``ended_at`` is there. ``delivered`` are copies, by body."""

    inspection_id: UUID
    admission_id: UUID
    by: ActingPerson
    ground: str
    opened_at: datetime
    findings: tuple[ReturnReason, ...] = ()
    ended_at: datetime | None = None
    delivered: tuple[str, ...] = ()


InspectionState: TypeAlias = NoInspection | KnownInspection


def decide(
    state: InspectionState, asked: InspectionCommand, power: Power, at: datetime
) -> Sequence[Event]:
    """What follows; ``RefusedByRule`` names field, value, rule and clause."""
    if not isinstance(asked, DeliverInspectionCopy):
        ensure_by(asked.by, (power.by,), power.clause)
    match state, asked:
        case NoInspection(), OpenInspection():
            return [
                InspectionOpened(
                    inspection_id=asked.inspection_id,
                    clause=power.clause,
                    at=at,
                    environment=asked.environment,
                    admission_id=asked.admission_id,
                    by=asked.by,
                    ground=asked.ground,
                )
            ]
        case KnownInspection(ended_at=None), EndInspection():
            return [
                InspectionEnded(
                    inspection_id=state.inspection_id,
                    clause=power.clause,
                    at=at,
                    by=asked.by,
                    findings=asked.findings,
                )
            ]
        case KnownInspection(ended_at=datetime()), DeliverInspectionCopy():
            return [_delivered(state, asked, power, at)]
        case _:
            raise refused("inspection", _stands(state), AdmissionRule.NOT_NOW, power.clause)


def _stands(state: InspectionState) -> str:
    """Where an inspection stands, as a refusal names it."""
    if isinstance(state, KnownInspection):
        return "open" if state.ended_at is None else "ended"
    return "not opened"


def _delivered(
    state: KnownInspection, asked: DeliverInspectionCopy, power: Power, at: datetime
) -> InspectionCopyDelivered:
    """Each copy has one delivery (reading R148)."""
    if asked.addressee not in power.copies:
        raise refused("addressee", asked.addressee, AdmissionRule.NO_COPY, power.clause)
    if asked.addressee in state.delivered:
        raise refused("addressee", asked.addressee, AdmissionRule.DELIVERED_ALREADY, power.clause)
    return InspectionCopyDelivered(
        inspection_id=state.inspection_id,
        clause=power.clause,
        at=at,
        addressee=asked.addressee,
        received_by=asked.received_by,
        way=asked.way,
    )


def evolve(state: InspectionState, event: Event) -> InspectionState:
    """What an inspection is after ``event``."""
    if isinstance(event, InspectionOpened):
        return KnownInspection(
            inspection_id=event.inspection_id,
            admission_id=event.admission_id,
            by=event.by,
            ground=event.ground,
            opened_at=event.at,
        )
    if isinstance(event, InspectionEnded) and isinstance(state, KnownInspection):
        return msgspec.structs.replace(state, findings=event.findings, ended_at=event.at)
    if isinstance(event, InspectionCopyDelivered) and isinstance(state, KnownInspection):
        return msgspec.structs.replace(state, delivered=(*state.delivered, event.addressee))
    return state


INSPECTION: ObjectKind[InspectionState] = ObjectKind(
    "INSPECTION", NoInspection(), evolve, InspectionState
)
"""Inspections, by their id."""

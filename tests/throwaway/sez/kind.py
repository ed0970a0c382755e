"""The kind SITE_NOTICE in the SEZ."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from sez.records.kind import SezKind
from sez.records.version import Publish, VersionSigned, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from tests.throwaway.contract import SITE_NOTICE, SiteNotice


@topic("site-notice-signed.1")
class NoticeSigned(VersionSigned, frozen=True, kw_only=True):
    """A notice was signed."""

    document: SiteNotice


class UnsignedNotice(msgspec.Struct, frozen=True, tag="UNKNOWN", tag_field="status"):
    """There is no such notice."""

    status: ClassVar[str] = "UNKNOWN"


class SignedNotice(msgspec.Struct, frozen=True, tag="SIGNED", tag_field="status"):
    """It is signed."""

    status: ClassVar[str] = "SIGNED"
    document_hash: str


State = UnsignedNotice | SignedNotice


def decide(notice: State, command: Publish | WithdrawVersion[State]) -> Sequence[Event]:
    """A notice is signed once."""
    match notice, command:
        case UnsignedNotice(), Publish(document=SiteNotice() as document):
            signed = NoticeSigned(
                object_id=document.act.object_id,
                version=1,
                document_hash=command.document_hash,
                formed_at=command.formed_at,
                formed_by=command.formed_by,
                document=document,
            )
            return [signed]
        case _:
            raise RefusedByRule(f"a notice that is {notice.status.lower()} takes nothing more")


def evolve(notice: State, event: Event) -> State:
    """What it is after an event."""
    return SignedNotice(event.document_hash) if isinstance(event, NoticeSigned) else notice


def examine_next(_document: Amendable, _notice: State, _at: datetime) -> list[Breach]:
    """Nothing is asked of a first version."""
    return []


KIND: SezKind[State, Publish | WithdrawVersion[State]] = SezKind(
    object_type=SITE_NOTICE,
    objects=ObjectKind(SITE_NOTICE, UnsignedNotice(), evolve, State),
    decide=decide,
    examine_next=examine_next,
)

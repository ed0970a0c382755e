"""The kind SITE_NOTICE in the SEZ."""

from collections.abc import Sequence
from datetime import datetime

from sez.records import chain
from sez.records.kind import SezKind
from sez.records.version import Publish, VersionSigned, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from tests.throwaway.contract import SITE_NOTICE, SiteNotice


@topic("site-notice-signed.1")
class NoticeSigned(VersionSigned, frozen=True, kw_only=True):
    """A notice was signed."""

    document: SiteNotice


class UnsignedNotice(ObjectState, frozen=True, tag="UNKNOWN"):
    """There is no such notice."""


class SignedNotice(ObjectState, frozen=True, tag="SIGNED"):
    """It is signed."""

    document_hash: str


State = UnsignedNotice | SignedNotice


def decide(notice: State, command: Publish | WithdrawVersion[State]) -> Sequence[Event]:
    """A notice is signed once."""
    match notice, command:
        case UnsignedNotice(), Publish(document=SiteNotice() as document):
            return [NoticeSigned(**chain.version_fields(command), document=document)]
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

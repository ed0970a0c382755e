"""A notice of the Registry as the SEZ keeps it (S216-A2.5.2)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.notice import Notice

# What can happen


@topic("notice-received.1")
class NoticeReceived(Event, frozen=True, kw_only=True):
    """A notice was taken; its bytes and our acknowledgement stand beside as evidence."""

    notice: Notice
    notice_sha256: str
    acknowledgement_sha256: str
    received_at: datetime


# What it is meanwhile


class NotReceived(msgspec.Struct, frozen=True, tag="NOT_RECEIVED"):
    """No such notice came."""


class ReceivedNotice(msgspec.Struct, frozen=True, kw_only=True, tag="RECEIVED"):
    """A notice, the hash of its bytes, and when it came."""

    notice: Notice
    notice_sha256: str
    received_at: datetime


State = NotReceived | ReceivedNotice


def decide(state: State, came: NoticeReceived) -> Sequence[Event]:
    """A notice is taken once, whatever comes under its id later."""
    return [came] if isinstance(state, NotReceived) else []


def evolve(state: State, event: Event) -> State:
    """What is known of the notice after ``event``."""
    if not isinstance(event, NoticeReceived):
        return state
    return ReceivedNotice(
        notice=event.notice, notice_sha256=event.notice_sha256, received_at=event.received_at
    )


NOTICE: ObjectKind[State] = ObjectKind("NOTICE", NotReceived(), evolve, State)
"""Notices, by their id."""

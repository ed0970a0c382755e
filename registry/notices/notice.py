"""A notice to one system: formed, tried until it is taken, or ended (S216-A2.5, S216-A3.5)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.notice import Notice

# What can happen


class NoticeEvent(Event, frozen=True, kw_only=True):
    """What happened to a notice to a system."""

    notice_id: UUID


@topic("notice-formed.1")
class NoticeFormed(NoticeEvent, frozen=True, kw_only=True):
    """A notice to a system was formed and signed; its bytes are the evidence ``notice``."""

    notice: Notice
    notice_sha256: str


@topic("notice-not-delivered.1")
class NoticeNotDelivered(NoticeEvent, frozen=True, kw_only=True):
    """An attempt brought no acknowledgement; without a next moment a person must act."""

    attempt: int
    reason: str
    detail: str = ""
    failed_at: datetime
    next_attempt_at: datetime | None = None


@topic("notice-delivered.1")
class NoticeDelivered(NoticeEvent, frozen=True, kw_only=True):
    """The system took the notice; its signed word is the evidence ``acknowledgement``."""

    attempt: int
    taken_at: datetime
    delivered_at: datetime
    acknowledgement_sha256: str


@topic("notice-stopped.1")
class NoticeStopped(NoticeEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A person ended the attempts, or a newer notice on the same subject took its place."""

    reason: str
    stopped_at: datetime
    superseded_by: UUID | None = None


@topic("notice-resumed.1")
class NoticeResumed(NoticeEvent, frozen=True, kw_only=True):
    """A person has the notice tried again, at once."""

    resumed_at: datetime


NoticeChange: TypeAlias = (
    NoticeFormed | NoticeNotDelivered | NoticeDelivered | NoticeStopped | NoticeResumed
)
"""All of it."""

# What it is meanwhile


class NoticeStatus(StrEnum):
    """Where a notice to a system stands."""

    QUEUED = "QUEUED"
    """Formed, and not tried yet."""

    SENT = "SENT"
    """Tried, and not acknowledged; it is tried again."""

    DELIVERED = "DELIVERED"
    """Acknowledged."""

    FAILED = "FAILED"
    """The same bytes cannot succeed until a person has done something."""

    STOPPED = "STOPPED"
    """A person ended the attempts, or a newer notice took its place."""


WAITING = (NoticeStatus.QUEUED, NoticeStatus.SENT)
"""States in which a notice is tried by itself."""

UNDELIVERED = (*WAITING, NoticeStatus.FAILED)
"""States of which a system was not told, and nobody said that it need not be."""


class NotFormed(msgspec.Struct, frozen=True, tag="NOT_FORMED"):
    """No such notice was formed for the system."""


class FormedNotice(msgspec.Struct, frozen=True, kw_only=True, tag="FORMED"):
    """A notice to a system and what became of it; ``reason`` is that of the last attempt."""

    notice: Notice
    notice_sha256: str
    status: NoticeStatus = NoticeStatus.QUEUED
    attempts: int = 0
    next_attempt_at: datetime | None = None
    reason: str = ""
    detail: str = ""
    taken_at: datetime | None = None


State = NotFormed | FormedNotice


def decide(state: State, wanted: NoticeChange) -> Sequence[Event]:
    """What is new in what is wanted; nothing where the notice stands otherwise."""
    status = state.status if isinstance(state, FormedNotice) else None
    match wanted:
        case NoticeFormed():
            allowed = status is None
        case NoticeNotDelivered():
            allowed = status in WAITING
        case NoticeDelivered():
            allowed = status not in (None, NoticeStatus.DELIVERED)
        case NoticeStopped():
            allowed = status in (*WAITING, NoticeStatus.FAILED)
        case NoticeResumed():
            allowed = status not in (None, NoticeStatus.DELIVERED)
    return [wanted] if allowed else []


def evolve(state: State, event: Event) -> State:
    """Where the notice stands after ``event``."""
    if isinstance(event, NoticeFormed):
        return FormedNotice(notice=event.notice, notice_sha256=event.notice_sha256)
    if isinstance(state, NotFormed):
        return state
    replace = msgspec.structs.replace
    match event:
        case NoticeNotDelivered(attempt=attempt, reason=reason, detail=detail, next_attempt_at=at):
            status = NoticeStatus.FAILED if at is None else NoticeStatus.SENT
            tried = replace(state, status=status, attempts=attempt, next_attempt_at=at)
            return replace(tried, reason=reason, detail=detail)
        case NoticeDelivered(attempt=attempt, taken_at=taken_at):
            done = replace(state, status=NoticeStatus.DELIVERED, attempts=attempt)
            return replace(done, taken_at=taken_at, next_attempt_at=None, reason="", detail="")
        case NoticeStopped(reason=told, superseded_by=newer):
            ended = replace(state, status=NoticeStatus.STOPPED, next_attempt_at=None)
            return replace(ended, reason="SUPERSEDED" if newer else "BY_HAND", detail=told)
        case NoticeResumed(resumed_at=at):
            status = NoticeStatus.SENT if state.attempts else NoticeStatus.QUEUED
            return replace(state, status=status, next_attempt_at=at, reason="", detail="")
        case _:
            return state


NOTICE: ObjectKind[State] = ObjectKind("NOTICE", NotFormed(), evolve, State)
"""Notices, by their id and the system to which they go."""

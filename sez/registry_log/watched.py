"""What is known of the Registry's log, and what was found when it did not fit (S216-12a)."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.watched_log import LogAlarm, SeenCheckpoint, WatchedLog

REGISTRY_LOG_ID = UUID("b3d3f7c2-51a6-5f0e-8a57-0d9c2b1e4a33")
"""The object under which it is kept."""


# What can happen


@topic("registry-log-proven.1")
class RegistryLogProven(Event, frozen=True, kw_only=True):
    """The log was proven to be an extension of what was known; or it was seen first.

    The Registry's signed answer stands beside the event.
    """

    seen: SeenCheckpoint
    answer_sha256: str
    proven_at: datetime


@topic("registry-log-not-proven.1")
class RegistryLogNotProven(Event, frozen=True, kw_only=True):
    """The log is not what was known of it: an alarm, until a person ends it.

    What shows it stands beside the event: the Registry's signed answer, or its receipt that quotes
    no readable checkpoint (then ``told`` is the empty log).
    """

    why: Extension
    known: SeenCheckpoint
    told: SeenCheckpoint
    answer_sha256: str
    found_at: datetime


@topic("registry-log-alarm-ended.1")
class RegistryLogAlarmEnded(Event, frozen=True, kw_only=True):
    """A person looked into it, and said why: the log is watched anew from its next checkpoint."""

    reason: str
    ended_at: datetime


RegistryLogEvent: TypeAlias = RegistryLogProven | RegistryLogNotProven | RegistryLogAlarmEnded

# What it is meanwhile


def evolve(log: WatchedLog, event: Event) -> WatchedLog:
    """What is known after ``event``."""
    match event:
        case RegistryLogProven(seen=seen, proven_at=at):
            return WatchedLog(seen=seen, proven_at=at, alarm=log.alarm)
        case RegistryLogNotProven(why=why, known=known, told=told, found_at=at):
            alarm = LogAlarm(why=why, known=known, told=told, found_at=at)
            return msgspec.structs.replace(log, alarm=alarm)
        case RegistryLogAlarmEnded():
            return WatchedLog()
        case _:
            return log


REGISTRY_LOG: ObjectKind[WatchedLog] = ObjectKind("REGISTRY_LOG", WatchedLog(), evolve, WatchedLog)
"""The Registry's log, as this SEZ knows it."""

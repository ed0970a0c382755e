"""What is known of the log of a system, and what was found when it did not fit (S216-12b)."""

from datetime import datetime

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.proofs.extension import Extension
from shared_contracts.event_log.proofs.watched_log import LogAlarm, SeenCheckpoint, WatchedLog


class SezLogEvent(Event, frozen=True, kw_only=True):
    """Something about the log of the system ``sez_code``."""

    sez_code: str


@topic("sez-log-proven.1")
class SezLogProven(SezLogEvent, frozen=True, kw_only=True):
    """The log was proven to be an extension of what was known; or it was seen first.

    The signed answer of the system stands beside the event.
    """

    seen: SeenCheckpoint
    answer_sha256: str
    proven_at: datetime


@topic("sez-log-not-proven.1")
class SezLogNotProven(SezLogEvent, frozen=True, kw_only=True):
    """The log is not what was known of it: an alarm, until a person ends it.

    The signed answer that shows it stands beside the event.
    """

    why: Extension
    known: SeenCheckpoint
    told: SeenCheckpoint
    answer_sha256: str
    found_at: datetime


@topic("sez-log-alarm-ended.1")
class SezLogAlarmEnded(SezLogEvent, frozen=True, kw_only=True):
    """A person looked into it, and said why: the log is watched anew from its next checkpoint."""

    reason: str
    ended_at: datetime


def evolve(log: WatchedLog, event: Event) -> WatchedLog:
    """What is known after ``event``."""
    match event:
        case SezLogProven(seen=seen, proven_at=at):
            return WatchedLog(seen=seen, proven_at=at, alarm=log.alarm)
        case SezLogNotProven(why=why, known=known, told=told, found_at=at):
            alarm = LogAlarm(why=why, known=known, told=told, found_at=at)
            return msgspec.structs.replace(log, alarm=alarm)
        case SezLogAlarmEnded():
            return WatchedLog()
        case _:
            return log


SEZ_LOG: ObjectKind[WatchedLog] = ObjectKind("SEZ_LOG", WatchedLog(), evolve, WatchedLog)
"""The log of a system, as the Registry knows it, by the id of the system."""

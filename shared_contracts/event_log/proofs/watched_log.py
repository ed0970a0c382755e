"""What one system knows of the log of the other, as it is kept."""

from datetime import datetime

import msgspec

from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.event_log.proofs.extension import Extension

SILENT = 4 * 3600.0
"""Seconds without a proof, while it is asked for, after which a log is shown as UNPROVEN."""


class SeenCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint of the Registry's log: how many events, and their root (lower hex)."""

    origin: str
    size: int
    root: str

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "SeenCheckpoint":
        """The same as it is kept."""
        return cls(origin=checkpoint.origin, size=checkpoint.size, root=checkpoint.root.hex())

    @property
    def checkpoint(self) -> Checkpoint:
        """The same as it is calculated with."""
        return Checkpoint(self.origin, self.size, bytes.fromhex(self.root))


class LogAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """What did not fit, and since when."""

    why: Extension
    known: SeenCheckpoint
    told: SeenCheckpoint
    found_at: datetime


class WatchedLog(msgspec.Struct, frozen=True, kw_only=True):
    """The greatest log that was proven, when, and the alarm that is not ended."""

    seen: SeenCheckpoint | None = None
    proven_at: datetime | None = None
    alarm: LogAlarm | None = None

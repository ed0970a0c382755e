"""What one system knows of the log of the other, as it is kept."""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.event_log.proofs.extension import Extension

SILENT = 4 * 3600.0
"""Seconds without a proof, while it is asked for, after which a log is shown as UNPROVEN."""


class SeenCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint of another's log: how many events, their root (lower hex), and when made.

    What was kept before checkpoints bore a moment has no ``extensions``.
    """

    origin: str
    size: int
    root: str
    extensions: tuple[str, ...] | UnsetType = UNSET

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "SeenCheckpoint":
        """The same as it is kept."""
        return cls(
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            extensions=checkpoint.extensions or UNSET,
        )

    @property
    def made_at(self) -> str | None:
        """When it was made, as an audit writes it; None where it does not say."""
        made = self.checkpoint.made_at
        return made.isoformat() if made else None

    @property
    def checkpoint(self) -> Checkpoint:
        """The same as it is calculated with."""
        lines = self.extensions or ()
        return Checkpoint(self.origin, self.size, bytes.fromhex(self.root), lines)


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

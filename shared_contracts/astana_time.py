"""The one clock: every moment is fixed in the time of Astana (S216-13c)."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ASTANA = ZoneInfo("Asia/Almaty")
"""Zone of Astana: UTC+6 until 2024-02-29T18:00Z, UTC+5 since (tzdata 2024a or later)."""


def now() -> datetime:
    """The present moment in Astana time; the only place where the wall clock is read."""
    return datetime.now(ASTANA)


def nanoseconds() -> int:
    """Nanoseconds since 1970, for identifiers that sort by time (RFC 9562, 5.7)."""
    return time.time_ns()


def to_astana(moment: datetime) -> datetime:
    """The same instant as Astana's clocks show it; ``moment`` must carry an offset."""
    if moment.tzinfo is None:
        raise ValueError(f"moment without an offset: {moment.isoformat()}")
    return moment.astimezone(UTC).astimezone(ASTANA)


def has_astana_offset(moment: datetime) -> bool:
    """Whether the offset written in ``moment`` is the one Astana had at that instant."""
    return moment.tzinfo is not None and moment.utcoffset() == to_astana(moment).utcoffset()


def wire_text(moment: datetime) -> str:
    """``moment`` as it is written on the wire: ISO 8601 in Astana time, with its offset."""
    return to_astana(moment).isoformat(timespec="milliseconds")

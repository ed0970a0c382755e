"""The one clock: every moment is fixed in the time of Astana (S216-13c)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from time import time_ns
from zoneinfo import ZoneInfo

ASTANA = ZoneInfo("Asia/Almaty")
"""Zone of Astana: UTC+6 until 2024-02-29T18:00Z, UTC+5 since (tzdata 2024a or later)."""


def now() -> datetime:
    """The present moment in Astana time; the only place where the wall clock is read."""
    return datetime.now(ASTANA)


def nanoseconds() -> int:
    """Nanoseconds since 1970, for identifiers that sort by time (RFC 9562, 5.7)."""
    return time_ns()


def to_astana(moment: datetime) -> datetime:
    """The same instant as Astana's clocks show it; ``moment`` must carry an offset."""
    if moment.tzinfo is None:
        raise ValueError(f"moment without an offset: {moment.isoformat()}")
    other = moment.astimezone(UTC) if moment.tzinfo is ASTANA else moment
    return other.astimezone(ASTANA)  # whose own moments it would leave as they are written


def shown(moment: datetime) -> str:
    """``moment`` for people: in Astana time to the second, with its offset (S216-13c)."""
    return to_astana(moment).isoformat(timespec="seconds")


def has_astana_offset(moment: datetime) -> bool:
    """Whether the offset written in ``moment`` is the one Astana had at that instant."""
    if moment.tzinfo is None:
        return False
    offset = _steady_offset(moment.date()) or to_astana(moment).utcoffset()
    return moment.utcoffset() == offset


@lru_cache(maxsize=1024)
def _steady_offset(day: date) -> timedelta | None:
    """The offset of Astana on a day, if it is the same for days around, whatever the zone."""
    try:
        around = (datetime.combine(day + timedelta(n), time(), ASTANA) for n in range(-2, 4))
        offsets = {moment.utcoffset() for moment in around}
    except OverflowError:
        return None
    return offsets.pop() if len(offsets) == 1 else None


def wire_text(moment: datetime) -> str:
    """``moment`` as it is written on the wire: ISO 8601 in Astana time, with its offset."""
    return to_astana(moment).isoformat(timespec="milliseconds")

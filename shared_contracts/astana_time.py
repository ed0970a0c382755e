"""The one clock: every moment is fixed in the time of Astana (S216-13c)."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib.metadata import version
from time import CLOCK_BOOTTIME, clock_gettime, time_ns
from zoneinfo import ZoneInfo, reset_tzpath

from shared_contracts.errors import NeedsPerson

ZONE = "Asia/Almaty"
"""Name of the zone of Astana in the tz database."""

CHANGE = datetime(2024, 3, 1), timedelta(hours=5)  # noqa: DTZ001  # in the zone that is asked
"""A local moment after the last change of Astana's time, and the offset since."""


def ensure_current(zone: tzinfo) -> None:
    """Raise ``NeedsPerson`` if ``zone`` does not know that Astana has UTC+5 since 1 March 2024."""
    moment, expected = CHANGE
    if zone.utcoffset(moment) != expected:
        raise NeedsPerson(f"the data of time zones put Astana at {zone.utcoffset(moment)} from UTC")


def _packaged() -> ZoneInfo:
    """The zone as the locked package tzdata has it, whatever files the machine has."""
    reset_tzpath(())
    ZoneInfo.clear_cache(only_keys=[ZONE])
    zone = ZoneInfo(ZONE)
    ensure_current(zone)
    return zone


ASTANA = _packaged()
"""Zone of Astana: UTC+6 until 2024-02-29T18:00Z, UTC+5 since (tzdata 2024a or later)."""

TZDB = version("tzdata")
"""Version of the data that ``ASTANA`` is read from."""


def now() -> datetime:
    """The present moment in Astana time; the only place where the wall clock is read."""
    return datetime.now(ASTANA)


def nanoseconds() -> int:
    """Nanoseconds since 1970, for identifiers that sort by time (RFC 9562, 5.7)."""
    return time_ns()


def seconds_passed() -> float:
    """Seconds since the machine began, those of its sleep included; nobody can set this clock."""
    return clock_gettime(CLOCK_BOOTTIME)


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

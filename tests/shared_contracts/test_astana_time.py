"""The offset of Astana is that of its clocks at the instant, however quickly it is told."""

import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared_contracts.astana_time import ASTANA, ensure_current, has_astana_offset, now, to_astana
from shared_contracts.errors import NeedsPerson

HOUR = timedelta(hours=1)
CHANGE = datetime(2024, 2, 29, 18, tzinfo=UTC)
"""When Astana went from UTC+6 to UTC+5."""

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001 # as UTC
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(INSTANTS, st.integers(-12, 14))
@example(CHANGE - HOUR, 6)
@example(CHANGE - HOUR, 5)
@example(CHANGE, 5)
@example(CHANGE, 6)
@example(CHANGE + timedelta(days=2), 5)
@example(CHANGE - timedelta(days=3), 6)
def test_an_offset_is_right_if_clocks_showed_it_then(instant: datetime, hours: int) -> None:
    moment = instant.astimezone(timezone(hours * HOUR))
    assert has_astana_offset(moment) is (to_astana(instant).utcoffset() == hours * HOUR)


def test_a_moment_of_astanas_own_zone_is_brought_to_its_instant() -> None:
    shown_twice = datetime(2024, 2, 29, 23, 30, tzinfo=to_astana(CHANGE).tzinfo)
    assert to_astana(shown_twice).utcoffset() == 6 * HOUR
    assert to_astana(shown_twice.replace(fold=1)).utcoffset() == 5 * HOUR


def _told_with(zones: Path) -> list[str]:
    """Whether Astana has UTC+5 for a program that finds the zones of the machine in ``zones``."""
    asked = (
        "from datetime import datetime as d; from shared_contracts import astana_time as a;"
        "print(a.has_astana_offset(d.fromisoformat('2026-11-26T02:00:00+05:00')), a.now().tzname())"
    )
    environment = {**os.environ, "PYTHONTZPATH": str(zones)}
    ran = subprocess.run(  # our own interpreter
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    return ran.stdout.split()


@pytest.mark.clause("S216-13c")
def test_an_old_zone_file_of_the_machine_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "Asia").mkdir()
    six = files("tzdata").joinpath("zoneinfo", "Etc", "GMT-6").read_bytes()
    (tmp_path / "Asia" / "Almaty").write_bytes(six)
    assert _told_with(tmp_path) == ["True", "+05"]


@pytest.mark.clause("S216-13c")
def test_data_older_than_the_last_change_are_refused() -> None:
    ensure_current(ASTANA)
    with pytest.raises(NeedsPerson, match="6:00:00"):
        ensure_current(timezone(6 * HOUR))


def test_moments_stay_moments_of_astana_between_processes() -> None:
    assert pickle.loads(pickle.dumps(now())).tzinfo is ASTANA  # noqa: S301  # our own bytes

"""The units for systemd say what systemd understands (S216-18.7)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[2] / "deploy" / "systemd").glob("*.service"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_has_nothing_to_say_against_a_unit(unit: Path, tmp_path: Path) -> None:
    here = tmp_path / unit.name
    text = unit.read_text().replace("/opt/tru/.venv/bin", str(Path(sys.executable).parent))
    here.write_text(text.replace(f"User=tru-{unit.stem}", "User=root"))
    told = subprocess.run(
        ["systemd-analyze", "verify", str(here)], capture_output=True, text=True, check=False
    )
    assert [line for line in told.stderr.splitlines() if unit.name in line] == []
    assert told.returncode == 0


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_process_that_ends_by_itself_is_begun_again(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert {"Type=notify", "Restart=always", "StartLimitIntervalSec=0"} <= set(lines)

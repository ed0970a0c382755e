"""Commands begin quickly: what only serving processes need is not imported for them."""

import subprocess
import sys
from pathlib import Path

import pytest

SERVING = ("fastapi", "starlette", "uvicorn", "spyne", "zeep")


@pytest.mark.parametrize("command", ["registry.cli", "sez.cli", "shared_contracts.cli"])
def test_a_command_imports_nothing_that_serves(command: str) -> None:
    asked = f"import sys, {command}; print(*(n for n in {SERVING} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("command", ["registry", "sez", "contracts"])
def test_a_process_that_a_command_spawns_imports_no_command(command: str) -> None:
    script = Path(sys.executable).parent / command
    began = f"import runpy, sys; runpy.run_path({str(script)!r}, run_name='__mp_main__')"
    asked = f"{began}; print(*(n for n in sys.modules if n.endswith('.cli') or n == 'typer'))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.split() == []

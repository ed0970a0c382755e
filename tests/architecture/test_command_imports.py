"""Commands begin quickly: what only serving processes need is not imported for them."""

import subprocess
import sys

import pytest

SERVING = ("fastapi", "starlette", "uvicorn", "spyne", "zeep")


@pytest.mark.parametrize("command", ["registry.cli", "sez.cli", "shared_contracts.cli"])
def test_a_command_imports_nothing_that_serves(command: str) -> None:
    asked = f"import sys, {command}; print(*(n for n in {SERVING} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.split() == []

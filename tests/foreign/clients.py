"""Clients of other makes as programs: they know nothing of a service but its WSDL."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_contracts.xml.envelope import SoapVersion

HERE = Path(__file__).parent
NODE_SOAP = HERE.parent.parent / ".tools" / "node_modules" / "soap"
ANSWERED, FAULTED = 0, 1


def node() -> list[str]:
    """The command of node with its module soap; the test is skipped where it is not."""
    if shutil.which("node") is None or not NODE_SOAP.is_dir():
        pytest.skip("node with its module soap is not here (make tools)")
    return ["node", str(HERE / "transfer.cjs")]


def php() -> list[str]:
    """The command of PHP with SOAP; the test is skipped where it is not."""
    if shutil.which("php") is None:
        pytest.skip("php is not here (make tools)")
    modules = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout
    if "soap" not in modules.split():
        pytest.skip("php has no soap (make tools)")
    return ["php", str(HERE / "transfer.php")]


clients = pytest.mark.parametrize("client", [node, php])
versions = pytest.mark.parametrize("version", list(SoapVersion))
Client = Callable[[], list[str]]


def run(
    client: Client, wsdl: str, version: SoapVersion, file: Path, operation: str = "TransferRecords"
) -> subprocess.CompletedProcess[bytes]:
    """Have a client send the document in a file."""
    command = [*client(), wsdl, operation, version.value, str(file)]
    return subprocess.run(command, capture_output=True, timeout=30, check=False)

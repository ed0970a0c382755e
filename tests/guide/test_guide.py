"""The vendors' guide is as the code has it, and its commands do what it says (S216-11, S216-14)."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.stand import free_ports
from tests.clauses import clause
from tests.guide.cases import SampleSender
from tests.guide.pages import GUIDE, answers, made
from tests.journeys.stand import Stand, running_stand
from tests.pki import Pki
from tests.postgres import Databases

ROOT = GUIDE.parents[1]
BLOCK = re.compile(r"(?s)(?:<!-- run(?: with (\w+))?: shows ([^\n]*?) -->\n)?```\n(.*?)```")
NOT_RUN = {"make up\n": "the test starts the same stand itself, on free ports"}
PAGES = (
    "README",
    "2-signatures",
    "3-sequence-and-retry",
    "4-fields",
    "5-samples",
    "6-keys-and-files",
    "7-limits-and-versions",
    "8-what-the-registry-asks",
)
OWN_PORTS = ("8404", "8412")
"""Ports that the pages name for what a vendor begins; the test takes free ones."""


@pytest.fixture(scope="module")
def stand(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("vendor") / ".run"
    folder.mkdir()
    with running_stand(pki, folder, databases) as made_here:
        made_here.start_registry()
        made_here.start_sez()
        made_here.enter_sez()
        made_here.announce_first()
        yield made_here


def test_what_is_made_from_the_code_is_current() -> None:
    old = [path.name for path, text in made().items() if path.read_text("utf-8") != text]
    assert old == [], "python -m tests.guide makes them anew"


@clause("S216-14")
def test_the_commands_of_the_guide_do_what_it_says(stand: Stand) -> None:
    stand.enter("SEZ02", "sez2", "1.2.398.5.216.1.2")
    sender = SampleSender(stand.registry_address, stand.authority)
    told = answers(sender)
    assert [path.name for path, text in told.items() if path.read_text("utf-8") != text] == []
    folder = stand.folder.parent
    for name in (".venv", ".tools", "tests", "docs", "deploy", "shared_contracts"):
        (folder / name).symlink_to(ROOT / name)
    for page in PAGES:
        for tool, shows, block in BLOCK.findall((GUIDE / f"{page}.md").read_text("utf-8")):
            if not shows:
                assert block in NOT_RUN, block
            elif not _lacks(tool):
                assert shows in _run(block, stand, folder), (page, block)


def _lacks(tool: str) -> bool:
    modules = tool != "node" or (ROOT / ".tools" / "node_modules" / "xml-crypto").exists()
    return bool(tool) and (shutil.which(tool) is None or not modules)


def _run(block: str, stand: Stand, folder: Path) -> str:
    here = block.replace("http://127.0.0.1:8401", stand.registry_address)
    ports = free_ports()
    for named, port in zip(OWN_PORTS, (ports.registry, ports.sez), strict=True):
        here = here.replace(named, str(port))
    settings = {**os.environ, **stand.registry_environment(), **stand.sez_environment()}
    done = subprocess.run(
        ["bash", "-c", here],
        cwd=folder,
        env=settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr

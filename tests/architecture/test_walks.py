"""The ways that the page on the code describes are gone as it says: function after function."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import msgspec
import pytest
import structlog
from typer.testing import CliRunner

from deploy.authority.identities import CUSTOMER1, SEZ_OPERATOR
from registry.purchases import listing
from sez.publication.signers import party
from sez.synchronisation.package_events import PackageFormed
from sez.tendering import versions
from sez.tendering.example_purchases import Setting, open_tender
from sez.tendering.tender import UnknownTender
from shared_contracts import cli
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Operation
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.subject import subject_of
from tests.architecture.sources import ROOT
from tests.pki import Pki
from tests.postgres import Databases
from tests.sez.systems import SIGNER, BothSystems, built

PAGE = (ROOT / "docs" / "structure.md").read_text("utf-8")
NAMED = re.compile(r"`([\w.]+:[\w.]+)`")
WALKS = {
    section.partition("\n")[0]: NAMED.findall(section)
    for section in PAGE.split("\n## ")
    if NAMED.search(section)
}
"""The functions that each way names, in the order of the page."""

BESIDE = {
    "shared_contracts.soap.endpoint:soap_router",  # makes the routes before a request comes
    "shared_contracts.soap.exchange:handled_by",
    "shared_contracts.soap.service:serve",
    "registry.soap.operations:handlers",
    "registry.soap.operations:early",
    "sez.tendering.api:router",
    "sez.publication.publish:take_signed",  # is for documents that were signed elsewhere
    "sez.synchronisation.sender:Sender.run",  # does in a process what ``step`` does here
}
"""Functions which the page names and which the documents of this test do not pass."""


def function(named: str) -> Any:
    """The function, or the method of a class, that the page names."""
    module, path = named.split(":")
    found: Any = import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return unwrap(found)


@contextmanager
def calls() -> Iterator[list[str]]:
    """The functions of the page in the order in which they are called meanwhile, by any thread."""
    made: list[str] = []
    watched: dict[CodeType, str] = {
        function(named).__code__: named for names in WALKS.values() for named in names
    }

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and (named := watched.get(frame.f_code)):
            made.append(named)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield made
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


@pytest.fixture(scope="module")
def made(
    pki: Pki,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[str]:
    """What was called while a draft became a listed purchase and its package was explained."""
    folder = tmp_path_factory.mktemp("walks")
    with (
        calls() as made,
        built(pki, folder, databases) as systems,
    ):
        announce(systems)
        systems.system.sender.step()
        systems.registry.follower.catch_up()
        listing.purchases(systems.registry.log, {})
        explain(systems, pki, folder / "package.xml")
    return made


def announce(systems: BothSystems) -> None:
    """Write a draft down and announce it, as a program of the SEZ's users does."""
    with systems.program() as program:
        drafted = program.post("/api/v1/drafts", content=msgspec.json.encode(draft(systems)))
        path = f"/api/v1/tenders/{drafted.json()['object_id']}/announcement"
        answer = program.post(path, json={"signers": [SIGNER]})
        assert answer.status_code == 200, answer.text


def draft(systems: BothSystems) -> Purchase:
    """A purchase with a file that the Registry lacks, of a type of which it warns."""
    publisher = systems.system.publisher
    first = versions.act(publisher.owner, uuid7(), UnknownTender(), Operation.CREATE)
    buyer = party(subject_of(systems.system.users.signer(SIGNER).certificates[0]))
    example = open_tender(Setting(first, buyer, systems.system.clock(), timedelta(days=20)))
    for file in example.files:
        systems.system.files.keep(file.document.sha256, file.content)
    odd, *others = example.purchase.documents
    odd = msgspec.structs.replace(odd, mime_type="text/rtf")
    return msgspec.structs.replace(example.purchase, documents=(odd, *others))


def explain(systems: BothSystems, pki: Pki, path: Path) -> None:
    """Have the package that was sent explained by the command."""
    log = systems.system.log
    [formed] = [one for one in log.read(0, 100) if isinstance(one.event, PackageFormed)]
    path.write_bytes(log.evidence(formed.originator_id, formed.version, "package") or b"")
    words = ["verify", str(path), "--profile", str(pki.trust)]
    numbers = ["--bin", SEZ_OPERATOR.bin, "--bin", CUSTOMER1.bin]
    kept = structlog.get_config()  # the command logs to the standard error of its own process
    try:
        done = CliRunner().invoke(cli.app, [*words, *numbers])
    finally:
        structlog.configure(**kept)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("walk", WALKS)
def test_each_function_of_a_walk_exists(walk: str) -> None:
    assert all(callable(function(named)) for named in WALKS[walk])


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_goes_through_its_functions_in_the_order_of_the_page(
    walk: str, made: list[str]
) -> None:
    after = iter(made)
    missed = [named for named in WALKS[walk] if named not in BESIDE and named not in after]
    assert missed[:1] == []


def test_the_page_describes_five_walks() -> None:
    assert len(WALKS) == 5

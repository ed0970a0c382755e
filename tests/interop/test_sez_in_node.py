"""The small SEZ in Node.js passes the suite ``preliminary`` of the kit for SEZs."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared_contracts.conformance import session_run
from shared_contracts.conformance.case import Suite
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.relay import Relay
from shared_contracts.conformance.running import Asked
from shared_contracts.conformance.session import CaseVerdict
from shared_contracts.conformance.sez_exam import SezExam
from shared_contracts.conformance.sez_suite import SEZ_BOOK
from shared_contracts.conformance.wire import Caller
from shared_contracts.language import Language
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.purchase import PURCHASE
from tests.clauses import clause
from tests.conformance.stands import CODE, registry_stand
from tests.pki import Pki
from tests.postgres import Databases
from tests.serving import serving

HERE = Path(__file__).parent
MODULES = HERE.parent.parent / ".tools" / "node_modules"
NEEDED = ("soap", "xml-crypto", "xpath")
SECONDS = 30.0
"""Within which it listens."""
LISTENS = re.compile(r"SEZ02 at (\S+)\n")
PRELIMINARY = frozenset(one.case_id for one in SEZ_BOOK.chosen((Suite.PRELIMINARY,), ()))
BESIDE = frozenset(
    {
        *("Z-SIGNED", "Z-AUDIT-STRANGER", "Z-AUDIT-OTHER-SEZ"),
        *("Z-AUDIT-OBJECT", "Z-AUDIT-OBJECT-STRANGER"),
        *("Z-NOTICE", "Z-NOTICE-AGAIN", "Z-NOTICE-STRANGER", "Z-NOTICE-ALTERED"),
        *("Z-NOTICE-OTHER-SEZ", "Z-NOTICE-ID-TAKEN"),
        *("Z-RECEIPT-DELIVERED", "Z-RECEIPT-AGAIN", "Z-RECEIPT-UNKNOWN", "Z-RECEIPT-ALTERED"),
    }
)
"""Cases of other suites that it passes too."""


@dataclass(frozen=True, slots=True)
class NodeSez:
    """The SEZ in Node.js at work, and the kit between it and a Registry."""

    address: str
    relay: Relay
    keys: Path

    @contextmanager
    def exam(self) -> Iterator[SezExam]:
        """An examination of it."""
        caller, keys = Caller(self.address, 20), KitKeys(self.keys, "registry")
        driver = Driver(f"{self.address}/hook", seconds=40)
        try:
            yield SezExam(caller, keys, CODE, driver=driver, relay=self.relay)
        finally:
            caller.close()


@pytest.fixture(scope="module")
def node_sez(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NodeSez]:
    node = shutil.which("node")
    if node is None or not all((MODULES / name).is_dir() for name in NEEDED):
        pytest.skip(f"node with its modules {', '.join(NEEDED)} is not here (make tools)")
    folder, keys = tmp_path_factory.mktemp("node"), pki.authority.folder
    with ExitStack() as stack:
        behind = stack.enter_context(registry_stand(pki, folder / "registry", databases))
        relay = Relay(behind.address)
        before = stack.enter_context(serving(relay.app()))
        command = [node, str(HERE / "endpoint.cjs"), before, str(keys), str(folder / "sez"), "0"]
        made = NodeSez(stack.enter_context(_begun(command, folder / "node.log")), relay, keys)
        with made.exam() as exam:  # what is audited must be there
            exam.driver.act(LocalizedText(), "transmit", object_type=PURCHASE)
        yield made


@contextmanager
def _begun(command: list[str], log: Path) -> Iterator[str]:
    """The SEZ as a process; gives its address once it listens, and ends it."""
    path = str(Path(command[0]).parent)
    settings = {**os.environ, "NODE_PATH": str(MODULES), "PATH": path}
    with (
        log.open("w") as told,
        subprocess.Popen(command, stdout=told, stderr=told, env=settings) as process,
    ):
        try:
            yield _listening(process, log)
        finally:
            process.kill()


def _listening(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + SECONDS
    while (found := LISTENS.search(log.read_text("utf-8"))) is None:
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.05)
    return found[1]


def verdicts(node_sez: NodeSez, suites: tuple[Suite, ...], cases: tuple[str, ...] = ()) -> None:
    reporter = session_run.Reporter(Language.EN, lambda _: None, lambda _: None)
    with node_sez.exam() as exam:
        report = session_run.run(exam, SEZ_BOOK, Asked(SEZ_BOOK.side, suites, cases), reporter)
    ill = [one for one in report.outcomes if one.verdict is not CaseVerdict.PASSED]
    assert not ill, [(one.case_id, one.expected, one.found, one.reason) for one in ill]
    expected = BESIDE if cases else PRELIMINARY
    assert {one.case_id for one in report.outcomes} == expected


@clause("S216-9.0", "S216-9.1", "S216-9.5", "S216-9.6", "S216-9.7", "S216-9.8")
def test_the_sez_in_node_passes_every_preliminary_case(node_sez: NodeSez) -> None:
    verdicts(node_sez, (Suite.PRELIMINARY,))


def test_the_sez_in_node_signs_what_it_can_do_and_answers_its_registry_alone(
    node_sez: NodeSez,
) -> None:
    verdicts(node_sez, (), tuple(BESIDE))

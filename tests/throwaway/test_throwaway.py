"""A kind that no product file knows goes the whole way, as processes on real stores."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from deploy.authority.identities import SEZ_SYSTEM
from shared_contracts.http.remote import RemoteError
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.messages.published import FOLDER
from shared_contracts.messages.versions import NEWEST
from tests.journeys.stand import Stand, running_stand, synchronised, until
from tests.pki import Pki
from tests.postgres import Databases

HERE = Path(__file__).parent
LAUNCH = (sys.executable, "-m", "tests.throwaway.launch")
SIGNER = "customer1-head"


@dataclass(frozen=True)
class OneKindMore(Stand):
    """A stand whose systems are started with one kind more."""

    launched: Mapping[str, str] = field(default_factory=dict)

    @override
    def _start(self, name: str, command: tuple[str, ...], settings: dict[str, str]) -> None:
        if name in {"registry", "sez"}:
            command = (*LAUNCH, name, *command[1:])
        super()._start(name, command, settings | dict(self.launched))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command with one kind more."""
        settings = self.registry_environment() | self.sez_environment() | dict(self.launched)
        return subprocess.run(
            (*LAUNCH, *words),
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="module")
def stand(
    pki: Pki, tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[OneKindMore]:
    folder = tmp_path_factory.mktemp("throwaway")
    launched = {"THROWAWAY_SCHEMAS": str(schemas_with_notices(folder / "schemas"))}
    with running_stand(pki, folder, databases) as plain:
        made = OneKindMore(
            plain.folder,
            plain.ports,
            registry_changes=plain.registry_changes,
            sez_changes=plain.sez_changes,
            launched=launched,
        )
        made.start_registry()
        made.start_sez()
        made.enter("SEZ01", "sez", SEZ_SYSTEM[0])
        yield made


def schemas_with_notices(folder: Path) -> Path:
    """The published schemas with the schema of notices among the newest: two lines more."""
    shutil.copytree(FOLDER, folder)
    newest = folder / NEWEST
    shutil.copy(HERE / "site-notice.xsd", newest)
    common, exchange = newest / "common.xsd", newest / "exchange.xsd"
    before = '<xs:enumeration value="PURCHASE">'
    common.write_text(
        common.read_text().replace(before, f'<xs:enumeration value="SITE_NOTICE"/>{before}')
    )
    include = '<xs:include schemaLocation="purchase.xsd"/>'
    more = '<xs:include schemaLocation="site-notice.xsd"/>'
    exchange.write_text(exchange.read_text().replace(include, include + more))
    return folder


def announced(stand: OneKindMore, heading: str) -> str:
    """The id of a notice that was announced."""
    made = stand.sez.post("/api/v1/site-notices", {"heading": heading, "signer": SIGNER})
    return str(made["object_id"])


def test_a_kind_of_a_test_goes_the_whole_way(stand: OneKindMore) -> None:
    version = synchronised(stand, announced(stand, "Digging"))

    [[registry_id, heading]] = until(lambda: stand.registry.get("/api/v1/site-notices") or None)
    assert (registry_id, heading) == (version["registry_id"], "Digging")
    assert stand.run("registry", "site-notices").stdout.count("Digging") == 1
    [late] = stand.registry.get("/api/v1/lateness")
    assert late["versions"] == 1

    package = stand.folder / "package.xml"
    body = stand.sez.get_bytes(f"/api/v1/packages/{version['message_id']}/package")
    package.write_bytes(body)
    trust = ("--profile", str(stand.authority.trust))
    said = stand.run("shared_contracts", "verify", str(package), *trust, "--json")
    explained = json.loads(said.stdout)
    assert explained["result"] == "PASSED"
    [document] = explained["documents"]
    [right] = [one for one in document["signatures"][0]["steps"] if one["step"] == "RIGHT"]
    assert right["values"]["kind"] == "CONTRACT"


def test_its_example_is_announced_by_its_command(stand: OneKindMore) -> None:
    made = json.loads(stand.run("sez", "site-notice", "site-works").stdout)
    synchronised(stand, made["object_id"])
    until(lambda: "Works" in dict(stand.registry.get("/api/v1/site-notices")).values() or None)

    package = stand.folder / "example.xml"
    stand.run("sez", "package", "new", "--example", "site-works", "--out", str(package))
    assert b"SITE_NOTICE" in package.read_bytes()


def test_what_the_rules_of_the_document_forbid_is_not_signed(stand: OneKindMore) -> None:
    with pytest.raises(RemoteError, match="F-SITE-1"):
        announced(stand, "")


def test_what_the_state_rules_forbid_is_refused_by_the_registry(stand: OneKindMore) -> None:
    notice = announced(stand, "SEZ01")

    def refused() -> list[Any] | None:
        [one] = stand.sez.get(f"/api/v1/outbox/{notice}")
        return one["findings"] if one["state"] == "REFUSED" else None

    assert [one["rule_id"] for one in until(refused)] == ["F-SITE-2"]


def test_a_document_with_a_wrong_form_is_told_by_the_schema(stand: OneKindMore) -> None:
    answer = stand.sez.post_bytes  # a document that was signed elsewhere
    wrong = f'<SiteNotice xmlns="{NAMESPACE}"><Heading>1</Heading></SiteNotice>'.encode()
    with pytest.raises(RemoteError, match="F-XSD-1"):
        answer("/api/v1/documents", wrong)


def test_what_the_tests_would_ask_of_it_is_named(stand: OneKindMore) -> None:
    asked = stand.run("missing", "SITE_NOTICE").stdout.splitlines()
    of_rules = {line for line in asked if line.startswith("no SiteNotice breaks ")}
    assert {
        "no SiteNotice breaks F-SITE-1: tests/shared_contracts/rules/broken.py",
        "no SiteNotice breaks F-SITE-2: tests/registry/records/rules/broken.py",
    } <= of_rules
    assert sorted(set(asked) - of_rules) == [
        "it is not said what stands beside site-notice-placed.1, if anything: "
        "shared_contracts/event_log/evidence.toml",
        "it is not said what stands beside site-notice-signed.1, if anything: "
        "shared_contracts/event_log/evidence.toml",
        "no example of SiteNotice: VALID in tests/kinds.py",
        "no golden document SiteNotice: tests/golden/documents/SiteNotice.xml",
        "no golden event site-notice-placed.1: tests/golden/events/site-notice-placed.1.json",
        "no golden event site-notice-signed.1: tests/golden/events/site-notice-signed.1.json",
        "no words of the status ON_SITE: shared_contracts/rules/words.toml",
    ]


def test_its_events_are_audited(stand: OneKindMore) -> None:
    stand.stop()
    stores = {**stand.registry_changes, **stand.sez_changes}
    for name in ("REGISTRY_DATABASE_URL", "SEZ_DATABASE_URL"):
        outcome = stand.run("audit", stores[name])
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        assert "as recorded" in outcome.stdout

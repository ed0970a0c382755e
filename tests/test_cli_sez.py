"""The command ``sez``, as an operator uses it on a running stand and on one that does not run."""

import json
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.verifier.command import main
from shared_contracts.messages.package import Package
from shared_contracts.messages.receipt import Result
from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.journeys.stand import Reader, Stand, running_stand, synchronised
from tests.pki import Pki
from tests.postgres import Databases
from tests.samples import purchase_single_source
from tests.sez.systems import SIGNER, Watch


@pytest.fixture(scope="module")
def stand(
    pki: Pki, tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[Stand]:
    """A running stand."""
    with running_stand(pki, tmp_path_factory.mktemp("stand"), databases) as running:
        running.start_registry()
        running.enter("SEZ01", "sez", "1.2.398.5.216.1.1")
        running.start_sez()
        yield running


def done(stand: Stand, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that comes to a good end."""
    command = stand.command("sez", *words)
    assert command.returncode == 0, command.stderr
    return command


def told(stand: Stand, *words: str) -> Any:
    """What a command shows."""
    return json.loads(done(stand, *words, "--json").stdout)


def announced(stand: Stand, example: str = "announcement") -> str:
    """An example, announced by command; its id."""
    return str(told(stand, "tender", "example", example)["object_id"])


@pytest.mark.clause("S216-9.1", "S216-18.2", "S216-A2.1.6")
def test_a_tender_is_announced_extended_and_followed_to_its_receipt(
    stand: Stand, pki: Pki, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tender = announced(stand)
    message_id = synchronised(stand, tender)["message_id"]
    shown = told(stand, "tender", "show", tender)
    bids_to = shown["tender"]["state"]["purchase"]["bids_to"]
    assert shown["tender"]["status"] == "RUNNING"
    assert [one["state"] for one in shown["versions"]] == ["SYNCHRONISED"]
    asked = {"signers": [SIGNER], "reason": "Продление", "decided_by": "Бекова А. М."}
    later = (datetime.fromisoformat(bids_to) + timedelta(days=2)).isoformat()
    (tmp_path / "later.json").write_text(
        json.dumps(asked | {"bids_to": later, "opening_at": later})
    )
    told(stand, "tender", "do", tender, "extension", str(tmp_path / "later.json"))
    assert synchronised(stand, tender, 2)["state"] == "SYNCHRONISED"
    package = told(stand, "package", "show", message_id)
    assert (package["state"], package["records"]) == ("ACCEPTED", 1)
    receipt = done(stand, "package", "receipt", message_id).stdout.encode()
    assert Reader.of(pki).read(receipt).result is Result.ACCEPTED
    out = tmp_path / "tender.asice"
    assert told(stand, "evidence", "export", tender, "--out", str(out))["bytes"] > 0
    words = ["--anchor", str(pki.authority.folder / "ca.pem"), "--json"]
    pins = ["--signer", "sez", "--registry", "registry"]
    pins[1::2] = [str(pki.authority.chain(name)) for name in pins[1::2]]
    assert main([str(out), *words, *pins]) == 2  # a SEZ keeps no answers of authorities
    opened = [one for one in json.loads(capsys.readouterr().out)["steps"] if one["ground"]]
    assert {one["ground"] for one in opened} == {"NO_ANSWER"}


@pytest.mark.clause("S216-18.2")
def test_the_outbox_and_the_clock_are_shown(stand: Stand) -> None:
    assert set(told(stand, "outbox")) == {"at", "unsynchronised"}
    assert abs(told(stand, "clock", "--measure")["offset_seconds"]) < 2
    assert told(stand, "clock")["refuse"] is False


def test_a_package_for_a_foreign_client_is_signed_and_written_and_not_sent(
    stand: Stand, tmp_path: Path
) -> None:
    out = tmp_path / "package.xml"
    command = done(stand, "package", "new", "--example", "auction", "--out", str(out))
    assert "signed, not sent" in command.stdout
    element = schema.parse(out.read_bytes())
    verify_system(element)
    package = codec.read(element, Package)
    [record] = package.records
    shown = told(stand, "tender", "show", str(record.header.object_id))
    assert [one["state"] for one in shown["versions"]] == ["HELD"]
    assert f"package {package.message_id}, number {package.sequence}" in command.stdout
    kept = done(stand, "package", "bytes", str(package.message_id)).stdout
    assert kept.encode() == out.read_bytes()
    again = told(stand, "package", "new", "--example", "auction", "--out", f"{out}.2")
    assert (again["sequence"], again["file"]) == (package.sequence + 1, f"{out}.2")


def test_neither_a_number_nor_a_file_is_lost_by_a_place_that_cannot_be_written(
    stand: Stand, tmp_path: Path
) -> None:
    before = len(told(stand, "outbox")["unsynchronised"])
    out, words = tmp_path / "only-copy.xml", ("package", "new", "--example", "auction", "--out")
    out.write_text("the only copy")
    refused = stand.command("sez", *words, str(out))
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    assert out.read_text() == "the only copy"
    assert stand.command("sez", *words, str(tmp_path / "absent" / "x")).returncode == 2
    unknown = stand.command("sez", *words, str(tmp_path / "new.xml"), "--signer", "nobody")
    assert (unknown.returncode, (tmp_path / "new.xml").exists()) == (1, False)
    assert len(told(stand, "outbox")["unsynchronised"]) == before
    assert stand.command("sez", *words, str(out), "--force", "--signer", "nobody").returncode == 1
    assert out.read_text() == "the only copy"
    done(stand, *words, str(out), "--force")
    verify_system(schema.parse(out.read_bytes()))


@pytest.mark.parametrize("name", ["registry", "sez", "root", "ca", "issuing"])
def test_no_key_of_a_system_or_an_authority_signs_for_a_user(stand: Stand, name: str) -> None:
    refused = stand.command("sez", "tender", "example", "auction", "--signer", name)
    assert (refused.returncode, f"no user '{name}' signs here" in refused.stderr) == (1, True)


def test_a_file_is_uploaded_under_its_hash(stand: Stand, tmp_path: Path) -> None:
    file = tmp_path / "docs.pdf"
    file.write_bytes(b"%PDF-1.4 documentation")
    shown = told(stand, "upload", str(file))
    assert shown == {"sha256": sha256(file.read_bytes()).hexdigest(), "size": 22}
    assert (stand.folder / "sez" / "files").exists()


@pytest.mark.clause("S95-4", "S216-3")
def test_a_document_signed_elsewhere_is_taken(stand: Stand, pki: Pki, tmp_path: Path) -> None:
    document = purchase_single_source(Watch()())
    data = sign_person(codec.to_bytes(codec.write(document)), pki.signer(SIGNER))
    (tmp_path / "signed.xml").write_bytes(data)
    taken = told(stand, "tender", "take", str(tmp_path / "signed.xml"))
    assert taken["state"]["document_hash"] == sha256(data).hexdigest()


UNKNOWN = "01a20d00-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (("tender", "example", "surprise"), 1, "there are announcement, auction, single-source"),
        (("tender", "show", UNKNOWN), 3, f"no tender {UNKNOWN}"),
        (("tender", "show", "seventeen"), 3, "no tender seventeen"),
        (("package", "show", UNKNOWN), 3, f"no package {UNKNOWN}"),
        (("package", "receipt", UNKNOWN), 3, f"no receipt beside package {UNKNOWN}"),
        (("package", "new", "--example", "auction", "--out", "/absent/x"), 2, "/absent/x"),
        (("tender", "take", "/absent/document.xml"), 2, "/absent/document.xml"),
        (("tender", "do", UNKNOWN, "extension", "/absent/asked.json"), 2, "/absent/asked.json"),
        (("upload", "/absent/file.pdf"), 2, "/absent/file.pdf"),
        (("receipts", "take", "/absent/receipt.xml"), 2, "/absent/receipt.xml"),
        (("sequence", "void", "900", "--reason", "x"), 3, "no package took number 900"),
        (("sequence", "void", "900"), 2, "--reason"),
        (("tender", "undo"), 2, "No such command"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_a_line(
    stand: Stand, words: tuple[str, ...], code: int, cure: str
) -> None:
    command = stand.command("sez", *words)
    assert (command.returncode, cure in command.stderr) == (code, True), command.stderr
    assert "Traceback" not in command.stderr


def test_a_file_that_is_no_json_is_told_by_name(stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "asked.json").write_text("{'signers': 1}")
    words = ("tender", "do", UNKNOWN, "extension", str(tmp_path / "asked.json"))
    command = stand.command("sez", *words)
    assert command.returncode == 2
    assert "asked.json is not JSON" in command.stderr


@pytest.mark.parametrize(
    ("changes", "code", "cure"),
    [
        ({"SEZ_DATA": "absent"}, 4, "or name its data folder by SEZ_DATA"),
        ({"SEZ_PUBLIC_ADDRESS": "http://127.0.0.1:9"}, 4, "http://127.0.0.1:9 does not answer"),
        ({"SEZ_PORT": "eight"}, 2, "SEZ_PORT='eight': a whole number is wanted"),
        ({"SEZ_HOST": "0.0.0.0"}, 2, "SEZ_TLS_KEY"),  # noqa: S104  # refused is what it shall be
    ],
)
def test_where_no_system_can_be_asked_the_command_says_what_to_mend(
    stand: Stand, changes: dict[str, str], code: int, cure: str
) -> None:
    command = stand.command("sez", "outbox", **changes)
    assert (command.returncode, cure in command.stderr) == (code, True), command.stderr
    assert "Traceback" not in command.stderr


def written(stand: Stand, tmp_path: Path) -> Path:
    """A package that was signed by command and not sent."""
    out = tmp_path / "package.xml"
    done(stand, "package", "new", "--example", "auction", "--out", str(out), "--force")
    return out


def carried(package: Path) -> tuple[str, int, str]:
    """Id, number and tender of a package."""
    read = codec.read(schema.parse(package.read_bytes()), Package)
    return str(read.message_id), read.sequence, str(read.records[0].header.object_id)


@pytest.mark.clause("S216-18.7", "S216-18.2")
def test_a_package_that_was_never_posted_is_voided_by_its_number_and_its_record_leaves_anew(
    stand: Stand, tmp_path: Path
) -> None:
    message_id, number, tender = carried(written(stand, tmp_path))
    words = ("sequence", "void", str(number), "--reason", "Пакет не был отправлен")
    first, again = (told(stand, *words) for _ in range(2))
    assert (first["message_id"], first["state"], first["sequence"]) == (
        message_id,
        "VOIDED",
        number,
    )
    assert again == first
    assert synchronised(stand, tender)["message_id"] != message_id
    delivered = told(stand, "package", "show", synchronised(stand, tender)["message_id"])
    refused = stand.command("sez", "sequence", "void", str(delivered["sequence"]), "--reason", "x")
    assert (refused.returncode, "was delivered" in refused.stderr) == (1, True), refused.stderr


@pytest.mark.clause("S216-18.2", "S216-13b", "S216-2.5", "S95-3.3")
def test_a_package_that_another_program_posted_is_settled_by_the_answer_it_got(
    stand: Stand, tmp_path: Path
) -> None:
    synchronised(stand, announced(stand, "auction"))  # the Registry has the example's files
    package = written(stand, tmp_path)
    message_id, _, tender = carried(package)
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", package.read_bytes())
    headers = {"Content-Type": SoapVersion.V11.content_type}
    answer = httpx.post(
        f"{stand.registry_address}/soap/", content=body, headers=headers, trust_env=False
    )
    (tmp_path / "answer.xml").write_bytes(answer.content)
    taken = told(stand, "receipts", "take", str(tmp_path / "answer.xml"))
    assert (taken["message_id"], taken["state"]) == (message_id, "ACCEPTED")
    assert synchronised(stand, tender)["message_id"] == message_id


@pytest.mark.clause("S216-18.3")
def test_what_waits_for_a_person_is_let_go_by_package_by_cause_or_altogether(stand: Stand) -> None:
    assert told(stand, "package", "causes") == []
    nothing = {"retried": 0, "left": [], "waiting": 0}
    assert told(stand, "package", "retry", "--cause", "TOO_LARGE") == nothing
    assert told(stand, "package", "retry", "--all") == nothing
    for words in ((), ("--all", "--cause", "TOO_LARGE"), ("--all", str(uuid4()))):
        refused = stand.command("sez", "package", "retry", *words)
        assert (refused.returncode, "name one" in refused.stderr) == (2, True)
    assert stand.command("sez", "package", "retry", str(uuid4())).returncode == 3


@pytest.mark.parametrize("named", ["01939b2e-7c00-4abc-8def-0123456789ab", "7"])
@pytest.mark.parametrize(
    ("kind", "told"),
    [("tender", "нет тендера"), ("programme", "нет программы"), ("supplier", "нет поставщика")],
)
def test_an_object_that_is_not_here_is_told_as_not_found(
    stand: Stand, kind: str, told: str, named: str
) -> None:
    command = stand.command("sez", kind, "show", named, "--lang", "ru")
    assert (command.returncode, command.stderr.strip()) == (3, f"{told} {named}")


def test_an_example_names_what_was_signed(stand: Stand) -> None:
    made = told(stand, "programme", "example", "annual-programme")
    shown = told(stand, "programme", "show", made["object_id"])
    assert made == {
        "object_id": shown["programme"]["object_id"],
        "object_type": "PROGRAMME",
        "example": "annual-programme",
        "status": "SIGNED",
        "version": 1,
        "document_hash": shown["programme"]["state"]["document_hash"],
    }

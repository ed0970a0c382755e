"""The command ``registry``, as its operator uses it, on a running stand and without one."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from deploy.verifier.command import main
from shared_contracts.astana_time import now
from shared_contracts.calendar.working_days import working_calendar
from shared_contracts.signing.cades import sign_detached
from tests.journeys.stand import Reader, Stand, running_stand, synchronised, until
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.admission.samples import form_216

SEZ = ("SEZ01", "ТОО «ЭЛЕКТРОНДЫ САТЫП АЛУ»", "--bin", "190340004129")
UNKNOWN = "01a20d00-0000-7000-8000-000000000000"
CHANGE_INVENTORY = (
    *("admission", "change-inventory", UNKNOWN, "--statement", "more memory", "--person", "A. B."),
)


@pytest.fixture(scope="module")
def stand(
    pki: Pki, tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[Stand]:
    """A running stand."""
    with running_stand(pki, tmp_path_factory.mktemp("stand"), databases) as running:
        running.start_registry()
        running.start_sez()
        yield running


WEEKS = timedelta(weeks=6)
"""Longer than any term that a new application has."""


def done(stand: Stand, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that comes to a good end."""
    command = stand.command("registry", *words)
    assert command.returncode == 0, command.stderr
    return command


def told(stand: Stand, *words: str) -> Any:
    """What a command shows."""
    return json.loads(done(stand, *words, "--json").stdout)


def test_an_application_is_filed_and_taken_on_by_commands(
    stand: Stand, pki: Pki, tmp_path: Path
) -> None:
    form, group = tmp_path / "form.json", tmp_path / "group.json"
    form.write_bytes(msgspec.json.encode(form_216()))
    filed = told(stand, "admission", "file", str(form))
    assert (filed["regulation"], filed["flaws"]) == ("S216", [])
    one, by = filed["admission_id"], ("--by", "AUTH_SOLID", "--person", "Серик")
    assert [row["admission_id"] for row in told(stand, "admission", "list")] == [one]
    early = stand.command("registry", "admission", "begin", one, "FUNCTIONAL_CHECK", *by,
                          "--lang", "ru")  # fmt: skip
    assert (early.returncode, "S216-7.2" in early.stderr) == (1, True), early.stderr
    assert "в этом состоянии" in early.stderr
    assert told(stand, "admission", "notify", one, *by)["status"] == "NOTIFIED"
    members = [{"body": body, "person": body} for body in ("AUTH_SOLID", "AUTH_HCU")]
    who = {"body": "AUTH_SOLID", "person": "Серик"}
    group.write_text(json.dumps({"kind": "CREATE_GROUP", "by": who, "members": members}))
    assert len(told(stand, "admission", "step", one, str(group))["group"]) == 2
    by_group = ("--by", "GROUP", "--person", "Серик")
    begun = told(stand, "admission", "begin", one, "FUNCTIONAL_CHECK", *by_group)
    assert [row["round"] for row in begun["rounds"]] == [1]
    assert len(told(stand, "admission", "events", one)) == 4
    _documents_are_written(stand, pki, one, form.parent)
    _terms_are_told(stand, one)
    assert "Приказ № 216" in done(stand, "admission", "regulations", "--lang", "ru").stdout
    days = done(stand, "calendar", "term", "2018-08-29T11:00:00+06:00", "5", "--lang", "kk").stdout
    assert "Конституция күні" in days
    hours = done(stand, "calendar", "term", "2018-08-29T11:00:00+06:00", "5", "--unit", "HOURS")
    assert "2018-08-29T16:00:00+06:00" in hours.stdout


def _documents_are_written(stand: Stand, pki: Pki, one: str, folder: Path) -> None:
    """Documents are listed and written for programs and people, and no file over another."""
    listed = told(stand, "admission", "documents", one)
    assert [row["name"] for row in listed] == ["application", "notification", "group-1"]
    words = ("admission", "document", one, "notification", "--out")
    for name, more, begins in (("n.json", (), b"{"), ("n.pdf", ("--pdf",), b"%PDF-"),
                               ("n.asice", ("--signed",), b"PK")):  # fmt: skip
        done(stand, *words, str(folder / name), *more)
        assert (folder / name).read_bytes().startswith(begins)
    assert stand.command("registry", *words, str(folder / "n.pdf")).returncode != 0
    two = stand.command("registry", *words, str(folder / "two"), "--pdf", "--signed")
    assert ("give one of them" in two.stderr, (folder / "two").exists()) == (True, False)
    told_of = told(stand, *words, str(folder / "n.xml"), "--manifest")
    assert told_of["bytes"] == (folder / "n.xml").stat().st_size
    key = ("admission", "add-signature", one, "notification", "--for", "AUTH_SOLID", "--signature")
    signer, at = pki.signer("person"), now()
    (folder / "n.p7s").write_bytes(sign_detached((folder / "n.xml").read_bytes(), signer, at))
    assert told(stand, *key, str(folder / "n.p7s"))["number"] == 1
    assert len(told(stand, "admission", "signatures", one, "notification")) == 1
    again = stand.command("registry", *key, str(folder / "n.p7s"), "--lang", "ru")
    assert "уже подписал" in again.stderr
    lost = stand.command("registry", *words[:3], "act", "--out", str(folder / "a"), "--lang", "kk")
    assert "құжаты жоқ; бар құжаттар: application" in lost.stderr


def _terms_are_told(stand: Stand, one: str) -> None:
    """The terms of an application; behind the end of the calendar, what to do."""
    if now().date() + WEEKS > working_calendar().newest.last:
        beyond = stand.command("registry", "admission", "terms", one)
        assert (beyond.returncode, "add an edition with that year" in beyond.stderr) == (1, True)
    else:
        terms = {row["term"]: row["status"] for row in told(stand, "admission", "terms", one)}
        assert terms == {"D-APP": "KEPT", "D-FUNC": "RUNNING"}
        assert "мерзім" in done(stand, "admission", "terms", one, "--lang", "kk").stdout


def test_an_application_that_nobody_filed_is_told_in_kazakh(stand: Stand) -> None:
    again = stand.command("registry", "admission", "show", UNKNOWN, "--lang", "kk")
    shown = f"{UNKNOWN} өтінімі жоқ; барын `registry admission list` көрсетеді"
    assert (again.returncode, again.stderr.strip()) == (3, shown)
    assert told(stand, "admission", "inspections") == []
    refused = stand.command("registry", "admission", "end-inspection", UNKNOWN, "--by", "AUTHORITY",
                            "--person", "Серик", "--lang", "ru")  # fmt: skip
    shown = "какие есть, показывает `registry admission inspections`"
    assert (refused.returncode, refused.stderr.strip()) == (3, f"нет проверки {UNKNOWN}; {shown}")


@pytest.mark.clause("S216-10")
def test_the_keeper_enters_a_system_and_sees_what_it_transmits(stand: Stand, pki: Pki) -> None:
    uid = ("--uid", "1.2.398.5.216.1.1", "--conditions", "1", "--conditions", "2")
    entered = told(stand, "sez", "add", *SEZ, "--access-date", "2020-01-01", *uid)
    assert entered["code"] == "SEZ01"
    assert [one["bin"] for one in told(stand, "sez", "list")] == ["190340004129"]
    body = {"example": "announcement"}
    tender = stand.sez.post("/api/v1/examples/tenders", body)["object_id"]
    version = synchronised(stand, tender)
    [listed] = until(lambda: told(stand, "purchases", "list", "--sez", "SEZ01") or None)
    assert listed["registry_id"] == version["registry_id"]
    shown = told(stand, "purchases", "show", version["registry_id"])
    assert len(shown["history"]) == 1
    words = ("purchases", "evidence", "SEZ01", version["message_id"])
    assert Reader.of(pki).read(done(stand, *words).stdout.encode()).result == "ACCEPTED"
    assert "<soap" in done(stand, *words, "package").stdout
    punctual = told(stand, "lateness")
    assert [one["sez_code"] for one in punctual] == ["SEZ01"]
    assert told(stand, "lateness", "SEZ01") == []
    assert told(stand, "goods", "list", "--code", "09") == []
    assert stand.command("registry", "goods", "show", "09.10.12").returncode == 3
    table = done(stand, "purchases", "list").stdout.splitlines()
    assert table[0].split()[:3] == ["purchase", "system", "code"]
    assert [line.split()[0] for line in table[1:]] == [listed["registry_id"]]


@pytest.mark.clause("S216-12a", "S216-13b")
def test_everything_about_a_purchase_is_exported_as_one_file(stand: Stand, pki: Pki) -> None:
    [listed] = told(stand, "purchases", "list", "--sez", "SEZ01")
    out = stand.folder / "purchase.asice"
    shown = told(stand, "evidence", "export", listed["registry_id"], "--out", str(out))
    assert shown == {"file": str(out), "bytes": out.stat().st_size}
    anchor, own = pki.authority.folder / "ca.pem", pki.authority.chain("registry")
    assert main([str(out), "--anchor", str(anchor), "--signer", str(own)]) == 0
    stranger = pki.authority.chain("sez2")
    assert main([str(out), "--anchor", str(anchor), "--signer", str(stranger)]) == 1
    words = ("evidence", "export", UNKNOWN, "--out", str(stand.folder / "none"), "--lang", "ru")
    refused = stand.command("registry", *words)
    assert refused.returncode == 3
    assert refused.stderr.startswith(f"нет объекта с идентификатором Реестра {UNKNOWN}: назовите")
    assert not (stand.folder / "none").exists()


@pytest.mark.clause("S216-10")
def test_what_the_keeper_does_not_name_stays_in_the_entry(stand: Stand) -> None:
    pin = "ab" * 32
    first = (
        "sez",
        "add",
        "SEZ09",
        "ТОО «Тоғызыншы»",
        "--bin",
        SEZ[3],
        "--access-date",
        "2020-01-01",
    )
    refused = stand.command("registry", *first)
    assert (refused.returncode, "system_uid, certificate_sha256" in refused.stderr) == (1, True)
    options = ("--certificate", pin, "--tls-certificate", pin, "--address", "https://sez.kz")
    terms = ("--conditions", "1", "--conditions", "2", "--sector", "URANIUM")
    entered = told(stand, *first, *options, *terms)
    changed = told(stand, "sez", "add", "SEZ09", "--access-date", "2027-06-01", "--address", "")
    wanted = entered | {"access_date": "2027-06-01", "address": None}
    assert changed | {"registered_at": ""} == wanted | {"registered_at": ""}
    assert (changed["conditions"], changed["sectors"]) == ([1, 2], ["URANIUM"])
    uid = told(stand, "sez", "add", "SEZ09", "--uid", "1.2.398.5.216.1.9", "--certificate", "")
    assert (uid["system_uid"], uid["certificate_sha256"]) == ("1.2.398.5.216.1.9", None)


def test_changes_and_a_signed_checkpoint_are_shown(stand: Stand) -> None:
    stand.enter("SEZ02", "sez2", "1.2.398.5.216.1.2")
    page = told(stand, "changes", "--limit", "1")
    assert [one["position"] for one in page["events"]] == [1]
    assert page["next"] == 1
    origin, size, *_ = done(stand, "checkpoint").stdout.splitlines()
    assert "registry" in origin
    assert int(size) >= 1
    assert done(stand, "proofs", "checkpoint").stdout.startswith(f"{origin}\n")
    assert done(stand, "proofs", "event", "1").stdout.startswith(
        "c2sp.org/tlog-proof@v1\nindex 0\n"
    )
    assert done(stand, "proofs", "extension", "1").stdout.startswith("old 1\n")
    assert told(stand, "proofs", "extension", "1", "--size", size)["old_size"] == 1
    assert stand.command("registry", "proofs", "event", "99999").returncode == 3
    assert stand.command("registry", "proofs", "message", "SEZ02", UNKNOWN).returncode == 3
    sez = stand.command("sez", "proofs", "checkpoint")
    assert (sez.returncode, "/sez/" in sez.stdout) == (0, True)


def test_a_classifier_is_imported_from_a_file(stand: Stand, tmp_path: Path) -> None:
    file = tmp_path / "kopf.csv"
    file.write_text("code,parent,name_ru,name_kk\n15,,ТОО,ЖШС\n", encoding="utf-8")
    words = ("classifiers", "import", "KOPF", str(file), "--effective-from", "2030-01-01")
    warned = stand.command("registry", *words, "--edition", "2030-1")
    assert (warned.returncode, "could not be used any more" in warned.stderr) == (1, True)
    assert told(stand, *words, "--edition", "2030-1", "--check")["fallen"] > 0
    done(stand, *words, "--edition", "2030-1", "--yes")
    gone = ("classifiers", "withdraw", "KOPF", "2030-1", "--reason", "Ошибка")
    assert told(stand, *gone)["recorded"] is True
    assert stand.command("registry", *gone[:3], "none", *gone[4:]).returncode == 3
    editions = told(stand, "classifiers", "list")
    assert any("2030-1" in json.dumps(one) for one in editions)
    file.write_text("kod,imya\n15,ТОО\n", encoding="utf-8")
    refused = stand.command("registry", *words, "--edition", "2030-2")
    assert (refused.returncode, "kod" in refused.stderr) == (1, True), refused.stderr


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (("purchases", "show", UNKNOWN), 3, f"no purchase {UNKNOWN}"),
        (("purchases", "show", UNKNOWN, "--at", "2026-03-01T10:00:00"), 1, "needs an offset"),
        (("purchases", "evidence", "SEZ01", UNKNOWN), 3, f"no message {UNKNOWN} of SEZ01"),
        (("purchases", "list", "--limit", "0"), 1, "limit: Input should be greater than"),
        (("sez", "missing", "SEZ77"), 3, "no system SEZ77"),
        (("lateness", "../SEZ"), 3, ""),
        (("lateness", "SEZ77"), 3, "no system SEZ77"),
        (("purchases", "list", "--sez", "SEZ77"), 3, "no system SEZ77"),
        (("sez", "add", "SEZ78", "n", "--access-date", "01.01.2020"), 2, "%Y-%m-%d"),
        (("sez", "add", "SEZ78", "n"), 1, "bin"),
        (
            ("sez", "add", "../x", "n", "--bin", "1", "--access-date", "2020-01-01"),
            1,
            "code '../x'",
        ),
        (("nothing",), 2, "No such command"),
        (("admission", "file", "/absent.json"), 2, "/absent.json: No such file"),
        (("admission", "step", UNKNOWN, "/"), 2, "Is a directory"),
        (("admission", "file", __file__), 2, "is not JSON"),
        ((*CHANGE_INVENTORY, "/absent.json"), 2, "/absent.json: No such file"),
        ((*CHANGE_INVENTORY, __file__), 2, "is not JSON"),
        (("calendar", "term", "2026-11-28", "5"), 1, "since: a moment needs an offset"),
        (("calendar", "term", "1", "5"), 1, "since: write a moment as"),
        (("calendar", "term", "9999-12-31T23:59:59Z", "5"), 1, "in the years 1900 to 2200"),
        (("audits", "page", UNKNOWN, "1", "--out", "/absent/x"), 3, "no audit"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    stand: Stand, words: tuple[str, ...], code: int, cure: str
) -> None:
    command = stand.command("registry", *words)
    assert (command.returncode, cure in command.stderr) == (code, True), command.stderr
    assert "Traceback" not in command.stderr


@pytest.mark.parametrize(
    ("changes", "code", "cure"),
    [
        ({"REGISTRY_DATA": "absent"}, 4, "or name its data folder by REGISTRY_DATA"),
        ({"REGISTRY_PUBLIC_ADDRESS": "http://127.0.0.1:9"}, 4, "127.0.0.1:9 does not answer"),
    ],
)
def test_where_no_system_can_be_asked_the_command_says_what_to_mend(
    stand: Stand, changes: dict[str, str], code: int, cure: str
) -> None:
    command = stand.command("registry", "purchases", "list", **changes)
    assert (command.returncode, cure in command.stderr) == (code, True), command.stderr
    assert "Traceback" not in command.stderr


@pytest.mark.parametrize("named", [UNKNOWN, "7"])
@pytest.mark.parametrize(
    ("kind", "told"),
    [("purchases", "нет закупа"), ("programmes", "нет программы"), ("suppliers", "нет поставщика")],
)
def test_an_object_that_is_not_on_record_is_told_as_not_found(
    stand: Stand, kind: str, told: str, named: str
) -> None:
    command = stand.command("registry", kind, "show", named, "--lang", "ru")
    assert (command.returncode, command.stderr.strip()) == (3, f"{told} {named}")

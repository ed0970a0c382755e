"""The commands ``contracts verify`` and ``contracts trust``, as a vendor uses them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.authority.identities import CUSTOMER1, CUSTOMER2
from shared_contracts.astana_time import now
from shared_contracts.explaining.authorities import read_authorities
from shared_contracts.signing.sign import sign_person
from tests.clauses import clause
from tests.pki import Pki
from tests.prepared.client import ran
from tests.shared_contracts.explaining.test_budget import document

CORPORA = Path(__file__).resolve().parents[2] / ".." / "shared" / "corpora" / "kz-signatures"
PURCHASE = (
    '<Purchase xmlns="urn:kz:tru-registry:exchange:1"><Title>Сорғы</Title></Purchase>'.encode()
)
NATIONAL = pytest.mark.skipif(
    not CORPORA.exists(), reason="the folder of Kazakhstan's samples is absent"
)
TEMPLATE = """\
name = "test-pki"

[[authority]]
file = "root"
common_name = "НЕГІЗГІ СЫНАҚ ОРТАЛЫҒЫ (GOST)"

[[authority]]
file = "issuing"
common_name = "СЫНАҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)"
ocsp = ["http://127.0.0.1:1/ocsp"]
"""


def contracts(*words: object, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return ran("contracts", *map(str, words), typed=typed)


@pytest.fixture
def file(pki: Pki, tmp_path: Path) -> Path:
    path = tmp_path / "purchase.xml"
    path.write_bytes(sign_person(PURCHASE, pki.signer("customer2-head")))
    return path


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    ("language", "word"), [("kk", "бірінші басшы"), ("ru", "первый руководитель")]
)
def test_a_good_file_is_explained_and_the_command_returns_0(
    pki: Pki, file: Path, language: str, word: str
) -> None:
    words = ("verify", file, "--profile", pki.trust, "--lang", language, "--bin", CUSTOMER2.bin)
    done = contracts(*words)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout
    assert "TOTAL-PASSED" in done.stdout


def test_the_limit_of_work_can_be_lifted(tmp_path: Path) -> None:
    path = tmp_path / "heavy.xml"
    path.write_bytes(document(700_000, 20))
    limited, lifted = contracts("verify", path), contracts("verify", path, "--no-limit")
    assert (limited.returncode, limited.stdout) == (2, "")
    assert "--no-limit" in limited.stderr
    assert lifted.stdout
    assert not lifted.stderr


def test_a_file_signed_for_another_returns_1(pki: Pki, file: Path) -> None:
    done = contracts("verify", file, "--profile", pki.trust, "--bin", CUSTOMER1.bin)
    assert done.returncode == 1
    assert "BIN_MISMATCH" in done.stdout


def test_without_a_profile_the_command_returns_2_and_says_why(file: Path) -> None:
    done = contracts("verify", file)
    assert done.returncode == 2
    assert "nobody is trusted" in done.stdout


def test_json_is_all_that_is_written(pki: Pki, file: Path) -> None:
    done = contracts("verify", file, "--profile", pki.trust, "--json", "--kind", "PROTOCOL")
    read = json.loads(done.stdout)
    assert (done.returncode, read["result"]) == (0, "PASSED")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--at", "yesterday", "--lang", "ru"],
            "--at: нужен существующий момент со смещением, а дано «yesterday»",
        ),
        (["--kind", "LETTER"], "'LETTER' is not one of"),
    ],
)
def test_what_the_command_cannot_use_is_told(file: Path, words: list[str], told: str) -> None:
    done = contracts("verify", file, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert told in " ".join(done.stderr.replace("│", " ").split())


def test_a_document_type_is_a_verdict_and_not_a_flaw_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file.xml"
    path.write_bytes(b"<!DOCTYPE a><a/>")
    done = contracts("verify", path)
    assert done.returncode == 1
    assert "(DTD)" in done.stdout


@clause("S216-19")
def test_an_operator_imports_pins_and_sees_a_profile(pki: Pki, tmp_path: Path) -> None:
    folder, template = pki.authority.folder, tmp_path / "own.toml"
    template.write_text(TEMPLATE, "utf-8")
    names = (folder / "gost-root.pem", folder / "gost-issuing.pem")
    root, _ = read_authorities(names, now())
    words = ("trust", "import", *names, "--profile", template, "--to", tmp_path / "to")
    assert contracts(*words, "--pin", root.fingerprint).returncode == 0
    shown = contracts("trust", "show", tmp_path / "to" / "trust.toml", "--lang", "kk")
    assert shown.returncode == 0
    assert "сенім тірегі" in shown.stdout
    assert "http://127.0.0.1:1/ocsp" in shown.stdout
    content = json.loads(contracts("trust", "show", tmp_path / "to", "--json").stdout)
    [anchor] = [one for one in content["authorities"] if one["standing"] == "ANCHOR"]
    assert (anchor["sha256"], content["production"]) == (root.fingerprint, False)


def test_a_root_without_a_pin_is_asked_for(pki: Pki, tmp_path: Path) -> None:
    folder, template = pki.authority.folder, tmp_path / "own.toml"
    template.write_text(TEMPLATE, "utf-8")
    path = folder / "gost-root.pem"
    (root,) = read_authorities([path], now())
    words = ("trust", "import", path, "--profile", template, "--to")
    typed = contracts(*words, tmp_path / "typed", typed=f"{root.fingerprint}\n")
    assert typed.returncode == 0, typed.stderr
    done = contracts(*words, tmp_path / "refused")
    assert done.returncode == 2
    assert "--pin: " in done.stderr
    assert not (tmp_path / "refused").exists()


def test_authorities_are_imported_for_the_moment_that_is_asked_about(
    pki: Pki, tmp_path: Path
) -> None:
    template = tmp_path / "own.toml"
    template.write_text(TEMPLATE, "utf-8")
    path = pki.authority.folder / "gost-root.pem"
    (root,) = read_authorities([path], now())
    words = ("trust", "import", path, "--profile", template, "--pin", root.fingerprint, "--to")
    early = contracts(*words, tmp_path / "early", "--at", "2000-01-01T00:00:00+06:00")
    assert early.returncode == 2
    assert "must be in force" in early.stderr
    moment = root.not_after.isoformat()
    assert contracts(*words, tmp_path / "late", "--at", moment).returncode == 0


@NATIONAL
def test_a_sample_of_kazakhstan_passes_offline_at_its_moment(tmp_path: Path) -> None:
    authority = CORPORA / "ncanode-pki" / "ca" / "nca_gost2015_test.cer"
    (found,) = read_authorities([authority], now())
    imported = contracts(
        *("trust", "import", authority, "--profile", "nuc-rk-test"),
        *("--pin", found.fingerprint, "--to", tmp_path),
    )
    assert imported.returncode == 0, imported.stderr
    saved = tmp_path / "saved"
    saved.mkdir()
    shutil.copy(CORPORA / "ocsp-from-xades-lt-2026-09-02.der", saved)
    words = (CORPORA / "xades-test-signed-b.xml", "--profile", tmp_path / "trust.toml")
    moments = {"2026-09-02T10:26:40+00:00": 0, "2026-09-02T12:00:00+00:00": 2}
    for at, code in moments.items():
        done = contracts("verify", *words, "--offline", saved, "--at", at, "--bin", "123456789011")
        assert done.returncode == code, done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<!DOCTYPE a><a/>", "DTD_FORBIDDEN: В сообщении есть DTD"),
        ("<a>", "FILE: нужен XML"),
    ],
)
def test_what_cannot_be_checked_is_told_in_words(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "wrong.xml"
    path.write_text(text)
    done = contracts("check", path, "--lang", "ru")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(told)
    assert "Traceback" not in done.stderr

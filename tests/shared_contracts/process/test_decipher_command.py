"""Whoever has the passphrase reads what came enciphered, without either system."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from shared_contracts.astana_time import now
from shared_contracts.cli import app
from shared_contracts.encryption.derivation import check_of, derive
from shared_contracts.encryption.enciphering import encipher
from shared_contracts.encryption.parameters import ByArgon2id, KeyParameters
from shared_contracts.encryption.passphrase_files import write
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.clauses import clause

WORDS = "AAAA-BBBB-CCCC-DDDD-EEEE"
PLAIN = enclose(SoapVersion.V11, "urn:kz:tru-registry:registry:1", "TransferRecords", b"<a/>")


@pytest.fixture
def key(tmp_path: Path) -> KeyParameters:
    """A key, its files in the test's folder, and a message that it enciphers."""
    by = ByArgon2id(salt=bytes(16), memory_kib=19 * 1024, passes=2, lanes=1)
    made = derive(WORDS, by)
    at = now()
    told = KeyParameters(
        sez_code="SEZ01",
        number=3,
        derivation=by,
        check=check_of(made),
        valid_from=at,
        previous_until=at,
    )
    write(tmp_path / "passphrase", WORDS)
    (tmp_path / "parameters.json").write_bytes(msgspec.json.encode(told))
    (tmp_path / "message.xml").write_bytes(encipher(PLAIN, made, told.name))
    return told


def asked(folder: Path, out: str = "out.xml") -> tuple[int, str]:
    """How the command ends, and what it says."""
    words = ["decipher", "message.xml", "--parameters", "parameters.json"]
    words += ["--passphrase", "passphrase", "--out", out]
    files = [str(folder / one) if "." in one or one == "passphrase" else one for one in words]
    done = CliRunner().invoke(app, files)
    return done.exit_code, done.output


@clause("S95-15.1a", "S95-15.1b")
@pytest.mark.usefixtures("key")
def test_what_came_enciphered_is_written_in_plain(tmp_path: Path) -> None:
    assert asked(tmp_path)[0] == 0
    assert (tmp_path / "out.xml").read_bytes() == PLAIN
    code, told = asked(tmp_path)
    assert (code, "name another file" in told) == (2, True)


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("message.xml", PLAIN, "not enciphered"),
        ("passphrase", b"another passphrase than it was", "not that of key SEZ01/3"),
        ("parameters.json", b"{}", "sez_code"),
    ],
)
@pytest.mark.usefixtures("key")
def test_what_does_not_fit_is_told(tmp_path: Path, file: str, content: bytes, told: str) -> None:
    (tmp_path / file).write_bytes(content)
    code, words = asked(tmp_path)
    assert (code, told in words) == (2, True), words
    assert not (tmp_path / "out.xml").exists()


def test_the_parameters_of_another_key_are_refused(tmp_path: Path, key: KeyParameters) -> None:
    other = msgspec.structs.replace(key, number=4)
    (tmp_path / "parameters.json").write_bytes(msgspec.json.encode(other))
    code, words = asked(tmp_path)
    assert (code, "SEZ01/3 is wanted" in words) == (2, True)

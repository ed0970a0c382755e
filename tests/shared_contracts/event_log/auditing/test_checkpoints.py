"""Checkpoints are believed by their signatures, and by copies that were kept elsewhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from shared_contracts import astana_time
from shared_contracts.cli import app
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import Commit, EventLog
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, signed
from tests.shared_contracts.event_log.auditing.test_audit import tamper
from tests.shared_contracts.event_log.facts import fact
from tests.shared_contracts.event_log.proofs.test_checkpoint import NAME, Key


def certificate(key: Key, folder: Path, name: str) -> str:
    """A file with a certificate of the key, by itself."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = astana_time.now()
    builder = x509.CertificateBuilder(subject, subject, key.private.public_key(), 1)
    made = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    path = folder / f"{name}.pem"
    path.write_bytes(made.sign(key.private, SHA256()).public_bytes(Encoding.PEM))
    return str(path)


def audited(dsn: str, *options: str) -> tuple[int, str]:
    """How the command ends, and what it says."""
    told = CliRunner().invoke(app, ["audit", dsn, *options])
    return told.exit_code, told.stdout + told.stderr


@pytest.fixture
def key(log: EventLog) -> Key:
    """The key of a log whose empty beginning is sealed."""
    made = Key()
    Checkpointer(log, made.note).latest()
    return made


@pytest.mark.clause("S216-12a")
def test_a_signature_is_believed_only_by_its_own_certificate(
    key: Key, owner_dsn: str, dsn: str, tmp_path: Path
) -> None:
    own, other = certificate(key, tmp_path, "own"), certificate(Key(), tmp_path, "other")
    assert audited(dsn, "--certificate", own)[0] == 0
    assert audited(dsn, "--certificate", other, "--certificate", own)[0] == 0
    assert audited(dsn, "--certificate", other)[0] == 1
    tamper(
        owner_dsn,
        "UPDATE log.checkpoints SET note = "
        "overlay(note placing 'AAAAAAAA' from length(note) - 20 for 8)",
    )
    assert audited(dsn)[0] == 0, "without a certificate nobody asks"
    code, told = audited(dsn, "--certificate", own)
    assert (code, "no signature of a given certificate holds" in told) == (1, True)


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("size", [0, 7])
def test_a_log_that_is_not_what_a_kept_checkpoint_sealed_is_found(
    key: Key, dsn: str, tmp_path: Path, size: int
) -> None:
    kept = tmp_path / "kept"
    kept.write_text(signed(Checkpoint(NAME, size, bytes(32)), key.note), "utf-8")
    code, told = audited(dsn, "--checkpoint", str(kept))
    assert (code, "kept outside" in told) == (1, True)


@pytest.mark.clause("S216-12a")
def test_a_checkpoint_that_was_kept_outside_and_deleted_here_is_told(
    log: EventLog, key: Key, owner_dsn: str, dsn: str, tmp_path: Path
) -> None:
    log.append(Commit((fact(),)))
    kept = tmp_path / "kept"
    kept.write_text(Checkpointer(log, key.note).make(), "utf-8")
    whole = audited(dsn, "--checkpoint", str(kept))[1]
    tamper(owner_dsn, "DELETE FROM log.checkpoints WHERE size = 1")
    told = audited(dsn, "--checkpoint", str(kept))[1]
    words = "checkpoint at position 1: stored missing; computed a checkpoint kept outside"
    assert (words in whole, words in told) == (False, True)


def test_what_is_no_certificate_and_no_checkpoint_is_told(dsn: str, tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_text("nothing", "utf-8")
    for option in ("--certificate", "--checkpoint"):
        code, told = audited(dsn, option, str(junk))
        assert (code, "Traceback" in told) == (2, False)
        assert audited(dsn, option, str(tmp_path / "absent"))[0] == 2

"""A witness cosigns what only grew, and nothing else; foreign code believes it."""

from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from tlog_scales import signing, tlog
from typer.testing import CliRunner, Result

from shared_contracts.cli import app
from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import Checkpoint, signed
from shared_contracts.event_log.prover import Prover
from tests.shared_contracts.event_log.auditing.test_checkpoints import certificate
from tests.shared_contracts.event_log.proofs.test_checkpoint import NAME, Key
from tests.shared_contracts.event_log.test_kept_tree import fill


class Witnessed:
    """A log, and a witness with a folder and a key."""

    def __init__(self, log: EventLog, folder: Path) -> None:
        self.log, self.folder, self.key = log, folder, Key()
        self.prover = Prover(Checkpointer(log, self.key.note))
        self.certificate = certificate(self.key, folder, "registry")
        made = self.run("new", "--key", str(folder / "w.pem"), "--name", "witness.example/w1")
        assert made.exit_code == 0, made.output
        self.verifier = made.stdout.strip()

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["witness", *words])

    def asked(self, request: str, *certificates: str) -> Result:
        """What the witness says of a request."""
        (self.folder / "request").write_text(request, "utf-8")
        words = ["--key", str(self.folder / "w.pem"), "--name", "witness.example/w1"]
        words += ["--state", str(self.folder / "state")]
        for one in certificates or (self.certificate,):
            words += ["--certificate", one]
        return self.run("cosign", str(self.folder / "request"), *words)


@pytest.fixture
def witnessed(log: EventLog, tmp_path: Path) -> Witnessed:
    """A log of forty events under a checkpoint."""
    fill(log, 40)
    found = Witnessed(log, tmp_path)
    found.prover.checkpointer.make()
    return found


@pytest.mark.clause("S216-12a")
def test_what_only_grew_is_cosigned_and_foreign_code_believes_it(witnessed: Witnessed) -> None:
    first = witnessed.asked(witnessed.prover.consistency(0).text)
    assert first.exit_code == 0, first.output
    fill(witnessed.log, 30)
    witnessed.prover.checkpointer.make()
    proof = witnessed.prover.consistency(40)
    undated = replace(proof.checkpoint, extensions=())  # the foreign code reads no extension lines
    note = signed(undated, witnessed.key.note)
    again = witnessed.asked(replace(proof, note=note).text)
    assert again.exit_code == 0, again.output
    cosigned = tlog.Checkpoint.from_text(note + again.stdout)
    cosigned.verify(signing.Vkey.from_string(witnessed.verifier))
    same = witnessed.asked(witnessed.prover.consistency(70).text)
    assert same.exit_code == 0, "the same checkpoint may be cosigned again"


@pytest.mark.clause("S216-12a")
def test_a_cosignature_covers_the_moment_of_the_checkpoint(witnessed: Witnessed) -> None:
    proof = witnessed.prover.consistency(0)
    assert proof.checkpoint.made_at is not None
    line = witnessed.asked(proof.text).stdout
    blob = b64decode(line.split()[2])
    text = proof.note.rpartition("\n\n")[0] + "\n"
    assert text.count("\n") == 4, "origin, size, root and the moment"
    at, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
    key = b64decode(witnessed.verifier.split("+", 2)[2])[1:]
    signed_text = f"cosignature/v1\ntime {at}\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(key).verify(signature, signed_text)


@pytest.mark.clause("S216-12a")
def test_what_is_not_an_extension_is_not_cosigned(witnessed: Witnessed) -> None:
    assert witnessed.asked(witnessed.prover.consistency(0).text).exit_code == 0
    other = witnessed.asked(witnessed.prover.consistency(7).text)
    assert (other.exit_code, "ask with a proof from 40" in other.output) == (1, True)
    fill(witnessed.log, 30)
    witnessed.prover.checkpointer.make()
    proof = witnessed.prover.consistency(40)
    forged = signed(Checkpoint(NAME, 70, bytes(32)), witnessed.key.note)
    for note in (forged, signed(Checkpoint(NAME, 39, bytes(32)), witnessed.key.note)):
        refused = witnessed.asked(proof.text.replace(proof.note, note))
        assert (refused.exit_code, "is not cosigned" in refused.output) == (1, True)
    assert witnessed.asked(proof.text).exit_code == 0, "what was refused is forgotten"


def test_what_nobody_trusted_signed_is_not_cosigned(witnessed: Witnessed, tmp_path: Path) -> None:
    request = witnessed.prover.consistency(0).text
    stranger = certificate(Key(), tmp_path, "stranger")
    assert witnessed.asked(request, stranger).exit_code == 2
    assert witnessed.asked(witnessed.prover.inclusion(3).text).exit_code == 2
    assert not list((tmp_path / "state").glob("*.checkpoint"))
    taken = witnessed.run("new", "--key", str(tmp_path / "w.pem"), "--name", "w")
    assert taken.exit_code == 2, "no key is written over"
    unnamed = witnessed.run("new", "--key", str(tmp_path / "x.pem"), "--name", "a b")
    assert (unnamed.exit_code, (tmp_path / "x.pem").exists()) == (2, False)

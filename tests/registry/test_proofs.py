"""Whoever holds a receipt has its place in the Registry's log proven, and checks it alone."""

import json
from pathlib import Path

import pytest
from tlog_scales import tlog
from typer.testing import CliRunner, Result

from shared_contracts.cli import app
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.story import Story


def verified(file: Path, *options: str | Path) -> Result:
    """What `contracts proof verify` says of a file."""
    words = ["proof", "verify", str(file), *map(str, options), "--json"]
    return CliRunner().invoke(app, words)


@pytest.fixture
def folder(story: Story, tmp_path: Path) -> Path:
    """A folder with the Registry's certificate."""
    (tmp_path / "registry.pem").write_bytes(story.registry.intake.signer.signer.certificates[0])
    return tmp_path


@pytest.mark.clause("S216-12a", "S216-13b")
def test_a_receipt_is_proven_to_stand_in_the_log(story: Story, ask: Asker, folder: Path) -> None:
    answer = accepted(story.post(story.packed(story.tender())))
    message = f"/api/v1/messages/SEZ01/{answer.receipt.message_id}"
    (folder / "receipt").write_bytes(ask("GET", f"{message}/receipt").content)
    position = next(one["position"] for one in ask.get(message) if one["verdict"])
    early = ask("GET", f"/api/v1/proofs/inclusion/{position}")
    assert (early.status_code, "no checkpoint reaches" in early.text) == (409, True)
    older = ask("GET", "/api/v1/checkpoint").text
    newest = ask("POST", "/api/v1/checkpoint").text
    assert ask("GET", "/api/v1/checkpoint").text == newest != older
    told = ask.get(f"/api/v1/proofs/inclusion/{position}")
    hashes = [bytes.fromhex(one) for one in told["hashes"]]
    foreign = tlog.InclusionProof(position - 1, told["size"], hashes)
    foreign.check(bytes.fromhex(answer.receipt.log.leaf_hash or ""), bytes.fromhex(told["root"]))
    (folder / "proof").write_text(told["proof"])
    options = ("--receipt", folder / "receipt", "--certificate", folder / "registry.pem")
    said = verified(folder / "proof", *options)
    assert said.exit_code == 0, said.output
    known = {"holds": True, "proves": "inclusion", "position": position, "signature": "verified"}
    assert json.loads(said.stdout).items() >= known.items()
    assert "`contracts verify`" in json.loads(said.stdout)["receipt"]
    assert verified(folder / "proof", "--leaf", "ab" * 32).exit_code == 1
    assert verified(folder / "proof", "--leaf", "x").exit_code == 2
    assert verified(folder / "proof").exit_code == 2


def without_extensions(note: str) -> str:
    """What the foreign code takes: it reads no checkpoint that has extension lines."""
    text, signatures = note.split("\n\n", 1)
    return "\n".join(text.split("\n")[:3]) + "\n\n" + signatures


@pytest.mark.clause("S216-12a")
def test_a_log_is_proven_to_be_an_extension(story: Story, ask: Asker, folder: Path) -> None:
    first = ask("POST", "/api/v1/checkpoint").text
    size = int(first.split("\n")[1])
    accepted(story.post(story.packed(story.tender())))
    ask("POST", "/api/v1/checkpoint")
    told = ask.get(f"/api/v1/proofs/consistency/{size}")
    checkpoint = tlog.Checkpoint.from_text(without_extensions(first))
    hashes = [bytes.fromhex(one) for one in told["hashes"]]
    foreign = tlog.ConsistencyProof(size, told["size"], hashes)
    foreign.check(checkpoint.root_hash, bytes.fromhex(told["root"]))
    (folder / "first").write_text(first)
    (folder / "proof").write_text(told["proof"])
    options = ("--older", folder / "first", "--certificate", folder / "registry.pem")
    said = verified(folder / "proof", *options)
    assert (said.exit_code, json.loads(said.stdout)["older_size"]) == (0, size), said.output
    (folder / "first").write_text(first.replace(first.split("\n")[2], "A" * 43 + "="))
    assert verified(folder / "proof", "--older", folder / "first").exit_code == 1
    assert verified(folder / "proof", *options).exit_code == 2, "not signed so"
    beyond = ask("GET", "/api/v1/proofs/consistency/9999")
    assert (beyond.status_code, "an older copy" in beyond.text) == (409, True)
    assert ask("GET", "/api/v1/proofs/consistency/0").json()["hashes"] == []
    assert ask("GET", "/api/v1/proofs/consistency/1?size=9999").status_code == 404

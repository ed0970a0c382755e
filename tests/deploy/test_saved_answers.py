"""What was signed on a stand that has stopped verifies by the answers that were saved."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.saved_answers import MOMENT, save_answers
from shared_contracts.signing.sign import sign_person
from tests.clauses import clause
from tests.pki import Pki

PURCHASE = b'<Purchase xmlns="urn:kz:tru-registry:exchange:1"><Title/></Purchase>'


def verified(file: Path, saved: Path) -> subprocess.CompletedProcess[str]:
    """What README tells to type."""
    program = Path(sys.executable).with_name("contracts")
    at = (saved / MOMENT).read_text().strip()
    trusted = ("--profile", saved / "trust" / "trust.toml", "--offline", saved / "answers")
    command = (program, "verify", file, "--at", at, *trusted)
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@clause("S216-A2.1.3")
@pytest.mark.parametrize("signer", ["customer1-head", "customer2-head"])
def test_a_document_passes_by_saved_answers_when_its_authority_is_gone(
    pki: Pki, tmp_path: Path, signer: str
) -> None:
    file, saved = tmp_path / "purchase.xml", tmp_path / "offline"
    file.write_bytes(sign_person(PURCHASE, pki.signer(signer)))
    save_answers(pki.authority, [file], saved)
    with pki.silence():
        done = verified(file, saved)
        assert done.returncode == 0, done.stdout + done.stderr
        for answer in (saved / "answers").glob("*.ocsp"):
            answer.unlink()
        assert verified(file, saved).returncode == 2  # no authority is asked, and nothing passes

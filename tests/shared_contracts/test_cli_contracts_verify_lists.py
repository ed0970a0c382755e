"""``contracts verify`` on what a platform forms and its system signs (S216-3, S216-A2.1.3)."""

from pathlib import Path

import pytest

from deploy.authority.identities import SEZ_OPERATOR
from shared_contracts.signing.sign import sign_message, sign_person
from shared_contracts.xml import codec
from tests import lists
from tests.clauses import clause
from tests.pki import Pki
from tests.shared_contracts.test_cli_contracts_verify import contracts


def signed(pki: Pki, whose: str) -> bytes:
    """A list of bids, signed by a system or else by a person."""
    document = lists.bid_list()
    if whose == "customer1-head":
        return sign_person(codec.to_bytes(codec.write(document)), pki.signer(whose))
    return sign_message(document, "document-1", pki.signer(whose))


@clause("S216-A2.1.3", "S216-3", "S216-A3.1e")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_list_that_its_system_signed_passes(pki: Pki, tmp_path: Path, language: str) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(signed(pki, "sez"))
    words = ("verify", path, "--profile", pki.trust, "--lang", language, "--bin", SEZ_OPERATOR.bin)
    done = contracts(*words)
    assert (done.returncode, "TOTAL-PASSED" in done.stdout) == (0, True), done.stdout + done.stderr


@clause("S216-A2.1.3", "S216-3")
@pytest.mark.parametrize(("whose", "code"), [("sez", 1), ("customer1-head", 1), ("sez-revoked", 2)])
def test_a_list_that_is_altered_or_signed_by_another_does_not_pass(
    pki: Pki, tmp_path: Path, whose: str, code: int
) -> None:
    data = signed(pki, whose)
    if whose == "sez":
        data = data.replace(b"<BidCount>2<", b"<BidCount>3<")
    path = tmp_path / "list.xml"
    path.write_bytes(data)
    done = contracts("verify", path, "--profile", pki.trust, "--lang", "en")
    assert (done.returncode, "TOTAL-PASSED" in done.stdout) == (code, False), done.stdout
    assert ("TOTAL-FAILED" in done.stdout) is (code == 1)

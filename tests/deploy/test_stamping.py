"""Time stamps of the test authority: for whom, of what, under which policy."""

import shutil
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, tsp

from deploy.authority import GOST_STAMPS, RSA_STAMPS, ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.stamping import StampAnswer, imprint, stamp_answer
from shared_contracts.astana_time import now
from shared_contracts.errors import UpstreamFailed
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.report import Stamp
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.pki import Pki

OCTETS = "қолтаңба".encode()
POLICIES = {GOST_STAMPS: "gost-tsa", RSA_STAMPS: "tsa"}


def content(token: bytes) -> tsp.TSTInfo:
    return cms.ContentInfo.load(token, strict=True)["content"]["encap_content_info"][
        "content"
    ].parsed


def asked(policy: str | None, given: tsp.MessageImprint) -> bytes:
    question = {"version": "v1", "message_imprint": given, "cert_req": True}
    if policy is not None:
        question["req_policy"] = policy
    der: bytes = tsp.TimeStampReq(question).dump()
    return der


def answered(pki: Pki, question: bytes) -> StampAnswer:
    der = stamp_answer(pki.authority.folder, question, now())
    answer: StampAnswer = StampAnswer.load(der, strict=True)
    return answer


@pytest.mark.parametrize("policy", POLICIES)
def test_the_policy_asked_for_says_which_key_stamps(pki: Pki, policy: str) -> None:
    token = pki.stamps(policy)(OCTETS)
    signed = cms.ContentInfo.load(token)["content"]
    (signer,), (certificate,) = signed["signer_infos"], signed["certificates"]
    expected = load_certificate(pki.authority.folder / f"{POLICIES[policy]}.pem")
    assert certificate.chosen.dump() == expected.dump()
    opened = load_signing_certificate(expected.dump())
    attributes = signer["signed_attrs"].untag().dump()
    assert opened.suite.verify(opened.key, attributes, signer["signature"].native)
    assert content(token)["policy"].dotted == policy
    assert content(token)["message_imprint"].dump() == imprint(OCTETS, policy).dump()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_stamp_gives_the_moment_of_verification(pki: Pki, policy: str) -> None:
    profile, moment = load_profile(pki.trust), now() - timedelta(hours=3)
    stamp = Stamp(pki.authority.stamp(OCTETS, policy, moment), OCTETS)
    with closing(HttpFetch(profile.limits)) as fetch:
        checker = CertificateChecker(profile, fetch)
        report = checker.check(pki.signer("customer2-head").certificates, now(), stamp=stamp)
    assert report.passed, report.detail
    assert report.stamp is not None
    assert report.stamp.policy == policy
    assert abs(report.stamp.generated_at - moment) < timedelta(seconds=1)


def test_without_a_policy_the_digest_decides(pki: Pki) -> None:
    for policy in POLICIES:
        answer = answered(pki, asked(None, imprint(OCTETS, policy)))
        assert content(answer["time_stamp_token"].dump())["policy"].dotted == policy


def test_an_unknown_policy_is_refused(pki: Pki) -> None:
    answer = answered(pki, asked("1.2.398.3.3.2.6.1", imprint(OCTETS, GOST_STAMPS)))
    assert answer["status"]["status"].native == "rejection"
    assert answer["status"]["fail_info"].native == {"unaccepted_policy"}


def test_a_digest_of_the_wrong_length_is_refused(pki: Pki) -> None:
    given = imprint(OCTETS, GOST_STAMPS)
    given["hashed_message"] = bytes(32)
    answer = answered(pki, asked(GOST_STAMPS, given))
    assert answer["status"]["fail_info"].native == {"bad_alg"}


def test_a_silent_authority_gives_no_stamp(pki: Pki) -> None:
    services = pki.server.services
    services.stamp_behaviour = ServiceBehaviour.SILENT
    try:
        with pytest.raises(UpstreamFailed, match="503"):
            pki.stamps()(OCTETS)
    finally:
        services.stamp_behaviour = ServiceBehaviour.ANSWERING


def test_a_refusal_of_the_authority_is_told(pki: Pki) -> None:
    with pytest.raises(UpstreamFailed, match="unaccepted_policy"):
        pki.stamps("1.2.398.3.3.2.6.9")(OCTETS)


@pytest.fixture
def written(pki: Pki, tmp_path: Path) -> Path:
    (tmp_path / "data").write_bytes(OCTETS)
    (tmp_path / "token").write_bytes(pki.stamps(RSA_STAMPS)(OCTETS))
    return tmp_path


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_a_stamp_with_the_rsa_key(pki: Pki, written: Path) -> None:
    folder = pki.authority.folder
    command = ["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-token_in"]
    trust = ["-CAfile", str(folder / "ca.pem"), "-untrusted", str(folder / "issuing.pem")]
    done = subprocess.run([*command, *trust], cwd=written, capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout, done.stderr

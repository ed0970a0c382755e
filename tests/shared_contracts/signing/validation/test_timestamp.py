"""A time stamp that is not wholly right is no time stamp, and never falls back to now."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import algos, cms, core, pem, tsp, x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.authority import GOST_STAMPS, RSA_STAMPS
from shared_contracts.astana_time import now
from shared_contracts.signing.algorithms import GOST_512
from shared_contracts.signing.gost.keys import GostPrivateKey, load_pkcs8
from shared_contracts.signing.gost.oids import BY_BITS, DIGEST_2004
from shared_contracts.signing.report import CertificateReport, Indication, Stamp, SubIndication
from shared_contracts.signing.trust import CertificateChecker, TrustProfile, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from shared_contracts.signing.validation.timestamp import StampFlaw, open_token, prove
from shared_contracts.signing.validation.trust_rules import StampRules
from tests.pki import Pki

OVER = b"<SignatureValue>AA==</SignatureValue>"
FAILED, OPEN = Indication.TOTAL_FAILED, Indication.INDETERMINATE
Change = Callable[[cms.SignedData, cms.SignerInfo], None]


@pytest.fixture
def profile(pki: Pki) -> TrustProfile:
    return load_profile(pki.trust)


@pytest.fixture
def checker(profile: TrustProfile) -> Iterator[CertificateChecker]:
    with closing(HttpFetch(profile.limits)) as fetch:
        yield CertificateChecker(profile, fetch)


@pytest.fixture
def token(pki: Pki) -> bytes:
    return pki.authority.stamp(OVER, GOST_STAMPS, now())


def key(pki: Pki, name: str) -> GostPrivateKey:
    return load_pkcs8(pem.unarmor((pki.authority.folder / f"{name}.key.pem").read_bytes())[2])


def certificate(pki: Pki, name: str) -> x509.Certificate:
    der = pem.unarmor((pki.authority.folder / f"{name}.pem").read_bytes())[2]
    return x509.Certificate.load(der)


def judge(checker: CertificateChecker, pki: Pki, stamp: Stamp) -> CertificateReport:
    report = checker.check(pki.signer("customer2-head").certificates, now(), stamp=stamp)
    assert report.passed or report.detail.startswith("time stamp: "), report.detail
    assert report.evidence.stamps == (stamp.token,)
    return report


def verdict(report: CertificateReport) -> tuple[Indication, SubIndication | None]:
    return report.indication, report.sub_indication


def changed(token: bytes, change: Change, signing: GostPrivateKey | None = None) -> bytes:
    """The token with something changed in it, and signed anew if there is a key."""
    wrapped = cms.ContentInfo.load(token)
    signed = wrapped["content"]
    signer = signed["signer_infos"][0]
    change(signed, signer)
    if signing is not None and GOST_512.sign is not None:
        attributes = signer["signed_attrs"].untag().dump(force=True)
        signer["signature"] = GOST_512.sign(signing, attributes)
    signed["signer_infos"] = [signer]
    wrapped["content"] = signed
    return bytes(wrapped.dump(force=True))


def set_attribute(kind: str, value: Any) -> Change:
    def change(_: cms.SignedData, signer: cms.SignerInfo) -> None:
        others = [one for one in signer["signed_attrs"] if one["type"].native != kind]
        added = [] if value is None else [cms.CMSAttribute({"type": kind, "values": [value]})]
        signer["signed_attrs"] = cms.CMSAttributes([*others, *added])

    return change


@pytest.mark.parametrize("policy", [GOST_STAMPS, RSA_STAMPS])
def test_a_token_says_when_under_which_policy_and_by_whom(pki: Pki, policy: str) -> None:
    at = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    token = open_token(pki.authority.stamp(OVER, policy, at))
    prove(token, OVER)
    assert (token.generated_at, token.policy) == (at, policy)
    assert token.leaf.extended_key_usage_value.native == ["time_stamping"]


def test_a_token_signed_anew_with_the_same_attributes_stands(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    again = changed(token, lambda *_: None, key(pki, "gost-tsa"))
    assert judge(checker, pki, Stamp(again, OVER)).passed


@pytest.mark.parametrize("octets", [b"", b"junk", b"\x30\x00", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_token_fails(pki: Pki, checker: CertificateChecker, octets: bytes) -> None:
    report = judge(checker, pki, Stamp(octets, OVER))
    assert verdict(report) == (FAILED, SubIndication.FORMAT_FAILURE)


def test_a_stamp_over_something_else_fails(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    report = judge(checker, pki, Stamp(token, OVER + b" "))
    assert verdict(report) == (FAILED, SubIndication.HASH_FAILURE)


def test_a_content_that_was_changed_fails(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    def earlier(signed: cms.SignedData, _: cms.SignerInfo) -> None:
        said = tsp.TSTInfo.load(bytes(signed["encap_content_info"]["content"]))
        said["gen_time"] = now() - timedelta(days=3)
        signed["encap_content_info"] = {
            "content_type": "tst_info",
            "content": core.ParsableOctetString(said.dump(force=True)),
        }

    report = judge(checker, pki, Stamp(changed(token, earlier), OVER))
    assert verdict(report) == (FAILED, SubIndication.HASH_FAILURE)


@pytest.mark.parametrize(
    ("kind", "value", "ground"),
    [
        ("message_digest", bytes(64), SubIndication.HASH_FAILURE),
        ("message_digest", None, SubIndication.FORMAT_FAILURE),
        ("content_type", "data", SubIndication.FORMAT_FAILURE),
        ("content_type", None, SubIndication.FORMAT_FAILURE),
        ("signing_certificate", None, SubIndication.FORMAT_FAILURE),
        (
            "signing_certificate",
            tsp.SigningCertificate({"certs": [{"cert_hash": bytes(20)}]}),
            SubIndication.SIG_CRYPTO_FAILURE,
        ),
        (
            "signing_certificate_v2",
            tsp.SigningCertificateV2({"certs": [{"cert_hash": bytes(32)}]}),
            SubIndication.SIG_CRYPTO_FAILURE,
        ),
    ],
)
def test_attributes_that_do_not_fit_fail_though_they_are_signed(
    pki: Pki, token: bytes, kind: str, value: Any, ground: SubIndication
) -> None:
    again = changed(token, set_attribute(kind, value), key(pki, "gost-tsa"))
    with pytest.raises(StampFlaw) as refused:
        prove(open_token(again), OVER)
    assert (refused.value.indication, refused.value.ground) == (FAILED, ground)


def test_the_certificate_may_be_named_by_streebog(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    digest = GOST_512.digest([certificate(pki, "gost-tsa").dump()])
    named = {"hash_algorithm": {"algorithm": BY_BITS[512].digest}, "cert_hash": digest}
    change = set_attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [named]}))
    assert judge(checker, pki, Stamp(changed(token, change, key(pki, "gost-tsa")), OVER)).passed


def test_a_signature_by_another_key_fails(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    forged = changed(token, lambda *_: None, key(pki, "customer2-head"))
    report = judge(checker, pki, Stamp(forged, OVER))
    assert verdict(report) == (FAILED, SubIndication.SIG_CRYPTO_FAILURE)


def test_an_algorithm_that_is_not_the_keys_own_is_refused(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    def change(_: cms.SignedData, signer: cms.SignerInfo) -> None:
        signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})

    report = judge(checker, pki, Stamp(changed(token, change), OVER))
    assert verdict(report) == (OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def test_a_token_may_name_the_algorithm_of_the_key_alone(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    def change(_: cms.SignedData, signer: cms.SignerInfo) -> None:
        signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": BY_BITS[512].key})

    assert judge(checker, pki, Stamp(changed(token, change), OVER)).passed


def test_a_stamp_with_the_former_digest_is_refused_as_obsolete(token: bytes) -> None:
    opened = replace(open_token(token), imprint=(DIGEST_2004, bytes(32)))
    with pytest.raises(StampFlaw, match="obsolete"):
        prove(opened, OVER)


def test_a_token_without_its_authoritys_certificate_is_not_believed(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    def change(signed: cms.SignedData, _: cms.SignerInfo) -> None:
        signed["certificates"] = [cms.CertificateChoices("certificate", other)]

    other = certificate(pki, "gost-ocsp")
    report = judge(checker, pki, Stamp(changed(token, change), OVER))
    assert verdict(report) == (OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)


def test_a_stamp_by_whom_is_not_for_time_alone_is_not_believed(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    person = certificate(pki, "customer2-head")

    def change(signed: cms.SignedData, signer: cms.SignerInfo) -> None:
        signed["certificates"] = [cms.CertificateChoices("certificate", person)]
        signer["sid"] = cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber(
                {"issuer": person.issuer, "serial_number": person.serial_number}
            ),
        )
        named = tsp.SigningCertificate({"certs": [{"cert_hash": person.sha1}]})
        set_attribute("signing_certificate", named)(signed, signer)

    forged = changed(token, change, key(pki, "customer2-head"))
    report = judge(checker, pki, Stamp(forged, OVER))
    assert verdict(report) == (OPEN, SubIndication.CHAIN_CONSTRAINTS_FAILURE)


def test_a_token_brings_five_certificates_at_most(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    def bring(count: int) -> Change:
        def change(signed: cms.SignedData, _: cms.SignerInfo) -> None:
            all_of_them = [certificate(pki, "gost-tsa")] * count
            signed["certificates"] = [cms.CertificateChoices("certificate", x) for x in all_of_them]

        return change

    assert judge(checker, pki, Stamp(changed(token, bring(5)), OVER)).passed
    report = judge(checker, pki, Stamp(changed(token, bring(6)), OVER))
    assert verdict(report) == (FAILED, SubIndication.FORMAT_FAILURE)


def test_two_signers_are_refused_and_unsigned_attributes_are_not_read(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    wrapped = cms.ContentInfo.load(token)
    signer = wrapped["content"]["signer_infos"][0]
    wrapped["content"]["signer_infos"] = [signer, signer.copy()]
    report = judge(checker, pki, Stamp(bytes(wrapped.dump(force=True)), OVER))
    assert verdict(report) == (FAILED, SubIndication.FORMAT_FAILURE)

    def beside(_: cms.SignedData, signer: cms.SignerInfo) -> None:
        signer["unsigned_attrs"] = [cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Null()]})]

    assert judge(checker, pki, Stamp(changed(token, beside), OVER)).passed


def test_a_stamp_by_a_key_that_the_profile_does_not_admit_is_not_believed(
    pki: Pki, profile: TrustProfile, checker: CertificateChecker
) -> None:
    token = pki.authority.stamp(OVER, RSA_STAMPS, now())
    narrow = replace(profile, shortest_rsa=4096)
    report = judge(CertificateChecker(narrow, checker._asking.fetch), pki, Stamp(token, OVER))
    assert verdict(report) == (OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def test_a_stamp_signed_over_sha_1_is_not_believed(pki: Pki, checker: CertificateChecker) -> None:
    data = (pki.authority.folder / "tsa.key.pem").read_bytes()
    rsa = load_pem_private_key(data, password=None)
    assert isinstance(rsa, RSAPrivateKey)

    def change(_: cms.SignedData, signer: cms.SignerInfo) -> None:
        signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
        attributes = signer["signed_attrs"].untag().dump(force=True)
        signer["signature"] = rsa.sign(attributes, PKCS1v15(), SHA1())  # noqa: S303  # the attack

    token = pki.authority.stamp(OVER, RSA_STAMPS, now())
    report = judge(checker, pki, Stamp(changed(token, change), OVER))
    assert verdict(report) == (OPEN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def test_a_stamp_from_the_future_is_not_believed(pki: Pki, checker: CertificateChecker) -> None:
    ahead = pki.authority.stamp(OVER, GOST_STAMPS, now() + timedelta(minutes=10))
    report = judge(checker, pki, Stamp(ahead, OVER))
    assert verdict(report) == (OPEN, SubIndication.TIMESTAMP_ORDER_FAILURE)


def test_a_stamp_of_before_its_authority_is_not_believed(
    pki: Pki, checker: CertificateChecker
) -> None:
    before = certificate(pki, "gost-tsa").not_valid_before - timedelta(days=1)
    report = judge(checker, pki, Stamp(pki.authority.stamp(OVER, GOST_STAMPS, before), OVER))
    assert verdict(report) == (OPEN, SubIndication.OUT_OF_BOUNDS_NO_POE)


def test_a_policy_that_the_profile_does_not_name_is_refused(
    pki: Pki, profile: TrustProfile, checker: CertificateChecker, token: bytes
) -> None:
    rules = StampRules(policies=frozenset({RSA_STAMPS}))
    strict = CertificateChecker(replace(profile, stamps=rules), checker._asking.fetch)
    report = judge(strict, pki, Stamp(token, OVER))
    assert verdict(report) == (OPEN, SubIndication.SIG_CONSTRAINTS_FAILURE)


def test_a_stamp_of_an_authority_we_do_not_trust_is_not_believed(
    pki: Pki, profile: TrustProfile, checker: CertificateChecker
) -> None:
    token = pki.authority.stamp(OVER, RSA_STAMPS, now())
    narrow = replace(profile, anchors=profile.anchors[1:])
    report = judge(CertificateChecker(narrow, checker._asking.fetch), pki, Stamp(token, OVER))
    assert verdict(report) == (OPEN, SubIndication.NO_CERTIFICATE_CHAIN_FOUND)


def test_a_revoked_authority_of_time_stamps_nothing(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    with pki.revoked("gost-tsa"):
        report = judge(checker, pki, Stamp(token, OVER))
    assert verdict(report) == (OPEN, SubIndication.REVOKED_NO_POE)


def test_when_nobody_tells_about_the_authority_of_time_the_question_stays_open(
    pki: Pki, checker: CertificateChecker, token: bytes
) -> None:
    with pki.silence():
        report = judge(checker, pki, Stamp(token, OVER))
    assert report.try_later


def test_a_token_with_an_octet_changed_says_the_same_or_is_refused(token: bytes) -> None:
    whole = open_token(token)
    for place in range(0, len(token), 3):
        for value in (0, 0xFF, token[place] ^ 1):
            broken = bytearray(token)
            broken[place] = value
            try:
                opened = open_token(bytes(broken))
                prove(opened, OVER)
            except StampFlaw:
                continue
            assert (opened.generated_at, opened.policy) == (whole.generated_at, whole.policy)
            assert opened.leaf.public_key.dump() == whole.leaf.public_key.dump()

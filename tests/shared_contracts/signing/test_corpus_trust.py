"""Certificates, answers, lists and a time stamp of Kazakhstan's national authority, as they are.

The folder with them is not part of the project; the same shapes are covered by files of our own
test authority.
"""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import ocsp, pem, x509
from lxml import etree
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.signing.report import (
    CertificateReport,
    RevocationSource,
    RevocationStatus,
    Stamp,
    SubIndication,
)
from shared_contracts.signing.subject import Holder, holder_of
from shared_contracts.signing.trust import CertificateChecker, TrustProfile
from shared_contracts.signing.validation.lists import find, open_list
from shared_contracts.signing.validation.ocsp import OcspFlaw, understand
from shared_contracts.signing.validation.responder_cache import Circumstances
from shared_contracts.signing.validation.saved import SavedAnswers
from shared_contracts.signing.validation.trust_rules import StampRules
from tests.clauses import clause
from tests.shared_contracts.signing.corpus import CORPUS, needs_corpus

pytestmark = needs_corpus

DS = "{http://www.w3.org/2000/09/xmldsig#}"
STAMPED = datetime(2026, 9, 2, 10, 5, 14, tzinfo=UTC)
ANSWERED = datetime(2026, 9, 2, 10, 30, tzinfo=UTC)
TWO = "ncanode-XmlServiceTest-XML_SIGNED_VALID_STRING_TWO_SIGNERS.xml"


def der(name: str) -> bytes:
    data = (CORPUS / name).read_bytes()
    return pem.unarmor(data)[2] if pem.detect(data) else data


def certificate(name: str) -> x509.Certificate:
    return x509.Certificate.load(der(name))


@pytest.fixture(scope="module")
def profile() -> TrustProfile:
    """Trust in both test authorities, and in the real one, which stamped the sample."""
    return TrustProfile(
        name="nuc-rk-test",
        production=False,
        anchors=(
            der("ncanode-pki/ca/nca_gost2015_test.cer"),
            der("ncanode-pki/ca/nca_rsa_test.crt"),
            der("ca/root_gost_2022.pem"),
            der("ca/root_rsa_2020.cer"),
        ),
        intermediates=(der("ca/nca_gost_2022.pem"), der("ca/nca_rsa_2022.cer")),
        addresses={},
        policies=frozenset({"1.2.398.3.3.2", "1.2.398.3.3.2.1", "1.2.398.3.3.2.3"}),
        purposes=frozenset({"1.3.6.1.5.5.7.3.4"}),
        stamps=StampRules(frozenset({"1.2.398.3.3.2.6.4"}), revocation=False),
    )


@pytest.fixture(scope="module")
def checker(profile: TrustProfile) -> CertificateChecker:
    return CertificateChecker(profile, SavedAnswers(CORPUS))


def signers(name: str) -> list[tuple[bytes]]:
    tree = etree.fromstring((CORPUS / name).read_bytes())
    written = [one.text or "" for one in tree.iter(f"{DS}X509Certificate")]
    return [(base64.b64decode(one),) for one in written]


def stamp() -> Stamp:
    tree = etree.fromstring((CORPUS / "xades-test-signed-t.xml").read_bytes())
    value = next(tree.iter(f"{DS}SignatureValue"))
    token = next(tree.iter("{http://uri.etsi.org/01903/v1.3.2#}EncapsulatedTimeStamp")).text or ""
    over = etree.tostring(value, method="c14n", exclusive=True, with_tail=False)
    return Stamp(base64.b64decode(token), over)


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    ("name", "number", "at", "ground"),
    [
        ("xades-test-signed-b.xml", 0, ANSWERED, None),
        ("xades-test-signed-b.xml", 0, datetime(2027, 6, 1, tzinfo=UTC), "OUT_OF_BOUNDS_NO_POE"),
        ("xades-test-signed-b.xml", 0, ANSWERED + timedelta(hours=1), "TRY_LATER"),
        (TWO, 1, datetime(2022, 10, 1, tzinfo=UTC), None),
        (
            TWO,
            1,
            datetime(2022, 9, 2, 17, tzinfo=UTC),
            "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        ),
        (TWO, 0, datetime(2022, 9, 2, 17, tzinfo=UTC), "OUT_OF_BOUNDS_NO_POE"),
        ("mitwork-2-8fdad250.xml", 0, datetime(2025, 1, 1, tzinfo=UTC), "TRY_LATER"),
        ("mitwork-4-90af39ad.xml", 0, datetime(2026, 1, 1, tzinfo=UTC), "OUT_OF_BOUNDS_NO_POE"),
    ],
)
def test_a_signers_certificate_gets_its_verdict_at_a_moment(
    checker: CertificateChecker, name: str, number: int, at: datetime, ground: str | None
) -> None:
    report = checker.check(signers(name)[number], at)
    assert report.sub_indication == ground, report.detail
    assert report.passed is (ground is None)


def test_a_stamp_of_the_real_authority_gives_the_moment(checker: CertificateChecker) -> None:
    report = checker.check(signers("xades-test-signed-t.xml")[0], ANSWERED, stamp=stamp())
    assert report.passed, report.detail
    assert report.stamp is not None
    assert report.moment == report.stamp.generated_at == STAMPED
    assert report.stamp.policy == "1.2.398.3.3.2.6.4"
    assert "TIME-STAMPING AUTHORITY" in report.stamp.authority


def test_a_stamp_over_something_else_is_not_believed(checker: CertificateChecker) -> None:
    real = stamp()
    other = Stamp(real.token, real.over.replace(b"A", b"B"))
    report = checker.check(signers("xades-test-signed-t.xml")[0], ANSWERED, stamp=other)
    assert report.sub_indication is SubIndication.HASH_FAILURE


@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("individual_valid_sign_2004_rsa", None),
        ("individual_valid_sign_2004_rsa_auth", "CHAIN_CONSTRAINTS_FAILURE"),
        ("ceo_valid_sign_2004_gost", "NO_CERTIFICATE_CHAIN_FOUND"),
    ],
)
def test_an_rsa_certificate_is_judged_by_its_list(
    checker: CertificateChecker, name: str, ground: str | None
) -> None:
    given = (der(f"ncanode-pki/certs/{name}.cer"),)
    report = checker.check(given, datetime(2022, 6, 1, tzinfo=UTC))
    assert report.sub_indication == ground, report.detail
    if ground is None:
        assert report.revocation is not None
        assert report.revocation.source is RevocationSource.CRL


def test_the_former_gost_is_refused_as_obsolete(profile: TrustProfile) -> None:
    old = TrustProfile("old", False, (der("ncanode-pki/ca/nca_gost_test.crt"),), (), {})  # noqa: FBT003
    checker = CertificateChecker(old, SavedAnswers(CORPUS))
    given = (der("ncanode-pki/certs/ceo_valid_sign_2004_gost.cer"),)
    report = checker.check(given, datetime(2022, 6, 1, tzinfo=UTC))
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert "GOST 34.310-2004 is obsolete" in report.detail
    assert profile.name == "nuc-rk-test"


def _about(serial: int, issuer: x509.Certificate) -> x509.Certificate:
    """A certificate as far as a response is about it: its issuer and serial number."""
    given = certificate("ncanode-pki/certs/individual_valid_sign_2004_rsa.cer")["tbs_certificate"]
    kept = ("version", "signature", "validity", "subject", "subject_public_key_info")
    content = {name: given[name] for name in kept}
    return x509.Certificate(
        {
            "tbs_certificate": {**content, "serial_number": serial, "issuer": issuer.subject},
            "signature_algorithm": given["signature"],
            "signature_value": b"",
        }
    )


def _question(
    answer: bytes, authority: str, profile: TrustProfile
) -> tuple[x509.Certificate, Circumstances]:
    """A certificate that the answer is about, at the moment it was given."""
    issuer = certificate(f"ncanode-pki/ca/{authority}")
    single = ocsp.OCSPResponse.load(answer).response_data["responses"][0]
    about = _about(single["cert_id"]["serial_number"].native, issuer)
    path = ValidationPath(CertTrustAnchor(issuer), interm=[], leaf=about)
    return about, Circumstances(profile, issuer, path, single["this_update"].native, None)


@pytest.mark.parametrize(
    ("file", "authority", "status", "reason"),
    [
        ("ceo_2015_revoked", "nca_gost2015_test.cer", "REVOKED", "certificate_hold"),
        ("individual_2015", "nca_gost2015_test.cer", "UNKNOWN", None),
    ],
)
def test_a_response_of_the_authority_is_understood(
    profile: TrustProfile, file: str, authority: str, status: str, reason: str | None
) -> None:
    answer = der(f"ncanode-pki/ocsp/ocsp_response_{file}.bin")
    about, given = _question(answer, authority, profile)
    said = understand(answer, about, given)
    assert (said.status, said.reason) == (RevocationStatus(status), reason)
    changed = bytearray(answer)
    changed[answer.index(b"\x18\x0f20220902") + 12] ^= 1
    with pytest.raises(OcspFlaw):
        understand(bytes(changed), about, given)


@pytest.mark.parametrize(
    ("file", "authority"),
    [("individual_sign_2004", "nca_rsa_test.crt"), ("ceo_sign_2004_revoked", "nca_gost_test.crt")],
)
def test_a_responder_whose_certificate_is_malformed_is_not_believed(
    profile: TrustProfile, file: str, authority: str
) -> None:
    """The former responders' ocsp-nocheck holds nothing, where NULL should be (RFC 6960)."""
    answer = der(f"ncanode-pki/ocsp/ocsp_response_{file}.bin")
    about, given = _question(answer, authority, profile)
    with pytest.raises(OcspFlaw):
        understand(answer, about, given)


def test_a_real_list_is_verified_and_searched() -> None:
    issuer = certificate("ncanode-pki/ca/nca_gost2015_test.cer")
    listed = open_list(der("ncanode-pki/crl/nca_gost2022_test.crl"), issuer)
    assert len(listed.entries) == 6
    entry = find(next(iter(listed.entries)), listed)
    assert entry is not None
    assert entry.revoked_at.year == 2022


def test_who_signs_is_read_from_real_certificates(checker: CertificateChecker) -> None:
    def holder(name: str) -> Holder | None:
        report: CertificateReport = checker.check(signers(name)[0], ANSWERED)
        return holder_of(report.subject)

    assert holder("xades-test-signed-b.xml") is Holder.INDIVIDUAL
    assert holder("mitwork-2-8fdad250.xml") is Holder.ORGANISATION

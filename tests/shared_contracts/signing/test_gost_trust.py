"""The national layout and GOST keys are believed on the same terms as all others."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from asn1crypto import ocsp

from deploy.authority import GOST_STAMPS, RSA_STAMPS, ServiceBehaviour
from shared_contracts.astana_time import now
from shared_contracts.signing.report import (
    CertificateReport,
    Indication,
    RevocationSource,
    RevocationStatus,
    Stamp,
    SubIndication,
)
from shared_contracts.signing.trust import CertificateChecker, TrustProfile, load_profile
from shared_contracts.signing.validation.examine import BENIGN
from shared_contracts.signing.validation.revocation import Fetch, HttpFetch
from shared_contracts.signing.validation.trust_rules import OcspRules
from tests.clauses import clause
from tests.pki import Pki

GOOD = ("customer2-head", "customer2-signer", "customer2-256", "person-gost", "sez-gost")
PASSED = (Indication.TOTAL_PASSED, None)
OVER = b"<SignatureValue/>"


@dataclass
class Line:
    """The real fetch, which counts what is asked for and lets an answer be changed."""

    line: Fetch
    asked: list[str] = field(default_factory=list)
    without_nonce: bool = False

    def ocsp(self, url: str, request: bytes) -> bytes:
        self.asked.append(url)
        return self.line.ocsp(url, _without_nonce(request) if self.without_nonce else request)

    def crl(self, url: str) -> bytes:
        self.asked.append(url)
        return self.line.crl(url)


def _without_nonce(request: bytes) -> bytes:
    asked = ocsp.OCSPRequest.load(request)
    del asked["tbs_request"]["request_extensions"]
    return bytes(asked.dump(force=True))


@pytest.fixture
def profile(pki: Pki) -> TrustProfile:
    return load_profile(pki.trust)


@pytest.fixture
def line(profile: TrustProfile) -> Iterator[Line]:
    with closing(HttpFetch(profile.limits)) as fetch:
        yield Line(fetch)


@pytest.fixture
def checker(profile: TrustProfile, line: Line) -> CertificateChecker:
    return CertificateChecker(profile, line)


def chain(pki: Pki, name: str) -> tuple[bytes, ...]:
    return pki.signer(name).certificates


def verdict(report: CertificateReport) -> tuple[Indication, SubIndication | None]:
    return report.indication, report.sub_indication


@clause("S216-A2.1.3")
@pytest.mark.parametrize("name", GOOD)
def test_a_good_gost_certificate_passes_with_its_evidence(
    pki: Pki, checker: CertificateChecker, name: str
) -> None:
    report = checker.check(chain(pki, name), now())
    assert verdict(report) == PASSED, report.detail
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.OCSP
    assert (len(report.chain), len(report.evidence.ocsp), len(report.evidence.crls)) == (3, 1, 1)


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("customer2-expired", SubIndication.OUT_OF_BOUNDS_NO_POE),
        ("customer2-revoked", SubIndication.REVOKED_NO_POE),
        ("customer2-unlisted", SubIndication.REVOKED_NO_POE),
        ("customer2-never-issued", SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE),
        ("customer2-auth", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
        ("stranger-gost", SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
    ],
)
def test_a_bad_gost_certificate_is_refused_with_its_ground(
    pki: Pki, checker: CertificateChecker, name: str, ground: SubIndication
) -> None:
    report = checker.check(chain(pki, name), now())
    assert verdict(report) == (Indication.INDETERMINATE, ground), report.detail
    assert report.detail


def test_a_certificate_that_was_never_issued_is_unknown_and_not_revoked(
    pki: Pki, checker: CertificateChecker
) -> None:
    report = checker.check(chain(pki, "customer2-never-issued"), now())
    assert report.revocation is not None
    assert report.revocation.status is RevocationStatus.UNKNOWN
    assert report.revocation.revoked_at is None
    assert "never issued" in report.detail


def test_an_answer_signed_by_the_authority_itself_is_believed(
    pki: Pki, checker: CertificateChecker
) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.BY_AUTHORITY):
        report = checker.check(chain(pki, "customer2-head"), now())
    assert verdict(report) == PASSED, report.detail
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.OCSP


def test_the_reason_of_a_revocation_is_told(pki: Pki, checker: CertificateChecker) -> None:
    with pki.revoked("customer2-head", "superseded"):
        report = checker.check(chain(pki, "customer2-head"), now())
    assert report.revocation is not None
    assert report.revocation.reason == "superseded"
    assert report.detail == "REVOKED by OCSP, superseded"


@pytest.mark.parametrize(
    "behaviour", [ServiceBehaviour.SILENT, ServiceBehaviour.TRY_LATER, ServiceBehaviour.OUTDATED]
)
def test_a_mirror_answers_when_the_first_address_does_not(
    pki: Pki, profile: TrustProfile, line: Line, behaviour: ServiceBehaviour
) -> None:
    issuing = profile.intermediates[1]
    addresses = profile.addresses[issuing]
    dead = addresses.ocsp[0].replace("/gost/ocsp", "/nobody")
    mirrored = replace(addresses, ocsp=(dead, *addresses.ocsp))
    checker = CertificateChecker(
        replace(profile, addresses={**profile.addresses, issuing: mirrored}), line
    )
    assert checker.check(chain(pki, "customer2-head"), now()).passed
    assert line.asked[-2:] == [dead, addresses.ocsp[0]]
    with pki.behaving(ocsp=behaviour):
        checker.forget()
        report = checker.check(chain(pki, "customer2-head"), now())
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.CRL


def test_a_profile_may_require_the_nonce(pki: Pki, profile: TrustProfile, line: Line) -> None:
    line.without_nonce = True
    lax = CertificateChecker(profile, line).check(chain(pki, "customer2-head"), now())
    strict = CertificateChecker(replace(profile, ocsp=OcspRules(nonce_required=True)), line)
    report = strict.check(chain(pki, "customer2-head"), now())
    assert lax.revocation is not None
    assert report.revocation is not None
    assert lax.revocation.source is RevocationSource.OCSP
    assert report.revocation.source is RevocationSource.CRL


def test_an_answer_without_an_end_is_believed_for_half_an_hour(
    pki: Pki, profile: TrustProfile, line: Line
) -> None:
    issuing = profile.intermediates[1]
    only_ocsp = replace(profile.addresses[issuing], crl=(), delta=())
    narrowed = replace(profile, addresses={**profile.addresses, issuing: only_ocsp})
    checker = CertificateChecker(narrowed, line)
    assert checker.check(chain(pki, "person-gost"), now() + timedelta(minutes=30)).passed
    late = checker.check(chain(pki, "person-gost"), now() + timedelta(minutes=35))
    assert late.try_later
    assert "too old" in late.detail


def test_an_algorithm_that_the_profile_does_not_name_is_refused(
    pki: Pki, profile: TrustProfile, line: Line
) -> None:
    only = replace(profile, algorithms=frozenset({"GOST-512"}))
    checker = CertificateChecker(only, line)
    assert checker.check(chain(pki, "customer2-head"), now()).passed
    for name in ("customer2-256", "customer1-head"):
        report = checker.check(chain(pki, name), now())
        assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def test_a_purpose_that_the_profile_names_is_asked_of_persons_only(
    pki: Pki, profile: TrustProfile, line: Line
) -> None:
    mail = replace(profile, purposes=frozenset({"1.3.6.1.5.5.7.3.4"}))
    other = replace(profile, purposes=frozenset({"1.3.6.1.5.5.7.3.2"}))
    assert CertificateChecker(mail, line).check(chain(pki, "customer2-head"), now()).passed
    assert CertificateChecker(mail, line).check(chain(pki, "sez-gost"), now()).passed
    report = CertificateChecker(other, line).check(chain(pki, "customer2-head"), now())
    assert report.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


# Lists.


def test_the_delta_list_tells_what_the_full_one_does_not_know_yet(
    pki: Pki, checker: CertificateChecker
) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.SILENT, crl=ServiceBehaviour.BEHIND):
        good = checker.check(chain(pki, "customer2-head"), now())
        with pki.revoked("customer2-head"):
            checker.forget()
            bad = checker.check(chain(pki, "customer2-head"), now())
    assert verdict(good) == PASSED, good.detail
    assert bad.sub_indication is SubIndication.REVOKED_NO_POE
    assert len(bad.evidence.crls) == 3


def test_a_full_list_without_its_delta_is_no_answer(
    pki: Pki, profile: TrustProfile, line: Line
) -> None:
    issuing = profile.intermediates[1]
    addresses = profile.addresses[issuing]
    lost = replace(addresses, ocsp=(), delta=(f"{addresses.crl[0]}.nowhere",))
    checker = CertificateChecker(
        replace(profile, addresses={**profile.addresses, issuing: lost}), line
    )
    report = checker.check(chain(pki, "customer2-head"), now())
    assert report.try_later
    assert "nowhere" in report.detail


def test_a_delta_list_alone_is_no_answer(pki: Pki, profile: TrustProfile, line: Line) -> None:
    issuing = profile.intermediates[1]
    addresses = profile.addresses[issuing]
    alone = replace(addresses, ocsp=(), crl=addresses.delta, delta=())
    checker = CertificateChecker(
        replace(profile, addresses={**profile.addresses, issuing: alone}), line
    )
    report = checker.check(chain(pki, "customer2-head"), now())
    assert report.try_later
    assert "in the place of a full one" in report.detail


def test_a_list_serves_many_certificates_until_it_is_forgotten(
    pki: Pki, checker: CertificateChecker, line: Line
) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.SILENT):
        for name in GOOD:
            assert checker.check(chain(pki, name), now()).passed
        fetched = [url for url in line.asked if url.endswith(".crl")]
        assert len(fetched) == len(set(fetched)) == 3
        checker.forget()
        checker.check(chain(pki, "person-gost"), now())
    assert len([url for url in line.asked if url.endswith(".crl")]) == 6


# Time stamps.


@pytest.fixture
def moment() -> datetime:
    return now().replace(microsecond=0)


@clause("S216-A2.1.3")
@pytest.mark.parametrize("policy", [GOST_STAMPS, RSA_STAMPS])
def test_a_time_stamp_gives_the_moment_of_verification(
    pki: Pki, checker: CertificateChecker, moment: datetime, policy: str
) -> None:
    earlier = moment - timedelta(hours=1)
    stamp = Stamp(pki.authority.stamp(OVER, policy, earlier), OVER)
    report = checker.check(chain(pki, "customer2-head"), moment, stamp=stamp)
    assert verdict(report) == PASSED, report.detail
    assert report.stamp is not None
    assert report.stamp.policy == policy
    assert report.stamp.generated_at == report.moment == earlier
    assert report.validated_at == moment
    assert report.evidence.stamps == (stamp.token,)
    again = checker.check(chain(pki, "customer2-head"), moment, stamp=stamp)
    assert again.reused
    assert not checker.check(chain(pki, "customer2-head"), moment).reused


def test_a_certificate_that_has_ended_since_is_good_for_what_was_stamped_before(
    pki: Pki, checker: CertificateChecker, moment: datetime
) -> None:
    ended = moment - timedelta(days=60)
    stamp = Stamp(pki.authority.stamp(OVER, GOST_STAMPS, ended), OVER)
    assert checker.check(chain(pki, "customer2-expired"), moment, stamp=stamp).passed
    now_stamp = Stamp(pki.authority.stamp(OVER, GOST_STAMPS, moment), OVER)
    late = checker.check(chain(pki, "customer2-expired"), moment, stamp=now_stamp)
    assert late.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


@pytest.mark.parametrize("behaviour", [ServiceBehaviour.ANSWERING, ServiceBehaviour.SILENT])
@pytest.mark.parametrize(
    "reason", [*sorted(BENIGN), "key_compromise", "unspecified", "certificate_hold"]
)
def test_a_revocation_after_the_time_stamp_harms_unless_its_reason_is_benign(
    pki: Pki, profile: TrustProfile, line: Line, reason: str, behaviour: ServiceBehaviour
) -> None:
    at = now()
    stamp = Stamp(pki.authority.stamp(OVER, GOST_STAMPS, at - timedelta(hours=1)), OVER)
    checker = CertificateChecker(profile, line)
    with pki.revoked("customer2-head", reason), pki.behaving(ocsp=behaviour):
        report = checker.check(chain(pki, "customer2-head"), now(), stamp=stamp)
        plain = checker.check(chain(pki, "customer2-head"), now())
    assert report.passed is (reason in BENIGN), report.detail
    assert report.revocation is not None
    assert report.revocation.status is RevocationStatus.REVOKED
    assert report.revocation.harmless is (reason in BENIGN)
    assert plain.sub_indication is SubIndication.REVOKED_NO_POE


def test_a_revocation_before_the_time_stamp_harms_whatever_its_reason(
    pki: Pki, checker: CertificateChecker, moment: datetime
) -> None:
    stamp = Stamp(pki.authority.stamp(OVER, GOST_STAMPS, moment), OVER)
    pki.authority.revoke("customer2-head", "superseded", since=moment - timedelta(minutes=1))
    try:
        report = checker.check(chain(pki, "customer2-head"), moment, stamp=stamp)
    finally:
        pki.authority.restore("customer2-head")
    assert report.sub_indication is SubIndication.REVOKED_NO_POE

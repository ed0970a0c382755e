"""A certificate is believed only when everything about it could be checked and was right."""

import random
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from asn1crypto import core, ocsp, x509
from asn1crypto import pem as armour

from deploy.authority import ServiceBehaviour
from shared_contracts.astana_time import now, shown
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.report import (
    CertificateReport,
    Indication,
    Reason,
    RevocationSource,
    RevocationStatus,
    SignatureRefused,
    SubIndication,
)
from shared_contracts.signing.trust import (
    CertificateChecker,
    Purpose,
    TrustProfile,
    load_profile,
)
from shared_contracts.signing.validation.revocation import Fetch, HttpFetch
from tests.clauses import clause
from tests.pki import Pki


@dataclass
class Tapped:
    """The real fetch, with a tap on the line: what was asked, and what comes instead."""

    line: Fetch
    asked: int = 0
    instead: bytes | None = None
    last: bytes = b""
    broken: bool = False
    gate: threading.Event | None = None

    def ocsp(self, url: str, request: bytes) -> bytes:
        self.asked += 1
        if self.gate is not None:
            self.gate.wait(10)
        if self.instead is not None:
            return self.instead
        self.last = self.line.ocsp(url, request)
        return self.last[:-9] + bytes(9) if self.broken else self.last

    def crl(self, url: str) -> bytes:
        return self.line.crl(url)


@pytest.fixture
def profile(pki: Pki) -> TrustProfile:
    return load_profile(pki.trust)


@pytest.fixture
def line(profile: TrustProfile) -> Iterator[Tapped]:
    with closing(HttpFetch(profile.limits)) as fetch:
        yield Tapped(fetch)


@pytest.fixture
def checker(profile: TrustProfile, line: Tapped) -> CertificateChecker:
    return CertificateChecker(profile, line)


def verdict(report: CertificateReport) -> tuple[Indication, SubIndication | None]:
    return report.indication, report.sub_indication


def chain(pki: Pki, name: str) -> tuple[bytes, ...]:
    return pki.signer(name).certificates


BOUND = "the profile's bound"
PASSED = (Indication.TOTAL_PASSED, None)


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    "name",
    ["registry", "sez", "sez2", "customer1-head", "customer1-signer", "customer2-head", "person"],
)
def test_a_good_certificate_passes_with_its_evidence(
    pki: Pki, checker: CertificateChecker, name: str
) -> None:
    moment = now()
    report = checker.check(chain(pki, name), moment)
    assert verdict(report) == PASSED
    assert report.revocation is not None
    assert report.revocation.status is RevocationStatus.GOOD
    assert report.revocation.source is RevocationSource.OCSP
    assert report.revocation.produced_at is not None
    assert report.validated_at == moment
    assert report.evidence.certificates[:2] == chain(pki, name)
    assert len(report.evidence.ocsp) == len(report.evidence.crls) == 1
    assert len(report.chain) == 3


@clause("S216-A2.1.3")
@pytest.mark.parametrize(
    ("name", "ground"),
    [
        ("sez-expired", SubIndication.OUT_OF_BOUNDS_NO_POE),
        ("customer1-expired", SubIndication.OUT_OF_BOUNDS_NO_POE),
        ("sez-revoked", SubIndication.REVOKED_NO_POE),
        ("customer1-revoked", SubIndication.REVOKED_NO_POE),
        ("stranger-head", SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
        ("customer1-auth", SubIndication.CHAIN_CONSTRAINTS_FAILURE),
    ],
)
def test_a_bad_certificate_is_refused_with_its_ground(
    pki: Pki, checker: CertificateChecker, name: str, ground: SubIndication
) -> None:
    report = checker.check(chain(pki, name), now())
    assert verdict(report) == (Indication.INDETERMINATE, ground)
    assert not report.try_later
    assert report.detail


def test_an_authentication_key_is_good_enough_for_a_system_only(
    pki: Pki, checker: CertificateChecker
) -> None:
    given = chain(pki, "customer1-auth")
    assert checker.check(given, now(), Purpose.SYSTEM).passed
    assert not checker.check(given, now(), Purpose.PERSON).passed


def test_a_certificate_not_yet_valid_is_out_of_bounds(
    pki: Pki, checker: CertificateChecker
) -> None:
    report = checker.check(chain(pki, "sez"), now() - timedelta(days=30))
    assert report.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


def test_the_chain_is_found_without_the_message_bringing_it(
    pki: Pki, checker: CertificateChecker
) -> None:
    assert checker.check(chain(pki, "sez")[:1], now()).passed


def test_a_root_that_the_message_brings_is_not_trusted(
    pki: Pki, checker: CertificateChecker
) -> None:
    foreign = (pki.authority.folder / "foreign-ca.pem").read_bytes()
    root = x509.Certificate.load(_der(foreign)).dump()
    report = checker.check((*chain(pki, "stranger-head"), root), now())
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_an_authoritys_own_certificate_signs_no_document(
    pki: Pki, checker: CertificateChecker
) -> None:
    root = _der(pki.authority.root.read_bytes())
    assert not checker.check((root,), now()).passed


@pytest.mark.parametrize("junk", [b"", b"junk", bytes(100), b"\x30\x03\x02\x01\x01"])
def test_a_certificate_that_cannot_be_read_is_refused(
    pki: Pki, checker: CertificateChecker, junk: bytes
) -> None:
    for given in ((junk,), (chain(pki, "sez")[0], junk)):
        report = checker.check(given, now())
        assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_certificate_of_no_known_version_is_broken(pki: Pki) -> None:
    der = chain(pki, "customer1-head")[0]
    for number in (1, 5):
        changed = der.replace(b"\xa0\x03\x02\x01\x02", bytes((0xA0, 3, 2, 1, number)), 1)
        assert changed != der
        with pytest.raises(SignatureRefused) as refused:
            load_signing_certificate(changed)
        assert refused.value.reason is Reason.CERTIFICATE_BROKEN


@pytest.mark.parametrize("role", ["subject", "issuer"])
def test_a_name_of_elements_deep_within_each_other_cannot_be_read(
    pki: Pki, checker: CertificateChecker, role: str
) -> None:
    deep = _deep(x509.Certificate.load(chain(pki, "customer1-head")[0]), role)
    report = checker.check((deep,), now())
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def _deep(certificate: x509.Certificate, role: str) -> bytes:
    """The certificate with a name whose value is a sequence in a sequence, 2,000 times."""
    value = b""
    for _ in range(2000):
        value = _sequence(value)
    content = certificate["tbs_certificate"]
    kind = core.ObjectIdentifier("1.2.3.4").dump()
    name = _sequence(_sequence(_sequence(kind + value), tag=0x31))
    parts = {one: content[one].dump() for one in content} | {role: name}
    seal = certificate["signature_algorithm"].dump() + certificate["signature_value"].dump()
    return _sequence(_sequence(b"".join(parts.values())) + seal)


def _sequence(content: bytes, tag: int = 0x30) -> bytes:
    return bytes((tag, 0x83)) + len(content).to_bytes(3) + content


def test_no_broken_certificate_makes_the_checker_stumble(
    pki: Pki, profile: TrustProfile, line: Tapped
) -> None:
    checker = CertificateChecker(replace(profile, addresses={}), line)
    chance = random.Random(522)  # noqa: S311  # repeatable
    given = chain(pki, "customer1-head")
    for number in range(400):
        changed = [bytearray(der) for der in given]
        broken = changed[number % 2]
        for _ in range(chance.choice((1, 1, 3))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        report = checker.check([bytes(der) for der in changed], now())
        assert report.indication is Indication.INDETERMINATE


def test_a_changed_certificate_is_refused(pki: Pki, checker: CertificateChecker) -> None:
    leaf = bytearray(chain(pki, "sez")[0])
    leaf[-1] ^= 1
    report = checker.check((bytes(leaf),), now())
    assert verdict(report)[0] is Indication.INDETERMINATE
    assert not report.try_later


def test_a_policy_that_the_profile_asks_for_must_be_there(
    pki: Pki, profile: TrustProfile, line: Tapped
) -> None:
    national = replace(profile, policies=frozenset({"1.2.398.3.3.2"}))
    other = replace(profile, policies=frozenset({"1.2.398.3.3.2.6"}))
    assert CertificateChecker(national, line).check(chain(pki, "person"), now()).passed
    report = CertificateChecker(other, line).check(chain(pki, "person"), now())
    assert report.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


def test_a_key_shorter_than_the_profile_asks_is_refused(
    pki: Pki, profile: TrustProfile, line: Tapped
) -> None:
    strict = CertificateChecker(replace(profile, shortest_rsa=3072), line)
    report = strict.check(chain(pki, "person"), now())
    assert report.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


# Revocation: fail closed, with a way back.


@clause("S216-A2.1.3")
def test_when_nobody_answers_the_question_stays_open_and_is_answered_later(
    pki: Pki, checker: CertificateChecker
) -> None:
    with pki.silence():
        report = checker.check(chain(pki, "sez"), now())
    assert verdict(report) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    assert report.try_later
    assert checker.check(chain(pki, "sez"), now()).passed


@pytest.mark.parametrize(
    "behaviour", [ServiceBehaviour.SILENT, ServiceBehaviour.TRY_LATER, ServiceBehaviour.OUTDATED]
)
def test_when_ocsp_gives_no_answer_the_list_does(
    pki: Pki, checker: CertificateChecker, behaviour: ServiceBehaviour
) -> None:
    with pki.behaving(ocsp=behaviour):
        good = checker.check(chain(pki, "sez"), now())
        bad = checker.check(chain(pki, "sez-revoked"), now())
    assert verdict(good) == PASSED
    assert bad.sub_indication is SubIndication.REVOKED_NO_POE
    for report in (good, bad):
        assert report.revocation is not None
        assert report.revocation.source is RevocationSource.CRL


@pytest.mark.parametrize("behaviour", [ServiceBehaviour.SILENT, ServiceBehaviour.OUTDATED])
def test_an_old_list_alone_leaves_the_question_open(
    pki: Pki, checker: CertificateChecker, behaviour: ServiceBehaviour
) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.SILENT, crl=behaviour):
        report = checker.check(chain(pki, "sez"), now())
    assert report.try_later


def test_a_certificate_unknown_to_its_authority_is_refused(
    pki: Pki, checker: CertificateChecker
) -> None:
    with pki.behaving(ocsp=ServiceBehaviour.UNKNOWN):
        report = checker.check(chain(pki, "sez"), now())
    assert report.sub_indication is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    assert report.revocation is not None
    assert report.revocation.status is RevocationStatus.UNKNOWN
    assert not report.try_later


def test_a_revoked_authority_takes_its_certificates_with_it(
    pki: Pki, checker: CertificateChecker
) -> None:
    with pki.revoked("issuing"):
        report = checker.check(chain(pki, "sez"), now())
    assert report.sub_indication is SubIndication.REVOKED_CA_NO_POE


def test_a_profile_without_addresses_believes_nobody(
    pki: Pki, profile: TrustProfile, line: Tapped
) -> None:
    report = CertificateChecker(replace(profile, addresses={}), line).check(
        chain(pki, "sez"), now()
    )
    assert report.try_later


def test_an_answer_whose_signature_is_broken_is_no_answer(
    pki: Pki, checker: CertificateChecker, line: Tapped
) -> None:
    line.broken = True
    with pki.behaving(crl=ServiceBehaviour.ANSWERING):
        report = checker.check(chain(pki, "sez-revoked"), now())
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.CRL


@pytest.mark.parametrize("of", ["sez", "sez2"])
def test_an_answer_to_another_question_is_no_answer(
    pki: Pki, checker: CertificateChecker, line: Tapped, of: str
) -> None:
    checker.check(chain(pki, of), now())
    line.instead = line.last
    checker.forget()
    report = checker.check(chain(pki, "sez"), now())
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.CRL


@pytest.mark.parametrize("answer", [b"", b"junk", bytes(40)])
def test_an_answer_that_is_none_leaves_the_list(
    pki: Pki, checker: CertificateChecker, line: Tapped, answer: bytes
) -> None:
    line.instead = answer
    report = checker.check(chain(pki, "sez"), now())
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.CRL


def test_the_evidence_is_the_answer_itself(
    pki: Pki, checker: CertificateChecker, line: Tapped
) -> None:
    report = checker.check(chain(pki, "sez"), now())
    assert report.evidence.ocsp == (line.last,)
    stored = ocsp.OCSPResponse.load(report.evidence.ocsp[0])
    assert stored["response_status"].native == "successful"


# A good verdict is used again, within a bound.


@pytest.fixture
def moment() -> datetime:
    return now()


def test_a_good_verdict_is_used_again_for_five_minutes_and_no_longer(
    pki: Pki, checker: CertificateChecker, line: Tapped, moment: datetime
) -> None:
    first = checker.check(chain(pki, "sez"), moment)
    with pki.revoked("sez"):
        again = checker.check(chain(pki, "sez"), moment + timedelta(seconds=299))
        later = checker.check(chain(pki, "sez"), moment + timedelta(seconds=300))
    assert line.asked == 2
    assert (again.validated_at, first.reused) == (moment, "")
    assert again.reused.endswith(f"{shown(moment + timedelta(seconds=300))}, {BOUND}")
    assert later.sub_indication is SubIndication.REVOKED_NO_POE


def test_a_good_verdict_is_not_used_for_an_earlier_moment(
    pki: Pki, checker: CertificateChecker, line: Tapped, moment: datetime
) -> None:
    checker.check(chain(pki, "sez"), moment)
    checker.check(chain(pki, "sez"), moment - timedelta(seconds=1))
    assert line.asked == 2


def test_a_good_verdict_ends_with_the_authoritys_next_answer(
    pki: Pki, profile: TrustProfile, line: Tapped, moment: datetime
) -> None:
    limits = replace(profile.limits, keep=timedelta(hours=1))
    checker = CertificateChecker(replace(profile, limits=limits), line)
    first = checker.check(chain(pki, "sez"), moment)
    assert first.revocation is not None
    until = first.revocation.valid_until
    assert until is not None
    again = checker.check(chain(pki, "sez"), until - timedelta(seconds=1))
    assert again.reused.endswith("the authority's next answer")
    assert not checker.check(chain(pki, "sez"), until).reused


def test_a_good_verdict_ends_with_the_certificate(
    pki: Pki, profile: TrustProfile, line: Tapped
) -> None:
    limits = replace(profile.limits, clock_tolerance=timedelta(days=4000))
    checker = CertificateChecker(replace(profile, limits=limits), line)
    end = x509.Certificate.load(chain(pki, "person")[0]).not_valid_after
    assert checker.check(chain(pki, "person"), end - timedelta(seconds=1)).passed
    after = checker.check(chain(pki, "person"), end + timedelta(seconds=1))
    assert after.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


def test_a_bad_verdict_is_never_used_again(
    pki: Pki, checker: CertificateChecker, line: Tapped, moment: datetime
) -> None:
    for _ in range(2):
        checker.check(chain(pki, "sez-revoked"), moment)
    assert line.asked == 2


def test_no_more_verdicts_are_kept_than_the_profile_says(
    pki: Pki, profile: TrustProfile, line: Tapped, moment: datetime
) -> None:
    checker = CertificateChecker(replace(profile, limits=replace(profile.limits, kept=1)), line)
    for name in ("sez", "sez2", "sez"):
        checker.check(chain(pki, name), moment)
    assert line.asked == 3


def test_threads_that_ask_for_one_certificate_share_one_examination(
    pki: Pki, checker: CertificateChecker, line: Tapped, moment: datetime
) -> None:
    reports: list[CertificateReport] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        reports.append(checker.check(chain(pki, "sez"), moment))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert line.asked == 1
    assert len(reports) == 8
    assert {report.validated_at for report in reports} == {moment}
    assert all(report.passed for report in reports)


def test_who_asks_for_another_moment_meanwhile_gets_a_verdict_of_that_moment(
    pki: Pki, checker: CertificateChecker, line: Tapped, moment: datetime
) -> None:
    line.gate = threading.Event()
    first: list[CertificateReport] = []
    one = threading.Thread(target=lambda: first.append(checker.check(chain(pki, "sez"), moment)))
    one.start()
    while not line.asked:
        threading.Event().wait(0.01)
    before = checker.check(chain(pki, "sez"), moment - timedelta(days=30))
    line.gate.set()
    one.join()
    assert before.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    assert first[0].passed


def _der(pem: bytes) -> bytes:
    der: bytes = armour.unarmor(pem)[2]
    return der

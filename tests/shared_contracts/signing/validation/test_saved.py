"""Saved answers prove a status at a past moment, and nothing reaches outside."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import crl, pem, x509

from deploy.authority import ServiceBehaviour
from deploy.authority.gost_certificate import method, seal
from deploy.authority.gost_issue import issuer_of
from shared_contracts.astana_time import now
from shared_contracts.signing.report import RevocationSource, RevocationStatus
from shared_contracts.signing.trust import CertificateChecker, TrustProfile, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch, Unavailable
from shared_contracts.signing.validation.saved import SavedAnswers
from shared_contracts.signing.validation.trust_rules import OcspRules
from tests.pki import Pki


@pytest.fixture
def profile(pki: Pki) -> TrustProfile:
    """The test authority's profile, with no address and the nonce required."""
    return replace(load_profile(pki.trust), addresses={}, ocsp=OcspRules(nonce_required=True))


@pytest.fixture
def line(pki: Pki) -> Iterator[CertificateChecker]:
    asked = load_profile(pki.trust)
    with closing(HttpFetch(asked.limits)) as fetch:
        yield CertificateChecker(asked, fetch)


def chain(pki: Pki, name: str) -> tuple[bytes, ...]:
    return pki.signer(name).certificates


def save(line: CertificateChecker, pki: Pki, name: str, folder: Path) -> None:
    evidence = line.check(chain(pki, name), now()).evidence
    kept = {f"{name}.{count}.der": der for count, der in enumerate(evidence.ocsp)}
    kept |= {f"{name}.{count}.crl": der for count, der in enumerate(evidence.crls)}
    for file, der in kept.items():
        (folder / file).write_bytes(der)


@pytest.mark.parametrize("name", ["customer2-head", "customer1-head", "sez"])
def test_saved_answers_prove_a_status_without_an_authority(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path, name: str
) -> None:
    save(line, pki, name, tmp_path)
    with pki.silence():
        report = CertificateChecker(profile, SavedAnswers(tmp_path)).check(chain(pki, name), now())
    assert report.passed, report.detail
    assert report.revocation is not None
    assert report.revocation.source is RevocationSource.OCSP


def test_saved_answers_grow_old(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path
) -> None:
    save(line, pki, "customer2-head", tmp_path)
    checker = CertificateChecker(profile, SavedAnswers(tmp_path))
    report = checker.check(chain(pki, "customer2-head"), now() + timedelta(hours=1))
    assert report.try_later
    assert "saved:customer2-head.0.der" in report.detail


def test_the_answers_about_one_certificate_say_nothing_of_another(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path
) -> None:
    save(line, pki, "customer2-head", tmp_path)
    checker = CertificateChecker(profile, SavedAnswers(tmp_path))
    assert checker.check(chain(pki, "customer2-signer"), now()).try_later


def test_a_saved_list_and_its_delta_tell_who_is_revoked(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path
) -> None:
    with (
        pki.behaving(ocsp=ServiceBehaviour.SILENT, crl=ServiceBehaviour.BEHIND),
        pki.revoked("customer2-head"),
    ):
        save(line, pki, "customer2-head", tmp_path)
    assert len(list(tmp_path.glob("*.crl"))) == 3
    checker = CertificateChecker(profile, SavedAnswers(tmp_path))
    good = checker.check(chain(pki, "customer2-signer"), now())
    assert good.passed, good.detail
    bad = checker.check(chain(pki, "customer2-head"), now())
    assert bad.revocation is not None
    assert bad.revocation.status is RevocationStatus.REVOKED


def test_answers_given_later_than_the_moment_are_left_aside(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path
) -> None:
    save(line, pki, "customer2-head", tmp_path)
    early = now() - timedelta(hours=1)
    checker = CertificateChecker(profile, SavedAnswers(tmp_path, early))
    report = checker.check(chain(pki, "customer2-head"), early)
    assert report.try_later
    assert "no saved answer" in report.detail


def test_a_list_may_be_saved_as_text(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path
) -> None:
    save(line, pki, "customer2-head", tmp_path)
    for path in tmp_path.glob("*.crl"):
        path.write_bytes(pem.armor("X509 CRL", path.read_bytes()))
    checker = CertificateChecker(profile, SavedAnswers(tmp_path))
    assert checker.check(chain(pki, "customer2-head"), now()).passed


def test_a_saved_list_about_other_certificates_is_no_answer(
    pki: Pki, profile: TrustProfile, line: CertificateChecker, tmp_path: Path
) -> None:
    save(line, pki, "customer2-head", tmp_path)
    (tmp_path / "customer2-head.0.der").unlink()
    (tmp_path / "narrow.crl").write_bytes(_about_authorities_only(pki))
    report = CertificateChecker(profile, SavedAnswers(tmp_path)).check(
        chain(pki, "customer2-head"), now()
    )
    assert report.try_later
    assert "another kind of certificates" in report.detail


def _about_authorities_only(pki: Pki) -> bytes:
    """A list of the issuing authority that would not name a person."""
    folder, at = pki.authority.folder, now()
    hand = issuer_of(folder, "gost-issuing")
    scope = {"only_contains_ca_certs": True}
    content = crl.TbsCertList(
        {
            "version": "v2",
            "signature": method(hand.key),
            "issuer": hand.name,
            "this_update": x509.Time("utc_time", at - timedelta(minutes=5)),
            "next_update": x509.Time("utc_time", at + timedelta(hours=1)),
            "crl_extensions": [
                {
                    "extn_id": "issuing_distribution_point",
                    "critical": True,
                    "extn_value": scope,
                }
            ],
        }
    )
    made = crl.CertificateList(
        {
            "tbs_cert_list": content,
            "signature_algorithm": method(hand.key),
            "signature": seal(content.dump(), hand.key),
        }
    )
    return bytes(made.dump())


def test_a_file_that_is_no_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no saved answers"):
        SavedAnswers(tmp_path)
    (tmp_path / "odd.der").write_bytes(b"odd")
    with pytest.raises(ValueError, match=r"odd\.der: neither .* take it away"):
        SavedAnswers(tmp_path)


def test_nothing_else_is_answered(pki: Pki, line: CertificateChecker, tmp_path: Path) -> None:
    save(line, pki, "customer2-head", tmp_path)
    saved = SavedAnswers(tmp_path)
    for ask in (saved.crl, lambda url: saved.ocsp(url, b"")):
        with pytest.raises(Unavailable):
            ask("http://127.0.0.1/")

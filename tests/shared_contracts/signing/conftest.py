"""Whatever is passed by an authority kept from before is passed by pyHanko as well.

This holds in every test below this folder, whatever it is about: each certificate and each answer
that goes the short way goes the long way too, and both must agree, also on what they read.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pytest
from asn1crypto import x509
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.signing import subject
from shared_contracts.signing.report import RevocationStatus
from shared_contracts.signing.validation import chain, examine, issuer_cache, ocsp, responder_cache
from shared_contracts.signing.validation.issuer_cache import KnownSigner
from shared_contracts.signing.validation.responder_cache import Circumstances, GoodNews
from shared_contracts.signing.validation.trust_profile import TrustProfile

passed = {"paths": 0, "answers": 0}
"""How often the short way was gone."""


@pytest.fixture(autouse=True)
def _both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    by_issuer, by_responder = issuer_cache.known_signer, responder_cache.good_news

    def known_signer(
        profile: TrustProfile, given: Sequence[bytes], at: datetime
    ) -> KnownSigner | None:
        known = by_issuer(profile, given, at)
        if known is not None:
            leaf = x509.Certificate.load(given[0])
            with refused_by_nobody():
                long = chain._proven(profile, leaf, known.issuer.ders, at)
                chain._check_made(profile, tuple(map(x509.Certificate.load, reversed(ders(long)))))
            assert (given[0], *known.issuer.ders) == tuple(reversed(ders(long)))
            assert_read_alike(known, leaf)
            passed["paths"] += 1
        return known

    def good_news(
        der: bytes, certificate: x509.Certificate, given: Circumstances
    ) -> GoodNews | None:
        short = by_responder(der, certificate, given)
        if short is not None:
            assert_said(der, certificate, given, short)
            passed["answers"] += 1
        return short

    for module in (issuer_cache, examine):
        monkeypatch.setattr(module, "known_signer", known_signer)
    for module in (responder_cache, ocsp):
        monkeypatch.setattr(module, "good_news", good_news)


@contextmanager
def refused_by_nobody() -> Iterator[None]:
    """What the long way refuses fails the test, also one that waits for a refusal."""
    try:
        yield
    except Exception as refusal:  # noqa: BLE001  # whatever the reason is
        pytest.fail(f"the short way passed what the long way refuses: {refusal}")


def assert_read_alike(known: KnownSigner, leaf: x509.Certificate) -> None:
    """What the short way read of a certificate is what asn1crypto reads."""
    found, usage = known.certificate, leaf.key_usage_value
    bits = frozenset() if usage is None else usage.native & {"digital_signature", "non_repudiation"}
    assert (found.serial, found.since, found.until) == (
        leaf.serial_number,
        leaf.not_valid_before,
        leaf.not_valid_after,
    )
    assert (found.usage, found.policies) == (bits, chain._policies(leaf))
    assert (found.issuer, found.subject) == (leaf.issuer.dump(), leaf.subject.dump())
    name = x509.Name.load(found.subject)
    assert subject._named(name, found.purposes) == subject._read(leaf)
    assert name.human_friendly == leaf.subject.human_friendly
    assert not leaf.ca


def assert_said(
    der: bytes, certificate: x509.Certificate, given: Circumstances, short: GoodNews
) -> None:
    """What the short way believes of an answer stands by each check of the long way."""
    with refused_by_nobody():
        response = ocsp._open(der)
        ocsp._check_nonce(response, given)
        ocsp._check_age(response, given)
        ocsp._check_keys(response, given.profile)
        ocsp._verify(response, certificate, given)
    said = ocsp._said(response)
    told = (short.produced_at, short.valid_until)
    assert (said.status, said.produced_at, said.valid_until) == (RevocationStatus.GOOD, *told)


def ders(path: ValidationPath) -> list[bytes]:
    """The certificates of a path."""
    return [one.dump() for one in path.iter_certs(include_root=True)]

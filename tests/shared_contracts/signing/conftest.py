"""Whatever is passed by an authority kept from before is passed by pyHanko as well.

This holds in every test below this folder, whatever it is about: each certificate and each answer
that goes the short way goes the long way too, and both must agree.
"""

import pytest
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509
from pyhanko_certvalidator.path import ValidationPath

from shared_contracts.signing.validation import chain, issuer_cache, ocsp
from shared_contracts.signing.validation.trust_profile import TrustProfile

passed = {"paths": 0, "answers": 0}
"""How often the short way was gone."""


@pytest.fixture(autouse=True)
def _both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    by_path, by_answer = issuer_cache.path_of, issuer_cache.is_proven

    def path_of(profile: TrustProfile, leaf: x509.Certificate, at: object) -> ValidationPath | None:
        short = by_path(profile, leaf, at)  # type: ignore[arg-type]  # as it came
        if short is not None:
            brought = [one.dump() for one in short.iter_certs(include_root=False)]
            long = chain._proven(profile, leaf, brought, at)  # type: ignore[arg-type]
            assert ders(short) == ders(long)
            passed["paths"] += 1
        return short

    def is_proven(
        profile: TrustProfile,
        response: asn1_ocsp.OCSPResponse,
        about: tuple[x509.Certificate, ValidationPath],
        at: object,
    ) -> bool:
        short = by_answer(profile, response, about, at)  # type: ignore[arg-type]  # as it came
        if short:
            given = ocsp.Circumstances(profile, about[1], at, None)  # type: ignore[arg-type]
            ocsp._verify(response, about[0], given)
            passed["answers"] += 1
        return short

    monkeypatch.setattr(issuer_cache, "path_of", path_of)
    monkeypatch.setattr(issuer_cache, "is_proven", is_proven)


def ders(path: ValidationPath) -> list[bytes]:
    """The certificates of a path."""
    return [one.dump() for one in path.iter_certs(include_root=True)]

"""What is changed in two libraries is said, still needed, and does no more than it says."""

import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest
from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from asn1crypto.keys import PublicKeyInfo
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.revinfo import validate_ocsp

from shared_contracts.astana_time import now
from shared_contracts.signing.gost.oids import BY_BITS, KEY_2004, SIGNATURE_2004
from shared_contracts.signing.report import RevocationSource
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.national import VALIDATOR, objection, teach
from shared_contracts.signing.validation.responder_cache import RESPONDERS
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.pki import Pki

UNTAUGHT = """
import sys
from asn1crypto.keys import PublicKeyInfo
try:
    PublicKeyInfo.load(bytes.fromhex(sys.argv[1])).sha1
except KeyError:
    print("KeyError")
"""


def algorithm(oid: str) -> SignedDigestAlgorithm:
    return SignedDigestAlgorithm({"algorithm": oid})


def leaf(pki: Pki, name: str) -> x509.Certificate:
    return x509.Certificate.load(pki.signer(name).certificates[0])


def signed(certificate: x509.Certificate) -> dict[str, Any]:
    return {
        "signature": certificate["signature_value"].native,
        "signed_data": certificate["tbs_certificate"].dump(),
        "signature_algorithm": certificate["signature_algorithm"],
    }


def test_asn1crypto_still_cannot_read_a_gost_key_by_itself(pki: Pki) -> None:
    spki = leaf(pki, "customer2-head").public_key.dump().hex()
    told = subprocess.run(
        [sys.executable, "-c", UNTAUGHT, spki], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "KeyError"
    teach()
    assert len(PublicKeyInfo.load(bytes.fromhex(spki)).sha1) == 20


def test_pyhanko_still_forgets_the_validator_for_a_delegated_responder(
    pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = load_profile(pki.trust)
    chain = pki.signer("customer2-head").certificates
    sources = []
    with closing(HttpFetch(profile.limits)) as fetch:
        for context in (None, ValidationContext):
            if context is not None:
                monkeypatch.setitem(vars(validate_ocsp), "ValidationContext", context)
            RESPONDERS.clear()  # so that pyHanko has to judge the answer
            report = CertificateChecker(profile, fetch).check(chain, now())
            assert report.revocation is not None
            sources.append(report.revocation.source)
    assert sources == [RevocationSource.OCSP, RevocationSource.CRL]


def test_to_teach_twice_changes_nothing_more() -> None:
    teach()
    once = vars(validate_ocsp)["ValidationContext"], PublicKeyInfo._spec_callbacks
    teach()
    assert (vars(validate_ocsp)["ValidationContext"], PublicKeyInfo._spec_callbacks) == once


@pytest.mark.parametrize("name", ["gost-root", "gost-issuing", "ca", "issuing"])
def test_the_authoritys_certificates_bear_the_signature_of_their_issuer(
    pki: Pki, name: str
) -> None:
    issuer = {"gost-issuing": "gost-root", "issuing": "ca"}.get(name, name)
    folder = pki.authority.folder
    certificate, above = (_load(folder / f"{one}.pem") for one in (name, issuer))
    VALIDATOR.validate_signature(public_key_info=above.public_key, **signed(certificate))


def _load(path: Any) -> x509.Certificate:
    from asn1crypto import pem  # noqa: PLC0415  # one use

    return x509.Certificate.load(pem.unarmor(path.read_bytes())[2])


def test_a_changed_signature_is_none(pki: Pki) -> None:
    certificate = _load(pki.authority.folder / "gost-root.pem")
    given = signed(certificate)
    given["signature"] = given["signature"][::-1]
    with pytest.raises(InvalidSignature):
        VALIDATOR.validate_signature(public_key_info=certificate.public_key, **given)


@pytest.mark.parametrize(
    ("oid", "name"),
    [
        ("1.2.840.113549.1.1.11", "customer2-head"),
        (BY_BITS[512].signature, "customer1-head"),
        (BY_BITS[256].signature, "customer2-head"),
        (BY_BITS[512].signature, "customer2-256"),
        ("1.2.840.10045.4.3.2", "customer1-head"),
        ("1.2.840.113549.1.1.11", "sez"),
        ("1.2.398.3.10.1.1.2.3.9", "customer2-head"),
        ("1.3.101.112", "customer1-head"),
    ],
)
def test_an_algorithm_that_is_not_the_keys_own_is_no_signature(
    pki: Pki, oid: str, name: str
) -> None:
    key = leaf(pki, name).public_key
    against = objection(algorithm(oid), key)
    assert against is not None
    assert "not that of the key" in against
    with pytest.raises(InvalidSignature):
        VALIDATOR.validate_signature(b"", b"", key, algorithm(oid))


def test_the_former_gost_is_named_as_obsolete(pki: Pki) -> None:
    against = objection(algorithm(SIGNATURE_2004), leaf(pki, "customer2-head").public_key)
    assert against == "GOST 34.310-2004 is obsolete"
    assert KEY_2004 != SIGNATURE_2004


def test_only_the_algorithms_of_the_profile_are_admitted(pki: Pki) -> None:
    key, written = leaf(pki, "customer2-head").public_key, algorithm(BY_BITS[512].signature)
    assert objection(written, key, frozenset({"GOST-512"})) is None
    assert "GOST-512 is not admitted" in str(objection(written, key, frozenset({"RSA-SHA256"})))

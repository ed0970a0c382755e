"""Certificates with GOST keys: those the national authority issued, and what is wrong with some."""

from base64 import b64decode
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from lxml import etree

from shared_contracts.signing.algorithms import GOST_512, RSA_SHA256
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.gost.oids import KEY_2004, OIDS_512
from shared_contracts.signing.report import Reason, SignatureRefused
from tests.clauses import clause
from tests.shared_contracts.signing.corpus import CORPUS, needs_corpus
from tests.shared_contracts.signing.gost.present import present

BACKENDS = ("pure", "gmpy2", "openssl")

pytestmark = needs_corpus


def sample(name: str) -> bytes:
    """DER of a certificate in the folder, be it in PEM or not."""
    octets = (CORPUS / name).read_bytes()
    der: bytes = pem.unarmor(octets)[2] if pem.detect(octets) else octets
    return der


def signers(path: Path) -> list[bytes]:
    """DER of the certificates in an XML document."""
    name = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
    return [b64decode(each.text or "") for each in etree.parse(path).iter(name)]


def signs(issuer: bytes, issued: bytes, backend: str) -> bool:
    found = present(backend)
    certificate = x509.Certificate.load(issued)
    assert certificate["signature_algorithm"]["algorithm"].dotted == OIDS_512.signature
    key = load_signing_certificate(issuer).key
    digest = found.digest(512, [certificate["tbs_certificate"].dump()])
    return found.verify(key, digest, certificate["signature_value"].native)


@clause("S216-A2.1.3")
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_authority_in_service_is_signed_by_its_root(backend: str) -> None:
    root, authority = sample("ca/root_gost_2022.pem"), sample("ca/nca_gost_2022.pem")
    assert signs(root, root, backend)
    assert signs(root, authority, backend)
    assert not signs(authority, authority, backend)
    assert not signs(authority, root, backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_changed_certificate_is_not_signed(backend: str) -> None:
    root, authority = sample("ca/root_gost_2022.pem"), sample("ca/nca_gost_2022.pem")
    at = authority.index(b"(GOST)")
    assert not signs(root, authority[:at] + b"[" + authority[at + 1 :], backend)


def test_each_certificate_of_the_samples_has_its_suite() -> None:
    found = {
        load_signing_certificate(der).suite.name
        for path in sorted(CORPUS.glob("*.xml"))
        for der in signers(path)
    }
    assert found == {GOST_512.name, RSA_SHA256.name}


@clause("S216-19")
@pytest.mark.parametrize("name", ["ca/nca_gost_test.crt", "certs/ceo_valid_sign_2004_gost.cer"])
def test_keys_of_the_standard_of_2004_are_known_and_refused(name: str) -> None:
    with pytest.raises(SignatureRefused, match=rf"GOST 34.310-2004 \({KEY_2004}\)") as refused:
        load_signing_certificate(sample(f"ncanode-pki/{name}"))
    assert refused.value.reason is Reason.ALGORITHM_OBSOLETE


def test_a_certificate_whose_key_is_no_point_of_the_curve_is_broken() -> None:
    der = sample("ca/nca_gost_2022.pem")
    key = load_signing_certificate(der).key
    broken = der.replace(key.octets, key.octets[:-1] + bytes([key.octets[-1] ^ 1]))
    with pytest.raises(SignatureRefused, match="not on its curve") as refused:
        load_signing_certificate(broken)
    assert refused.value.reason is Reason.CERTIFICATE_BROKEN


def test_a_certificate_with_another_set_of_parameters_is_broken() -> None:
    der = sample("ca/nca_gost_2022.pem")
    named = bytes.fromhex("060a2a830e030a0101020201")
    assert named in der
    with pytest.raises(SignatureRefused, match="set A") as refused:
        load_signing_certificate(der.replace(named, named[:-1] + b"\2"))
    assert refused.value.reason is Reason.CERTIFICATE_BROKEN

"""Signatures of the plain stack: signxml with the certificate pinned and its object kept."""

import threading
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from shared_contracts.signing.gost.keys import GostPrivateKey
from shared_contracts.signing.sign import FileSigner

DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
CONFIGURATION = SignatureConfiguration(
    location="./",
    expect_references=1,
    signature_methods=frozenset((SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256)),
    digest_algorithms=frozenset((DigestAlgorithm.SHA256,)),
)


@dataclass
class Certificates:
    """Certificate objects by their DER, made once."""

    _known: dict[bytes, x509.Certificate] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def get(self, der: bytes) -> x509.Certificate:
        """The certificate object of a DER."""
        with self._guard:
            found = self._known.get(der)
            if found is None:
                found = self._known[der] = x509.load_der_x509_certificate(der)
            return found


def verify(data: "bytes | etree._Element", certificate: x509.Certificate) -> etree._Element:
    """What a certificate's owner signed; signxml's verifier keeps state, so it serves once."""
    found: Any = XMLVerifier().verify(data, x509_cert=certificate, expect_config=CONFIGURATION)
    signed: etree._Element = found.signed_xml
    return signed


def sign(element: etree._Element, signer: FileSigner, chain: list[x509.Certificate]) -> bytes:
    """A message with the system's signature; key and certificate objects are kept."""
    machine = XMLSigner(
        signature_algorithm=signer.suite.sig_uri,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    key = signer.private_key
    assert not isinstance(key, GostPrivateKey)  # which the library does not know
    signed = machine.sign(element, key=key, cert=chain)
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=False)

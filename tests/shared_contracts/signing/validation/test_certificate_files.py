"""Certificates are read from files in either form, and broken ones are told."""

import pytest
from asn1crypto import pem

from shared_contracts.signing.validation.certificate_files import certificates_in
from tests.pki import Pki


def test_a_file_may_hold_several_certificates_in_text_or_one_in_octets(pki: Pki) -> None:
    data = pki.authority.chain("customer2-head").read_bytes()
    ders = certificates_in(data)
    assert tuple(ders) == pki.signer("customer2-head").certificates
    assert certificates_in(ders[0]) == [ders[0]]


def test_a_file_without_a_certificate_is_refused(pki: Pki) -> None:
    key = pki.authority.key("customer2-head").read_bytes()
    cut = pki.signer("customer2-head").certificates[0][:-9]
    for data in (key, b"", b"junk", cut, pem.armor("CERTIFICATE", cut)):
        with pytest.raises(ValueError, match=r"."):
            certificates_in(data)

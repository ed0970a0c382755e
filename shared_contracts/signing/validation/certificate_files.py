"""Certificates in files as people keep them: PEM, with one or several, or DER."""

from asn1crypto import pem, x509

from shared_contracts.signing.validation.der_reading import MALFORMED


def certificates_in(data: bytes) -> list[bytes]:
    """The DER of each certificate in a file; ValueError if there is none or one is broken."""
    ders = _ders(data)
    for der in ders:
        _check(der)
    if not ders:
        raise ValueError("no certificate in it")
    return ders


def _ders(data: bytes) -> list[bytes]:
    if not pem.detect(data):
        return [data]
    return [der for label, _, der in pem.unarmor(data, multiple=True) if label == "CERTIFICATE"]


def _check(der: bytes) -> None:
    """The fields of the certificate can be read; ValueError if not."""
    try:
        certificate = x509.Certificate.load(der, strict=True)
        _ = certificate.not_valid_after, certificate.subject.human_friendly
    except MALFORMED as broken:
        raise ValueError(str(broken)) from broken

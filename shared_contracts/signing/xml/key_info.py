"""The certificates that a signature carries of its signer."""

from functools import lru_cache

from lxml import etree

from shared_contracts.signing.certificates import is_led_by_issuer
from shared_contracts.signing.report import Reason
from shared_contracts.signing.xml.strict import children, from_base64, refused, text
from shared_contracts.signing.xml.vocabulary import dsig

MOST_CERTIFICATES = 5
LONGEST_CERTIFICATE = 16_384
"""Bound of one certificate's base64, in characters."""
KEPT = 1024
"""How many decoded certificates are kept; the least recently used go first."""

_KEY_INFO = dsig("KeyInfo")
_X509_DATA = dsig("X509Data")
_X509_CERTIFICATE = dsig("X509Certificate")


def x509_data(key_info: etree._Element) -> tuple[bytes, ...]:
    """The certificates of a KeyInfo that holds these and nothing else, DER, leaf first."""
    if not len(key_info) and key_info.tag in _KEY_INFO:
        raise refused(Reason.CERTIFICATE_MISSING, key_info)
    (data,) = children(key_info, _X509_DATA)
    if not len(data):
        raise refused(Reason.CERTIFICATE_MISSING, data)
    if len(data) > MOST_CERTIFICATES:
        raise refused(Reason.PROFILE, data, f"more than {MOST_CERTIFICATES} certificates")
    found = children(data, _X509_CERTIFICATE * len(data))
    certificates = tuple(certificate(one, text(one)) for one in found)
    if is_led(certificates):
        raise refused(Reason.PROFILE, data, "the leaf must be the first certificate, not an issuer")
    return certificates


def is_alone(message: etree._Element) -> bool:
    """Whether a proven message of a system bears the certificate of its signer and no other."""
    return sum(1 for _ in message[-1].iter(*_X509_CERTIFICATE)) == 1


@lru_cache(maxsize=KEPT)
def is_led(certificates: tuple[bytes, ...]) -> bool:
    """Whether an issuer stands where the signer's certificate should; few chains come often."""
    return len(certificates) > 1 and is_led_by_issuer(certificates)


def certificate(element: etree._Element, written: str) -> bytes:
    """The DER of the certificate whose base64 stands in ``element``."""
    if len(written) > LONGEST_CERTIFICATE:
        raise refused(Reason.PROFILE, element, "too long")
    try:
        return _certificate_der(written)
    except ValueError as wrong:
        raise refused(Reason.PROFILE, element, "not base64") from wrong


@lru_cache(maxsize=KEPT)
def _certificate_der(written: str) -> bytes:
    """The same few certificates come again and again."""
    return from_base64(written.encode("ascii"))

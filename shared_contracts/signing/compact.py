"""The quick way to read a signature: the form that libraries write without white space.

A system's signature in that form is recognised in the canonical text by one pattern, without
touching the tree. Whatever the pattern does not know goes the way of ``profile``, which also finds
the reason of a refusal; the tests prove that both ways read the same.
"""

import re
from functools import lru_cache

from lxml import etree

from shared_contracts.signing.algorithms import SUITES, AlgorithmSuite
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.profile import (
    DSIG,
    ENVELOPED,
    EXCLUSIVE,
    KEPT,
    LONGEST_CERTIFICATE,
    MOST_CERTIFICATES,
    SignatureParts,
    from_base64,
)
from shared_contracts.signing.report import SignatureRefused

_DECLARED = f' xmlns:ds="{DSIG}"'.encode()
_INFO = b"<ds:SignedInfo>"
_CERTIFICATE = b"</ds:X509Certificate><ds:X509Certificate>"


def _empty(name: str, algorithm: str) -> str:
    return f'<ds:{name} Algorithm="{algorithm}"></ds:{name}>'


_FORM = re.compile(
    (
        f'<ds:Signature xmlns:ds="{re.escape(DSIG)}">'
        r"<ds:SignedInfo>("
        + _empty("CanonicalizationMethod", re.escape(EXCLUSIVE))
        + _empty("SignatureMethod", r"([!-~]{1,100}?)")
        + r'<ds:Reference URI="([#\w.-]{0,129})"><ds:Transforms>'
        + _empty("Transform", re.escape(ENVELOPED))
        + _empty("Transform", re.escape(EXCLUSIVE))
        + "</ds:Transforms>"
        + _empty("DigestMethod", r"([!-~]{1,100}?)")
        + r"<ds:DigestValue>([A-Za-z0-9+/=]{1,128})</ds:DigestValue></ds:Reference>"
        r"</ds:SignedInfo>)<ds:SignatureValue>([A-Za-z0-9+/=\n]{1,1500})</ds:SignatureValue>"
        r"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>([^&]*)</ds:X509Certificate>"
        r"</ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode("ascii")
)


def read_compact(
    signature: etree._Element, text: bytes, span: tuple[int, int]
) -> SignatureParts | None:
    """Read the signature that stands at ``span`` of the canonical ``text``, if it is compact."""
    found = _FORM.fullmatch(text, *span)
    if found is None:
        return None
    info, method, uri, digest_method, digest, value, chain = found.groups()
    suite = _suite(method, digest_method)
    if suite is None:
        return None
    try:
        certificates = _certificates(chain)
        leaf = load_signing_certificate(certificates[0])
        parts = SignatureParts(
            element=signature,
            signed_info=b"<ds:SignedInfo%b>%b" % (_DECLARED, info),
            uri=uri.decode("ascii"),
            exclusive=True,
            suite=suite,
            digest=from_base64(digest),
            value=from_base64(value),
            leaf=leaf,
            certificates=certificates,
        )
    except (ValueError, SignatureRefused):
        return None
    return parts if leaf.suite is suite else None


@lru_cache(maxsize=64)
def _suite(method: bytes, digest_method: bytes) -> AlgorithmSuite | None:
    suite = SUITES.get(method.decode("ascii"))
    return suite if suite and suite.digest_uri == digest_method.decode("ascii") else None


@lru_cache(maxsize=KEPT)
def _certificates(chain: bytes) -> tuple[bytes, ...]:
    """The certificates of a chain; the same few chains come again and again."""
    written = chain.split(_CERTIFICATE, MOST_CERTIFICATES)
    if len(written) > MOST_CERTIFICATES or any(len(one) > LONGEST_CERTIFICATE for one in written):
        raise ValueError("too many certificates, or too long")
    return tuple(from_base64(one) for one in written)

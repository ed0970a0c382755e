"""The quick way to read a signature: the forms that tools write, line by line or in one line.

A signature in such a form is recognised in the canonical text of its document by one pattern,
without touching the tree. Whatever the pattern does not know goes the way of ``profile``, which
also finds the reason of a refusal; the tests prove that both ways read the same.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

from shared_contracts.signing.algorithms import SUITES, AlgorithmSuite
from shared_contracts.signing.certificates import load_signing_certificate
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.xml.key_info import (
    KEPT,
    LONGEST_CERTIFICATE,
    MOST_CERTIFICATES,
    is_led,
)
from shared_contracts.signing.xml.profile import (
    DSIG,
    ENVELOPED,
    PERSON,
    SYSTEM,
    Profile,
    SignatureParts,
)
from shared_contracts.signing.xml.strict import from_base64

_DECLARED = f' xmlns:ds="{DSIG}"'.encode()
_CERTIFICATE = b"</ds:X509Certificate><ds:X509Certificate>"
_CR = b"&#xD;"
_BASE64 = r"[A-Za-z0-9+/=\n&#xD;]"
"""Letters of base64 and of the carriage return, as canonical XML writes it."""
_ROOT = re.compile(
    rb'<[^ >]+(?P<namespaces>(?: xmlns(?::[^ =]+)?="[^"]*")*)(?P<rest>(?: [^ =]+="[^"]*")*)>'
)
_NAMESPACE = re.compile(rb' xmlns(?::([^ =]+))?="[^"]*"')


def _empty(name: str, algorithm: str) -> str:
    return f'<ds:{name} Algorithm="{algorithm}"></ds:{name}>'


def _any_of(algorithms: Iterable[str]) -> str:
    return f"({'|'.join(re.escape(one) for one in algorithms)})"


def _form(profile: Profile, uri: str, between: str) -> re.Pattern[bytes]:
    """The pattern of a signature of ``profile``, and of what may stand between its parts."""
    lines = (
        f'<ds:Signature xmlns:ds="{re.escape(DSIG)}">',
        r"<ds:SignedInfo>(",
        _empty("CanonicalizationMethod", _any_of(profile.info_methods)),
        _empty("SignatureMethod", r"([!#-~]{1,100})"),
        f'<ds:Reference URI="({uri})">',
        "<ds:Transforms>",
        _empty("Transform", re.escape(ENVELOPED)),
        _empty("Transform", _any_of(profile.transforms)),
        "</ds:Transforms>",
        _empty("DigestMethod", r"([!#-~]{1,100})"),
        rf"<ds:DigestValue>({_BASE64}{{1,128}})</ds:DigestValue>",
        "</ds:Reference>",
        ")</ds:SignedInfo>",
        rf"<ds:SignatureValue>({_BASE64}{{1,1700}})</ds:SignatureValue>",
        "<ds:KeyInfo>",
        "<ds:X509Data>",
        r"<ds:X509Certificate>((?s:.)*)</ds:X509Certificate>",
        "</ds:X509Data>",
        "</ds:KeyInfo>",
        "</ds:Signature>",
    )
    return re.compile(between.join(lines).encode("ascii"))


_SYSTEM_FORM = _form(SYSTEM, r"[#\w.-]{0,129}", "")
_PERSON_FORM = _form(PERSON, "", r"\n?")


def read_system(
    signature: etree._Element, text: bytes, span: tuple[int, int]
) -> SignatureParts | None:
    """Read a system's signature at ``span`` of the exclusive canonical ``text``, if compact."""
    found = _SYSTEM_FORM.fullmatch(text, *span)
    return found and _parts(signature, found, SYSTEM)


def read_person(
    signature: etree._Element, text: bytes, span: tuple[int, int]
) -> SignatureParts | None:
    """Read a person's signature at ``span`` of the canonical ``text`` of its root, if compact.

    ``text`` is in the canonical form that SignedInfo names: inclusive unless that is exclusive.
    """
    found = _PERSON_FORM.fullmatch(text, *span)
    return found and _parts(signature, found, PERSON)


def _parts(
    signature: etree._Element, found: re.Match[bytes], profile: Profile
) -> SignatureParts | None:
    info, c14n, method, uri, transform, digest_method, digest, value, chain = found.groups()
    suite = _suite(method, digest_method)
    exclusive = profile.info_methods[c14n.decode("ascii")]
    opening = _DECLARED if exclusive else _in_scope(found.string)
    if suite is None or opening is None:
        return None
    try:
        certificates = _certificates(chain)
        leaf = load_signing_certificate(certificates[0])
        parts = SignatureParts(
            element=signature,
            signed_info=b"<ds:SignedInfo%b>%b</ds:SignedInfo>" % (opening, info),
            uri=uri.decode("ascii"),
            exclusive=profile.transforms[transform.decode("ascii")],
            suite=suite,
            digest=_octets(digest),
            value=_octets(value),
            leaf=leaf,
            certificates=certificates,
        )
    except (ValueError, SignatureRefused):
        return None
    return parts if leaf.suite is suite else None


def _in_scope(text: bytes) -> bytes | None:
    """The namespaces that an inclusive SignedInfo inherits; None where it inherits more."""
    root = _ROOT.match(text)
    if root is None or b" xml:" in root["rest"]:
        return None
    return _with_own(root["namespaces"])


@lru_cache(maxsize=64)
def _with_own(namespaces: bytes) -> bytes:
    """The declarations of a root with the signature's own, in canonical order."""
    declared = {one[1] or b"": one[0] for one in _NAMESPACE.finditer(namespaces)}
    declared[b"ds"] = _DECLARED
    return b"".join(declared[prefix] for prefix in sorted(declared))


@lru_cache(maxsize=64)
def _suite(method: bytes, digest_method: bytes) -> AlgorithmSuite | None:
    suite = SUITES.get(method.decode("ascii"))
    return suite if suite and suite.digest_uri == digest_method.decode("ascii") else None


def _octets(written: bytes) -> bytes:
    return from_base64(written.replace(_CR, b"\r"))


@lru_cache(maxsize=KEPT)
def _certificates(chain: bytes) -> tuple[bytes, ...]:
    """The certificates of a chain; the same few chains come again and again."""
    written = chain.replace(_CR, b"\r").split(_CERTIFICATE, MOST_CERTIFICATES)
    if len(written) > MOST_CERTIFICATES or any(len(one) > LONGEST_CERTIFICATE for one in written):
        raise ValueError("too many certificates, or too long")
    certificates = tuple(from_base64(one) for one in written)
    if is_led(certificates):
        raise ValueError("an issuer stands first")
    return certificates

"""The form that a signature must have: nothing but what the profile names (wire.md, 4)."""

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from pybase64 import b64decode, b64encode

from shared_contracts.signing.algorithms import SUITES, AlgorithmSuite
from shared_contracts.signing.certificates import SigningCertificate, load_signing_certificate
from shared_contracts.signing.coverage import canonical
from shared_contracts.signing.report import Reason, SignatureRefused

DSIG = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE = f"{{{DSIG}}}Signature"
ENVELOPED = f"{DSIG}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
MOST_CERTIFICATES = 5
LONGEST_CERTIFICATE = 16_384
"""Bound of one certificate's base64, in characters."""
KEPT = 1024
"""How many decoded certificates are kept; the least recently used go first."""


def _tags(*names: str) -> list[str]:
    return [f"{{{DSIG}}}{name}" for name in names]


_SIGNATURE = _tags("SignedInfo", "SignatureValue", "KeyInfo")
_SIGNED_INFO = _tags("CanonicalizationMethod", "SignatureMethod", "Reference")
_REFERENCE = _tags("Transforms", "DigestMethod", "DigestValue")
_TRANSFORMS = _tags("Transform", "Transform")
_X509_DATA = _tags("X509Data")
_X509_CERTIFICATE = _tags("X509Certificate")
_BLANKS = " \t\r\n"
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Profile:
    """Which canonicalisations a signature may use; ``True`` stands for exclusive C14N.

    The forms with comments are taken for those without, since comments are refused before.
    """

    info_methods: dict[str, bool]
    transforms: dict[str, bool]


SYSTEM = Profile(info_methods={EXCLUSIVE: True}, transforms={EXCLUSIVE: True})
"""Packages, receipts, lists, answers: exclusive C14N only, so that an envelope does no harm."""

PERSON = Profile(
    info_methods={
        EXCLUSIVE: True,
        f"{EXCLUSIVE}WithComments": True,
        INCLUSIVE: False,
        f"{INCLUSIVE}#WithComments": False,
    },
    transforms={EXCLUSIVE: True, INCLUSIVE: False, f"{INCLUSIVE}#WithComments": False},
)
"""Business documents, as persons' tools sign them."""


@dataclass(frozen=True, slots=True)
class SignatureParts:
    """One signature, read: what it says it covers, how, and by whom.

    ``signed_info`` is in its canonical form: the octets that were signed.
    """

    element: etree._Element
    signed_info: bytes
    uri: str
    exclusive: bool
    suite: AlgorithmSuite
    digest: bytes
    value: bytes
    leaf: SigningCertificate
    certificates: tuple[bytes, ...]


def read_signature(signature: etree._Element, profile: Profile) -> SignatureParts:
    """Read one signature that has exactly the form of ``profile``.

    Raises SignatureRefused: PROFILE, ALGORITHM, KEY_TOO_SHORT, CERTIFICATE_MISSING or
    CERTIFICATE_BROKEN.
    """
    info, value, key_info = _children(signature, _SIGNATURE)
    c14n, method, reference = _children(info, _SIGNED_INFO)
    exclusive = _choice(c14n, profile.info_methods)
    suite = _suite(method)
    transforms, digest_method, digest = _children(reference, _REFERENCE, _URI)
    certificates = _certificates(key_info)
    return SignatureParts(
        element=signature,
        signed_info=_signed_info(info, exclusive=exclusive),
        uri=reference.get("URI", ""),
        exclusive=_transform(transforms, profile),
        suite=suite,
        digest=_digest(digest_method, digest, suite),
        value=_bytes(value),
        leaf=_leaf(key_info, certificates[0], suite),
        certificates=certificates,
    )


def _signed_info(info: etree._Element, *, exclusive: bool) -> bytes:
    """The octets that were signed; an inclusive form would inherit xml:lang and its like."""
    signed = info.iterancestors() if not exclusive else ()
    if any(str(key).startswith(_XML) for one in signed for key in one.keys()):  # noqa: SIM118  # no dict
        raise refused(Reason.PROFILE, info, "xml: attribute above an inclusive SignedInfo")
    return canonical(info, exclusive=exclusive)


def check_algorithm(signature: etree._Element) -> None:
    """Say first that an algorithm is not admitted: everything else may depend on it.

    Raises SignatureRefused(ALGORITHM) if the signature names a method that no suite has.
    """
    method = signature.find(f"{_SIGNATURE[0]}/{_SIGNED_INFO[1]}")
    if method is not None and method.get("Algorithm") not in SUITES:
        raise refused(Reason.ALGORITHM, method, method.get("Algorithm", ""))


def refused(reason: Reason, element: etree._Element, detail: str = "") -> SignatureRefused:
    """The refusal of ``element``, a part of a signature, with its path from the signed root."""
    return SignatureRefused(reason, path_of(element), detail)


def path_of(element: etree._Element) -> str:
    """The path of a part of a signature, from the root that the signature stands in."""
    steps = []
    for one in (element, *element.iterancestors()):
        steps.append(_step(one))
        if one.tag == SIGNATURE:
            steps.append(etree.QName(one.getparent()).localname)
            break
    return "/" + "/".join(reversed(steps))


def _step(element: etree._Element) -> str:
    """The local name, and which of its kind where there are several."""
    name = etree.QName(element).localname
    parent = element.getparent()
    alike = [element] if parent is None else parent.findall(str(element.tag))
    return f"{name}[{alike.index(element) + 1}]" if len(alike) > 1 else name


_URI = ["URI"]
_NONE: list[str] = []


def _children(
    element: etree._Element, names: list[str], attributes: list[str] = _NONE
) -> list[etree._Element]:
    """The children of an element that has exactly these, and no other content or attribute."""
    children = list(element)
    if (
        [child.tag for child in children] != names
        or element.keys() != attributes
        or not _blank(element.text)
        or not all(_blank(child.tail) for child in children)
    ):
        raise refused(Reason.PROFILE, element)
    return children


def _blank(text: str | None) -> bool:
    return text is None or not text.strip(_BLANKS)


def _algorithm(element: etree._Element) -> str:
    if element.keys() != ["Algorithm"] or len(element) or not _blank(element.text):
        raise refused(Reason.PROFILE, element)
    return element.get("Algorithm", "")


def _choice(element: etree._Element, admitted: dict[str, bool]) -> bool:
    uri = _algorithm(element)
    if uri not in admitted:
        raise refused(Reason.PROFILE, element, uri)
    return admitted[uri]


def _suite(method: etree._Element) -> AlgorithmSuite:
    suite = SUITES.get(_algorithm(method))
    if suite is None:
        raise refused(Reason.ALGORITHM, method, method.get("Algorithm", ""))
    return suite


def _transform(transforms: etree._Element, profile: Profile) -> bool:
    """Whether the one canonicalisation after the enveloped-signature transform is exclusive."""
    enveloped, c14n = _children(transforms, _TRANSFORMS)
    if _algorithm(enveloped) != ENVELOPED:
        raise refused(Reason.PROFILE, enveloped)
    return _choice(c14n, profile.transforms)


def _digest(method: etree._Element, digest: etree._Element, suite: AlgorithmSuite) -> bytes:
    if _algorithm(method) != suite.digest_uri:
        raise refused(Reason.ALGORITHM, method, method.get("Algorithm", ""))
    return _bytes(digest)


def _leaf(key_info: etree._Element, der: bytes, suite: AlgorithmSuite) -> SigningCertificate:
    """The signer's certificate; its own key, not the signature, says which suite is right."""
    try:
        leaf = load_signing_certificate(der)
    except SignatureRefused as wrong:
        raise refused(wrong.reason, key_info, wrong.detail) from wrong
    if leaf.suite is not suite:
        raise refused(Reason.ALGORITHM, key_info, f"the key is for {leaf.suite.name}")
    return leaf


def _certificates(key_info: etree._Element) -> tuple[bytes, ...]:
    if not len(key_info) and key_info.tag == _SIGNATURE[2]:
        raise refused(Reason.CERTIFICATE_MISSING, key_info)
    (data,) = _children(key_info, _X509_DATA)
    if not len(data):
        raise refused(Reason.CERTIFICATE_MISSING, data)
    if len(data) > MOST_CERTIFICATES:
        raise refused(Reason.PROFILE, data, f"more than {MOST_CERTIFICATES} certificates")
    return tuple(_certificate(one) for one in _children(data, _X509_CERTIFICATE * len(data)))


def _certificate(element: etree._Element) -> bytes:
    text = _text(element)
    if len(text) > LONGEST_CERTIFICATE:
        raise refused(Reason.PROFILE, element, "too long")
    try:
        return _certificate_der(text)
    except ValueError as wrong:
        raise refused(Reason.PROFILE, element, "not base64") from wrong


def _bytes(element: etree._Element) -> bytes:
    try:
        return from_base64(_text(element).encode("ascii"))
    except ValueError as wrong:
        raise refused(Reason.PROFILE, element, "not base64") from wrong


def _text(element: etree._Element) -> str:
    if len(element) or element.keys():
        raise refused(Reason.PROFILE, element)
    return element.text or ""


def from_base64(text: bytes) -> bytes:
    """What strict base64 encodes; white space is allowed, tools for Windows write even CR.

    ValueError if it is not the one way to write something.
    """
    written = text.translate(None, b" \t\r\n")
    data = b64decode(written, validate=True)
    if not data or b64encode(data) != written:
        raise ValueError("not the base64 of anything")
    return data


@lru_cache(maxsize=KEPT)
def _certificate_der(text: str) -> bytes:
    """The same few certificates come again and again."""
    return from_base64(text.encode("ascii"))

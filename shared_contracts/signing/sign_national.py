"""Signatures in the layouts of Kazakhstan's tools, written without white space.

XMLDSIG as KalkanCrypt and NCALayer write it (compact, the leaf certificate only); XADES-B and
XADES-T as NCALayer does since 2026. With GOST keys this is for test keys only: the arithmetic is
not constant in time. Real users sign in NCALayer, where the key never leaves their hands.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from uuid import uuid4

from asn1crypto import tsp, x509
from lxml import etree

from shared_contracts import astana_time
from shared_contracts.signing.algorithms import AlgorithmSuite
from shared_contracts.signing.report import SignatureForm
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.vocabulary import (
    DSIG,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    SIGNATURE,
    SIGNED_PROPERTIES_TYPE,
    XADES,
)

Token = Callable[[bytes], bytes]
"""What gets a time-stamp token, DER, over octets."""

WITH_COMMENTS = f"{INCLUSIVE}#WithComments"
"""Named by KalkanCrypt; a reference to a whole document covers no comment for all that."""

_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class NationalWriter:
    """With what is signed: the suite, the leaf's DER, and what makes a value of octets."""

    suite: AlgorithmSuite
    leaf: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class SignatureLayout:
    """How a signature is laid out: ``insert`` puts it into the document, as its last child."""

    form: SignatureForm
    insert: Callable[[bytes], bytes]
    stamp: Token | None = None


def national_signature(root: etree._Element, pen: NationalWriter, layout: SignatureLayout) -> bytes:
    """The signature of the document of ``root`` in one of the layouts, as octets to insert.

    ValueError if the form is not one for persons' documents, or the stamp and the form disagree.
    """
    stamped = layout.form is SignatureForm.XADES_T
    if stamped != (layout.stamp is not None):
        raise ValueError(
            f"{layout.form}: a time stamp goes with {SignatureForm.XADES_T} and no other form"
        )
    match layout.form:
        case SignatureForm.XMLDSIG:
            return _kalkan(root, pen, layout)
        case SignatureForm.XADES_B | SignatureForm.XADES_T:
            return _xades(root, pen, layout)
        case SignatureForm.WSS:
            raise ValueError(f"{layout.form} is no form of a business document")


def _kalkan(root: etree._Element, pen: NationalWriter, layout: SignatureLayout) -> bytes:
    """Inclusive C14N: the text of SignedInfo depends on the document, so it is put there first."""
    if any(str(key).startswith(_XML) for key in root.keys()):  # noqa: SIM118  # no dict
        raise ValueError("the root of a document to sign bears no xml: attribute")
    reference = _reference(
        ' URI=""', (ENVELOPED, WITH_COMMENTS), pen, _digest(root, pen, exclusive=False)
    )
    info = _signed_info(INCLUSIVE, pen.suite, reference)
    value = pen.sign(canonical(_placed(info, layout)[0], exclusive=False))
    return _signature("", info, value, pen)


def _xades(root: etree._Element, pen: NationalWriter, layout: SignatureLayout) -> bytes:
    """Exclusive C14N throughout: nothing depends on where the signature stands."""
    name = f"sig-{uuid4()}"
    properties = _properties(name, pen)
    said = _element(properties)
    references = _reference(
        f' Id="{name}-ref0" URI=""', (ENVELOPED, EXCLUSIVE), pen, _digest(root, pen, exclusive=True)
    ) + _reference(
        f' Type="{SIGNED_PROPERTIES_TYPE}" URI="#{name}-signedprops"',
        (EXCLUSIVE,),
        pen,
        pen.suite.digest([canonical(said, exclusive=True)]),
    )
    info = _signed_info(EXCLUSIVE, pen.suite, references)
    value = pen.sign(canonical(_element(info), exclusive=True))
    unsigned = _stamped(value, layout.stamp) if layout.stamp else ""
    qualified = (
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{name}">'
        f"{properties}{unsigned}</xades:QualifyingProperties></ds:Object>"
    )
    return _signature(f' Id="{name}"', info, value, pen, qualified)


def _placed(info: str, layout: SignatureLayout) -> etree._Element:
    """A signature with this SignedInfo where it will stand."""
    draft = f'<ds:Signature xmlns:ds="{DSIG}">{info}</ds:Signature>'.encode()
    root = etree.fromstring(
        layout.insert(draft), etree.XMLParser(resolve_entities=False, no_network=True)
    )
    placed = root[-1]
    if placed.tag != SIGNATURE:
        raise ValueError("the signature does not come to stand as the last child of the root")
    return placed


def _element(fragment: str) -> etree._Element:
    """A fragment as it stands in a signature, whose prefixes it uses."""
    around = f'<ds:Signature xmlns:ds="{DSIG}" xmlns:xades="{XADES}">{fragment}</ds:Signature>'
    return etree.fromstring(around)[0]


def _digest(root: etree._Element, pen: NationalWriter, *, exclusive: bool) -> bytes:
    return pen.suite.digest([canonical(root, exclusive=exclusive)])


def _signed_info(c14n: str, suite: AlgorithmSuite, references: str) -> str:
    return (
        f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{c14n}"/>'
        f'<ds:SignatureMethod Algorithm="{suite.sig_uri}"/>{references}</ds:SignedInfo>'
    )


def _reference(
    attributes: str, transforms: tuple[str, ...], pen: NationalWriter, digest: bytes
) -> str:
    listed = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in transforms)
    return (
        f"<ds:Reference{attributes}><ds:Transforms>{listed}</ds:Transforms>"
        f"{_digest_value(pen, digest)}</ds:Reference>"
    )


def _digest_value(pen: NationalWriter, digest: bytes) -> str:
    return (
        f'<ds:DigestMethod Algorithm="{pen.suite.digest_uri}"/>'
        f"<ds:DigestValue>{_base64(digest)}</ds:DigestValue>"
    )


def _properties(name: str, pen: NationalWriter) -> str:
    """What the signer says of the signature (ETSI EN 319 132-1, 5.2), and then signs."""
    moment = astana_time.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    certificate = (
        f"<xades:Cert><xades:CertDigest>{_digest_value(pen, pen.suite.digest([pen.leaf]))}"
        f"</xades:CertDigest><xades:IssuerSerialV2>{_base64(_issuer_serial(pen.leaf))}"
        "</xades:IssuerSerialV2></xades:Cert>"
    )
    return (
        f'<xades:SignedProperties Id="{name}-signedprops"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>{moment}</xades:SigningTime>"
        f"<xades:SigningCertificateV2>{certificate}</xades:SigningCertificateV2>"
        "</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
        f'<xades:DataObjectFormat ObjectReference="#{name}-ref0">'
        "<xades:MimeType>text/xml</xades:MimeType></xades:DataObjectFormat>"
        "</xades:SignedDataObjectProperties></xades:SignedProperties>"
    )


def _issuer_serial(leaf: bytes) -> bytes:
    """DER of the IssuerSerial that names the leaf (RFC 5035)."""
    certificate = x509.Certificate.load(leaf)
    issuer = x509.GeneralNames([x509.GeneralName("directory_name", certificate.issuer)])
    named = tsp.IssuerSerial({"issuer": issuer, "serial_number": certificate.serial_number})
    der: bytes = named.dump()
    return der


def _stamped(value: bytes, stamp: Token) -> str:
    """The time stamp over the signature's value, which is an element in its canonical form."""
    over = canonical(_element(_value(value)), exclusive=True)
    return (
        "<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
        f'<xades:SignatureTimeStamp><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f"<xades:EncapsulatedTimeStamp>{_base64(stamp(over))}</xades:EncapsulatedTimeStamp>"
        "</xades:SignatureTimeStamp></xades:UnsignedSignatureProperties>"
        "</xades:UnsignedProperties>"
    )


def _value(value: bytes) -> str:
    return f"<ds:SignatureValue>{_base64(value)}</ds:SignatureValue>"


def _signature(
    attributes: str, info: str, value: bytes, pen: NationalWriter, qualified: str = ""
) -> bytes:
    return (
        f'<ds:Signature xmlns:ds="{DSIG}"{attributes}>{info}{_value(value)}<ds:KeyInfo>'
        f"<ds:X509Data><ds:X509Certificate>{_base64(pen.leaf)}</ds:X509Certificate></ds:X509Data>"
        f"</ds:KeyInfo>{qualified}</ds:Signature>"
    ).encode()


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")

"""What a XAdES signature says of itself, as NCALayer 2026 writes it (EN 319 132-1, B and T).

Believed are the properties that its second reference covers: SigningTime, SigningCertificateV2 and
DataObjectFormat, and no other may stand there. Of the unsigned ones a SignatureTimeStamp is taken
out, to be judged elsewhere. Other unsigned properties (CertificateValues, RevocationValues,
ArchiveTimeStamp: the levels LT and LTA) are tolerated and not believed: nobody signed them.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import tsp, x509
from lxml import etree

from shared_contracts.astana_time import to_astana
from shared_contracts.signing.certificates import SigningCertificate
from shared_contracts.signing.report import Reason, SignatureForm, Stamp
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.references import is_plain
from shared_contracts.signing.xml.strict import (
    algorithm,
    algorithm_refused,
    children,
    octets,
    refused,
    text,
)
from shared_contracts.signing.xml.vocabulary import (
    EXCLUSIVE,
    SIGNED_PROPERTIES_TYPE,
    XADES,
    dsig,
    xades,
)

_PROPERTIES = xades("SignedProperties", "UnsignedProperties")
_SIGNED = xades("SignedSignatureProperties", "SignedDataObjectProperties")
_OF_SIGNATURE = xades("SigningTime", "SigningCertificateV2")
_STAMP = f"{{{XADES}}}SignatureTimeStamp"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_MEDIA = frozenset({"text/xml", "application/xml"})


@dataclass(frozen=True, slots=True)
class XadesProperties:
    """What a signature says of itself; ``identifiers`` are those by which its parts point."""

    form: SignatureForm
    claimed_at: datetime
    stamp: Stamp | None
    identifiers: tuple[str, ...]


def read(signature: etree._Element, leaf: SigningCertificate) -> XadesProperties:
    """Read the properties of a signature whose own parts and two references are in their places.

    Raises SignatureRefused: PROFILE, ALGORITHM, ALGORITHM_OBSOLETE, COVERAGE or DIGEST.
    """
    _, _, document, about = signature[0]
    (qualifying,) = children(signature[3], xades("QualifyingProperties"))
    signed, *unsigned = _known(qualifying, _PROPERTIES, ["Target"])
    _check_target(qualifying, "Target", signature)
    _check_covered(signed, about, leaf)
    claimed_at = _read_signed(signed, document, leaf)
    stamp = _stamp(unsigned[0], signature[1]) if unsigned else None
    return XadesProperties(
        form=SignatureForm.XADES_T if stamp else SignatureForm.XADES_B,
        claimed_at=claimed_at,
        stamp=stamp,
        identifiers=tuple(one for part in (signature, document, signed) if (one := part.get("Id"))),
    )


def _known(
    element: etree._Element, names: list[str], attributes: list[str]
) -> list[etree._Element]:
    """The children of an element of whose two kinds the second may be missing."""
    return children(element, names[: max(1, len(element))], attributes)


def _check_target(element: etree._Element, attribute: str, target: etree._Element) -> None:
    identifier = target.get("Id")
    if not is_plain(identifier) or element.get(attribute) != f"#{identifier}":
        raise refused(Reason.COVERAGE, element, f"{attribute}: {element.get(attribute)}")


def _check_covered(signed: etree._Element, about: etree._Element, leaf: SigningCertificate) -> None:
    """The second reference covers these properties, which stand in this signature."""
    transforms, method, digest = children(
        about, dsig("Transforms", "DigestMethod", "DigestValue"), ["Type", "URI"]
    )
    if about.get("Type") != SIGNED_PROPERTIES_TYPE:
        raise refused(Reason.PROFILE, about, f"Type: {about.get('Type')}")
    _check_target(about, "URI", signed)
    _check_exclusive(*children(transforms, dsig("Transform")))
    if _octets_of(method, digest, leaf) != leaf.suite.digest([canonical(signed, exclusive=True)]):
        raise refused(Reason.DIGEST, about)


def _check_exclusive(method: etree._Element) -> None:
    if algorithm(method) != EXCLUSIVE:
        raise refused(Reason.PROFILE, method, method.get("Algorithm", ""))


def _octets_of(method: etree._Element, digest: etree._Element, leaf: SigningCertificate) -> bytes:
    """A digest that is made as those of the signature are."""
    if algorithm(method) != leaf.suite.digest_uri:
        raise algorithm_refused(method, method.get("Algorithm", ""))
    return octets(digest)


def _read_signed(
    signed: etree._Element, document: etree._Element, leaf: SigningCertificate
) -> datetime:
    """The moment claimed, after all that was signed with it has been found right."""
    of_signature, *of_data = _known(signed, _SIGNED, ["Id"])
    time, certificates = children(of_signature, _OF_SIGNATURE)
    _check_certificate(certificates, leaf)
    if of_data:
        _check_format(of_data[0], document)
    written = text(time)
    try:
        return to_astana(datetime.fromisoformat(_MOMENT.fullmatch(written)[0]))  # type: ignore[index]
    except (ValueError, TypeError, OverflowError) as wrong:
        raise refused(Reason.PROFILE, time, f"no moment with offset: {written[:40]}") from wrong


def _check_certificate(named: etree._Element, leaf: SigningCertificate) -> None:
    """The certificate that was meant when signing is the one that came with the signature."""
    (one,) = children(named, xades("Cert"))
    digest, *serial = _known(one, xades("CertDigest", "IssuerSerialV2"), [])
    method, value = children(digest, dsig("DigestMethod", "DigestValue"))
    if _octets_of(method, value, leaf) != leaf.suite.digest([leaf.der]):
        raise refused(Reason.COVERAGE, digest, "the digest of another certificate")
    if serial and not _is_of(octets(serial[0]), leaf.der):
        raise refused(Reason.COVERAGE, serial[0], "the serial number of another certificate")


def _is_of(issuer_serial: bytes, der: bytes) -> bool:
    """Whether DER of an IssuerSerial (RFC 5035) names this certificate."""
    certificate = x509.Certificate.load(der)["tbs_certificate"]
    try:
        named = tsp.IssuerSerial.load(issuer_serial, strict=True)
        (issuer,) = named["issuer"]
        found = issuer.chosen.untag().dump(), named["serial_number"].native
        return bool(found == (certificate["issuer"].dump(), certificate["serial_number"].native))
    except (ValueError, TypeError):
        return False


def _check_format(of_data: etree._Element, document: etree._Element) -> None:
    """What was signed is said to be XML, and said of the first reference."""
    (described,) = children(of_data, xades("DataObjectFormat"))
    (media,) = children(described, xades("MimeType"), ["ObjectReference"])
    _check_target(described, "ObjectReference", document)
    if text(media) not in _MEDIA:
        raise refused(Reason.PROFILE, media, text(media)[:40])


def _stamp(unsigned: etree._Element, value: etree._Element) -> Stamp | None:
    """The time stamp over the signature's value, if there is one; nothing else is read."""
    (of_signature,) = children(unsigned, xades("UnsignedSignatureProperties"))
    stamps = of_signature.findall(_STAMP)
    if not stamps:
        return None
    if len(stamps) > 1:
        raise refused(Reason.PROFILE, stamps[1], "a second time stamp")
    attributes = ["Id"] if stamps[0].get("Id") is not None else []
    names = [*dsig("CanonicalizationMethod"), *xades("EncapsulatedTimeStamp")]
    method, token = children(stamps[0], names, attributes)
    _check_exclusive(method)
    return Stamp(token=octets(token), over=canonical(value, exclusive=True))

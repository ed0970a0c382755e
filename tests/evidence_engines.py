"""The XML signatures of an evidence package, given to engines of others."""

from collections.abc import Iterator
from copy import deepcopy

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from deploy.verifier.container import ReadContainer
from shared_contracts.signing.xml.profile import DSIG
from tests.shared_contracts.signing.oracles import parse, signxml_accepts, xmlsec_accepts

SIGNATURE = f"{{{DSIG}}}Signature"
_LEAF = f"{{{DSIG}}}KeyInfo/{{{DSIG}}}X509Data/{{{DSIG}}}X509Certificate"


def foreign_verdicts(package: bytes) -> dict[str, set[str]]:
    """The names of the signed elements, with the members in which others verified all signatures.

    libxmlsec verifies each; signxml those of systems, which have one reference.
    """
    found: dict[str, set[str]] = {}
    members = ReadContainer(package)
    for name in members.names:
        if name.startswith(("documents/", "evidence/")):
            for signed in _signed(members[name]):
                _verify(signed)
                found.setdefault(etree.QName(signed).localname, set()).add(name)
    return found


def _signed(data: bytes) -> Iterator[etree._Element]:
    """The element of a member that has signatures as its children."""
    try:
        root = parse(data)
    except etree.XMLSyntaxError:
        return  # lists and answers of authorities
    holders = {one.getparent() for one in root.iter(SIGNATURE)}
    yield from (one for one in holders if one is not None)


def _verify(signed: etree._Element) -> None:
    """Each signature covers all before it."""
    count = len(signed.findall(SIGNATURE))
    for number in range(count):
        alone = deepcopy(signed)
        for later in alone.findall(SIGNATURE)[number + 1 :]:
            alone.remove(later)
        data = etree.tostring(alone, method="c14n", exclusive=True)
        leaf = _certificate(alone.findall(SIGNATURE)[number])
        assert xmlsec_accepts(data, leaf)
        assert signed.get("Id") is None or signxml_accepts(data, leaf)


def _certificate(signature: etree._Element) -> bytes:
    text = "".join((signature.findtext(_LEAF) or "").split())
    pem = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)

"""Two other verifiers, to whom ours is compared: signxml and libxmlsec; and a hand that forges."""

from base64 import b64encode
from dataclasses import dataclass

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from shared_contracts.signing.sign import FileSigner
from shared_contracts.signing.xml.profile import DSIG, ENVELOPED, EXCLUSIVE

NAMESPACE = "urn:kz:tru-registry:exchange:1"
DS = f"{{{DSIG}}}"
DOCUMENT = (
    f'<Package xmlns="{NAMESPACE}" Id="p-1"><MessageId>7</MessageId>'
    '<Records><Record number="1">насос &lt;50 кВт&gt; &amp; "қосалқы"</Record>'
    '<Record number="2">кабель</Record></Records></Package>'
).encode()

_CONFIG = SignatureConfiguration(
    location="./",
    signature_methods=frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256}),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
)


def parse(data: bytes) -> etree._Element:
    """Parse as the endpoints do: nothing is resolved, nothing is dropped."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def transformed(data: bytes, count: int, *, exclusive: bool) -> bytes:
    """The enveloped-signature transform done on the tree, for the last ``count`` signatures."""
    root = parse(data)
    for signature in list(root)[-count:]:
        _remove_but_its_tail(signature)
    return etree.tostring(root, method="c14n", exclusive=exclusive, with_comments=False)


def _remove_but_its_tail(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    assert parent is not None
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


def signxml_accepts(data: bytes, leaf: bytes) -> bool:
    """Whether signxml takes ``data`` as signed with the key of the certificate ``leaf``."""
    certificate = x509.load_der_x509_certificate(leaf)
    try:
        result = XMLVerifier().verify(data, x509_cert=certificate, expect_config=_CONFIG)
    except (SignXMLException, etree.LxmlError, ValueError, TypeError, AttributeError):
        return False
    assert not isinstance(result, list)
    return result.signed_xml is not None


def xmlsec_accepts(data: bytes, leaf: bytes) -> bool:
    """Whether libxmlsec takes the last signature in ``data`` as made with the key of ``leaf``."""
    pem = x509.load_der_x509_certificate(leaf).public_bytes(Encoding.PEM)
    try:
        root = parse(data)
        signature = list(root.iter(f"{DS}Signature"))[-1]
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
        xmlsec.tree.add_ids(root, ["Id"])
        context.verify(signature)
    except (xmlsec.Error, etree.LxmlError, IndexError, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Forgery:
    """A signature made with a real key, in any form one likes, valid or not."""

    uri: str = "#p-1"
    c14n: str = EXCLUSIVE
    method: str = ""
    digest_method: str = "http://www.w3.org/2001/04/xmlenc#sha256"
    transforms: tuple[str, ...] = (
        f'<ds:Transform Algorithm="{ENVELOPED}"/>',
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/>',
    )
    more_references: str = ""
    reference_attributes: str = ""
    key_info: str | None = None
    last: str = ""
    attributes: str = ""

    def sign(self, document: bytes, signer: FileSigner) -> bytes:
        """``document`` with this signature as its last child."""
        root = parse(document)
        text = etree.tostring(root, method="c14n", exclusive=True)
        digest = b64encode(signer.suite.digest([text])).decode()
        info = (
            f'<ds:SignedInfo xmlns:ds="{DSIG}"><ds:CanonicalizationMethod Algorithm="{self.c14n}"/>'
            f'<ds:SignatureMethod Algorithm="{self.method or signer.suite.sig_uri}"/>'
            f'<ds:Reference URI="{self.uri}"{self.reference_attributes}>'
            f"<ds:Transforms>{''.join(self.transforms)}</ds:Transforms>"
            f'<ds:DigestMethod Algorithm="{self.digest_method}"/>'
            f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
            f"{self.more_references}</ds:SignedInfo>"
        )
        canonical = etree.tostring(etree.fromstring(info), method="c14n", exclusive=True)
        assert signer.suite.sign is not None
        value = b64encode(signer.suite.sign(signer.private_key, canonical)).decode()
        return with_signature(document, self._whole(info, value, signer))

    def _whole(self, info: str, value: str, signer: FileSigner) -> bytes:
        leaf = b64encode(signer.certificates[0]).decode()
        usual = (
            f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{leaf}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo>"
        )
        key_info = usual if self.key_info is None else self.key_info
        return (
            f'<ds:Signature xmlns:ds="{DSIG}"{self.attributes}>{info}<ds:SignatureValue>{value}'
            f"</ds:SignatureValue>{key_info}{self.last}</ds:Signature>"
        ).encode()


def with_signature(document: bytes, signature: bytes) -> bytes:
    """``document`` with ``signature`` before the end of its root."""
    end = document.rindex(b"</")
    return document[:end] + signature + document[end:]

"""The strong stack: lxml, python-xmlsec and the eventsourcing library's own log.

It makes the same checks as the plain stack and records the same. Its envelope is read by lxml
alone, documents by the Registry's own reader, signatures are verified and made by libxmlsec, keys
and certificates are loaded once for each signer.
"""

import threading
from base64 import b64encode
from dataclasses import dataclass, field

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from typing_extensions import override

from shared_contracts.messages.package import Package
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.tags import qualified
from shared_contracts.signing.gost.keys import GostPrivateKey
from shared_contracts.signing.sign import FileSigner
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose
from tests.bench.plain import Plain
from tests.bench.plain_signatures import DSIG
from tests.bench.plain_tools import NotGenuine

METHODS = frozenset(
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    )
)
"""Signature methods that are taken."""


class Strong(Plain):
    """The strong stack at work over its own database."""

    @override
    def handle(self, body: bytes, _content_type: str | None = None) -> bytes:
        """Answer a SOAP message with one package in it."""
        root = etree.fromstring(body, _parser())
        element = next(root.iter(qualified("Package")))
        answer = self.transfer(codec.read(element, Package), element, body)
        name = "TransferRecordsResponse"
        return enclose(SoapVersion.V11, REGISTRY.namespace, name, codec.to_bytes(answer))


@dataclass
class XmlsecTools:
    """libxmlsec and the Registry's reader and writer of documents."""

    signer: FileSigner
    _keys: dict[bytes, xmlsec.Key] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def verify(
        self, data: "bytes | etree._Element", element: etree._Element, der: bytes
    ) -> etree._Element:
        """Verify by libxmlsec with the certificate's key, over the whole document."""
        del data  # it was parsed already
        signature, identity = element[-1], element.get("Id")
        method = signature[0].find(f"{DSIG}SignatureMethod")
        references = signature[0].findall(f"{DSIG}Reference")
        whole = "" if identity is None else f"#{identity}"
        if method is None or method.get("Algorithm") not in METHODS:
            raise NotGenuine("the signature method is not taken")
        if [each.get("URI") for each in references] != [whole]:
            raise NotGenuine("the signature is not over the whole document")
        if identity is not None:
            xmlsec.tree.add_ids(element, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = self._key(der)
        try:
            context.verify(signature)
        except xmlsec.Error as refused:
            raise NotGenuine(str(refused)) from refused
        return element

    def read(self, element: etree._Element) -> Purchase:
        """Read into the contract's objects at once."""
        return codec.read(element, Purchase)

    def receipt(self, said: Receipt) -> bytes:
        """Write the receipt and sign it by libxmlsec."""
        element = codec.write(said, root_id=f"receipt-{said.receipt_id}")
        transform = xmlsec.constants
        signature = xmlsec.template.create(
            element, transform.TransformExclC14N, transform.TransformEcdsaSha256
        )
        element.append(signature)
        reference = xmlsec.template.add_reference(
            signature, transform.TransformSha256, uri=f"#{element.get('Id')}"
        )
        xmlsec.template.add_transform(reference, transform.TransformEnveloped)
        xmlsec.template.add_transform(reference, transform.TransformExclC14N)
        data = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
        for certificate in self.signer.certificates:
            etree.SubElement(data, f"{DSIG}X509Certificate").text = b64encode(certificate).decode()
        xmlsec.tree.add_ids(element, ["Id"])
        context = xmlsec.SignatureContext()
        context.key = self._own()
        context.sign(signature)
        return codec.to_bytes(element)

    def _key(self, der: bytes) -> xmlsec.Key:
        with self._guard:
            found = self._keys.get(der)
            if found is None:
                pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
                found = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem)
                self._keys[der] = found
            return found

    def _own(self) -> xmlsec.Key:
        with self._guard:
            found = self._keys.get(b"")
            if found is None:
                key = self.signer.private_key
                assert not isinstance(key, GostPrivateKey)  # which the library does not know
                pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
                found = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
                self._keys[b""] = found
            return found


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)

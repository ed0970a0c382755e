"""What the stacks that are compared do differently: signatures, and objects of documents."""

from base64 import b64decode
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import msgspec
from cryptography import x509
from lxml import etree
from signxml.exceptions import SignXMLException
from spyne.protocol.xml import XmlDocument

from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import FileSigner
from tests.bench.plain_models import filled, model
from tests.bench.plain_signatures import DSIG, Certificates, sign, verify

_NAMESPACE = "urn:kz:tru-registry:exchange:1"


class NotGenuine(Exception):
    """A signature that does not hold."""


class Tools(Protocol):
    """Signatures and objects by one set of libraries."""

    def verify(
        self, data: "bytes | etree._Element", element: etree._Element, der: bytes
    ) -> etree._Element:
        """What the certificate's owner signed: ``element``, parsed from ``data``; NotGenuine."""

    def read(self, element: etree._Element) -> Purchase:
        """The purchase in a valid document."""

    def receipt(self, said: Receipt) -> bytes:
        """A signed receipt."""


@dataclass
class SpyneTools:
    """signxml and Spyne's typed objects; certificates and keys are kept as objects."""

    signer: FileSigner
    _certificates: Certificates = field(default_factory=Certificates)
    _protocol: XmlDocument = field(default_factory=XmlDocument)

    def verify(
        self, data: "bytes | etree._Element", element: etree._Element, der: bytes
    ) -> etree._Element:
        """Verify by signxml with the certificate pinned."""
        del element  # signxml parses for itself
        try:
            return verify(data, self._certificates.get(der))
        except SignXMLException as refused:
            raise NotGenuine(str(refused)) from refused

    def read(self, element: etree._Element) -> Purchase:
        """Read into Spyne's objects, then into the contract's."""
        typed = self._protocol.from_element(None, model(Purchase), element)
        return msgspec.convert(typed, Purchase, from_attributes=True)

    def receipt(self, said: Receipt) -> bytes:
        """Write Spyne's objects and sign them by signxml."""
        parent = etree.Element("answer")
        form = filled(said, Receipt)
        self._protocol.to_parent(None, model(Receipt), form, parent, _NAMESPACE)
        parent[0].set("Id", f"receipt-{said.receipt_id}")
        return sign(parent[0], self.signer, self._chain)

    @cached_property
    def _chain(self) -> list[x509.Certificate]:
        return [x509.load_der_x509_certificate(der) for der in self.signer.certificates]


def chain_in(element: etree._Element) -> list[bytes]:
    """The certificates in the signature of a document, DER, leaf first."""
    found = element.iterfind(f"{DSIG}Signature//{DSIG}X509Certificate")
    return [b64decode(each.text or "") for each in found]

"""Signing: systems their messages, persons their documents (S95-4, S216-3)."""

from base64 import b64encode
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from shared_contracts.signing.algorithms import AlgorithmSuite, PrivateKey, suite_of
from shared_contracts.signing.coverage import canonical, last_span
from shared_contracts.signing.profile import DSIG, ENVELOPED, EXCLUSIVE, SIGNATURE


class Signer(Protocol):
    """Whoever can sign: a private key, wherever it lives, and its certificates, leaf first.

    ``private_key`` has the interface of the keys of ``cryptography``.
    """

    @property
    def private_key(self) -> PrivateKey:
        """The key itself, or what stands for it."""
        ...

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """DER of the signer's certificate and of those above it."""
        ...

    @property
    def suite(self) -> AlgorithmSuite:
        """The suite that the key calls for."""
        ...


class FileSigner:
    """A signer whose key lies in a file: a system's own key, or one of the test authority."""

    def __init__(self, key_pem_path: Path, chain_pem_path: Path) -> None:
        key = load_pem_private_key(key_pem_path.read_bytes(), password=None)
        if not isinstance(key, PrivateKey):
            raise TypeError(f"{key_pem_path} is neither an RSA nor an elliptic curve key")
        chain = x509.load_pem_x509_certificates(chain_pem_path.read_bytes())
        if chain[0].public_key() != key.public_key():
            raise ValueError(f"{key_pem_path} is not the key of the first in {chain_pem_path}")
        self.private_key = key
        self.certificates = tuple(one.public_bytes(Encoding.DER) for one in chain)
        self.suite = suite_of(key.public_key())


def sign_system(element: etree._Element, signer: Signer) -> bytes:
    """A system's message with its signature as last child, as UTF-8 without XML declaration.

    ``element`` is a whole message that bears an Id and no signature yet; it is left as it was.
    """
    _check_unsigned(element)
    signed = _signed(element, signer, CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=False)


def sign_person(data: bytes, signer: Signer) -> bytes:
    """A business document with one more signature, which covers those before it.

    The bytes given are kept as they are, the signature is put before the end of the root.
    ValueError if the document is not one that can be signed so.
    """
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    _check_signable(root)
    signed = _signed(root, signer, CanonicalizationMethod.CANONICAL_XML_1_0)
    text = etree.tostring(signed, encoding="UTF-8", xml_declaration=False)
    start, end = last_span(text, signed[-1], text.rindex(b"</"))
    return _with_last_child(data, text[start:end])


def sign_system_fast(element: etree._Element, signer: Signer) -> bytes:
    """The same as ``sign_system``, for the many receipts: one canonicalisation, no library.

    The message comes out as its canonical text; the tests prove that signxml and libxmlsec
    verify it and that for RSA the signature is byte for byte the one signxml makes.
    """
    _check_unsigned(element)
    text = canonical(element, exclusive=True)
    info = _signed_info(element.get("Id", ""), text, signer.suite)
    value = _signature_value(info, signer)
    return _with_last_child(text, _signature(info, value, signer.certificates))


def _check_unsigned(element: etree._Element) -> None:
    if element.get("Id") is None or element.getparent() is not None:
        raise ValueError("a message to sign is a whole element that bears an Id")
    if next(element.iter(SIGNATURE, etree.Comment, etree.PI), None) is not None:
        raise ValueError("a message to sign has no signature, comment or processing instruction")


def _check_signable(root: etree._Element) -> None:
    info = root.getroottree().docinfo
    has_dtd = info.doctype  # type: ignore[attr-defined]  # lxml-stubs lacks it
    if (info.encoding or "UTF-8").upper() not in {"UTF-8", "US-ASCII"} or has_dtd:
        raise ValueError("a document to sign is UTF-8 without DTD")
    if root.get("Id") is not None or root.getnext() is not None:
        raise ValueError("the root of a document to sign bears no Id and nothing follows it")
    if next(root.iter(etree.Comment, etree.PI), None) is not None:
        raise ValueError("a document to sign has no comment or processing instruction")


def _signed(
    element: etree._Element, signer: Signer, method: CanonicalizationMethod
) -> etree._Element:
    """A signed copy of ``element``; signxml keeps state, so its object serves only once."""
    machine = XMLSigner(signature_algorithm=signer.suite.sig_uri, c14n_algorithm=method)
    chain = [x509.load_der_x509_certificate(der) for der in signer.certificates]
    return machine.sign(element, key=signer.private_key, cert=chain)


def _with_last_child(document: bytes, child: bytes) -> bytes:
    """``document`` with ``child`` put before the end of its root; nothing follows the root."""
    body = document.rstrip()
    if body.endswith(b"/>"):
        name = _root_name(document)
        return body[:-2] + b">" + child + b"</" + name + b">" + document[len(body) :]
    end = body.rindex(b"</")
    return document[:end] + child + document[end:]


def _root_name(document: bytes) -> bytes:
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    local = etree.QName(root).localname
    return (f"{root.prefix}:{local}" if root.prefix else local).encode()


def _signed_info(identifier: str, text: bytes, suite: AlgorithmSuite) -> bytes:
    """SignedInfo in its canonical form."""
    digest = b64encode(suite.digest([text])).decode()
    return (
        f'<ds:SignedInfo xmlns:ds="{DSIG}">'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{suite.sig_uri}"></ds:SignatureMethod>'
        f'<ds:Reference URI="#{identifier}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
        f'<ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{suite.digest_uri}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    ).encode()


def _signature_value(info: bytes, signer: Signer) -> bytes:
    if signer.suite.sign is None:
        raise ValueError(f"{signer.suite.name} only verifies")
    return signer.suite.sign(signer.private_key, info)


def _signature(info: bytes, value: bytes, certificates: tuple[bytes, ...]) -> bytes:
    chain = b"".join(
        b"<ds:X509Certificate>%b</ds:X509Certificate>" % b64encode(der) for der in certificates
    )
    declared = f' xmlns:ds="{DSIG}"'.encode()
    return b"".join(
        (
            b"<ds:Signature%b>" % declared,
            info.replace(declared, b"", 1),
            b"<ds:SignatureValue>%b</ds:SignatureValue>" % b64encode(value),
            b"<ds:KeyInfo><ds:X509Data>%b</ds:X509Data></ds:KeyInfo></ds:Signature>" % chain,
        )
    )

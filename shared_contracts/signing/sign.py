"""Signing: systems their messages, persons their documents (S95-4, S216-3).

GOST keys sign here for test authorities only: the arithmetic is not constant in time. Real users
sign in NCALayer or a like tool, which keeps the key to itself.
"""

from base64 import b64encode
from collections.abc import Iterable

from cryptography import x509
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.signer import XMLSigner

from shared_contracts.messages.document import Part
from shared_contracts.signing.algorithms import GOST_256, GOST_512, AlgorithmSuite
from shared_contracts.signing.gost.keys import GostPrivateKey
from shared_contracts.signing.report import SignatureForm
from shared_contracts.signing.sign_national import (
    NationalWriter,
    SignatureLayout,
    Token,
    national_signature,
)
from shared_contracts.signing.signers import FileSigner, OwnSigner, Signer
from shared_contracts.signing.xml.coverage import canonical, last_span
from shared_contracts.signing.xml.profile import DSIG, ENVELOPED, EXCLUSIVE, SIGNATURE
from shared_contracts.signing.xml.sliced import SlicedTexts
from shared_contracts.xml import codec, schema
from shared_contracts.xml.slices import Slices

__all__ = [
    "FileSigner",
    "OwnSigner",
    "Signer",
    "sign_canonical",
    "sign_message",
    "sign_person",
    "sign_sliced",
    "sign_system",
    "sign_system_fast",
]


_GOST = (GOST_512, GOST_256)
"""Suites that the library does not know."""


def sign_system(element: etree._Element, signer: Signer) -> bytes:
    """A system's message with its signature as last child, as UTF-8 without XML declaration.

    ``element`` is a whole message that bears an Id and no signature yet; it is left as it was.
    """
    if signer.suite in _GOST:
        return sign_system_fast(element, signer)
    _check_unsigned(element)
    signed = _signed(element, signer, CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    return etree.tostring(signed, encoding="UTF-8", xml_declaration=False)


def sign_person(
    data: bytes,
    signer: Signer,
    form: SignatureForm = SignatureForm.XMLDSIG,
    stamp: Token | None = None,
) -> bytes:
    """A business document with one more signature, which covers those before it.

    The bytes given are kept as they are, the signature is put before the end of the root. With a
    GOST key, and in the XAdES forms, it is laid out as Kazakhstan's tools do; ``stamp`` gets the
    time-stamp token of XAdES-T. ValueError if the document is not one that can be signed so.
    """
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    _check_signable(root)
    if form is SignatureForm.XMLDSIG and stamp is None and signer.suite not in _GOST:
        return _with_last_child(data, _by_library(root, signer))
    pen = NationalWriter(
        signer.suite, signer.certificates[0], lambda info: _signature_value(info, signer)
    )
    layout = SignatureLayout(form, lambda signature: _with_last_child(data, signature), stamp)
    return _with_last_child(data, national_signature(root, pen, layout))


def _by_library(root: etree._Element, signer: Signer) -> bytes:
    signed = _signed(root, signer, CanonicalizationMethod.CANONICAL_XML_1_0)
    text = etree.tostring(signed, encoding="UTF-8", xml_declaration=False)
    start, end = last_span(text, signed[-1], text.rindex(b"</"))
    return text[start:end]


def sign_system_fast(element: etree._Element, signer: Signer) -> bytes:
    """The same as ``sign_system``, for the many receipts: one canonicalisation, no library.

    The message comes out as its canonical text; the tests prove that signxml and libxmlsec
    verify it and that for RSA the signature is byte for byte the one signxml makes.
    """
    _check_unsigned(element)
    return sign_canonical(canonical(element, exclusive=True), element.get("Id", ""), signer)


def sign_canonical(text: bytes, identifier: str, signer: Signer) -> bytes:
    """The same of a message that is given as its canonical text, and whose Id is known."""
    return _with_last_child(text, _sealed(f"#{identifier}", [text], signer))


def sign_sliced(slices: Slices, signer: Signer) -> bytes:
    """One more signature of a person for a document that is too large for one tree: its element.

    It belongs before the end of the root, after those that are there. ValueError if the document
    is not one that can be signed so.
    """
    root = schema.parse(slices.skeleton)
    _check_signable(root)
    texts = SlicedTexts(root, root.findall(SIGNATURE), slices)
    return _sealed("", texts[True].without_last(0), signer)


def _sealed(uri: str, pieces: Iterable[bytes | memoryview], signer: Signer) -> bytes:
    """The signature over a canonical text."""
    info = _signed_info(uri, signer.suite.digest(pieces), signer.suite)
    return _signature(info, _signature_value(info, signer), signer.certificates)


def sign_message(message: Part, root_id: str, signer: Signer) -> bytes:
    """A system's message as its canonical text, signed; its root bears the Id ``root_id``."""
    return sign_canonical(codec.canonical_text(message, root_id=root_id), root_id, signer)


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
    if isinstance(signer.private_key, GostPrivateKey):
        raise TypeError("the library signs with RSA and elliptic curve keys only")
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


def _signed_info(uri: str, digested: bytes, suite: AlgorithmSuite) -> bytes:
    """SignedInfo in its canonical form."""
    digest = b64encode(digested).decode()
    return (
        f'<ds:SignedInfo xmlns:ds="{DSIG}">'
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{suite.sig_uri}"></ds:SignatureMethod>'
        f'<ds:Reference URI="{uri}"><ds:Transforms>'
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

"""Signatures in the layouts that tools of Kazakhstan write, made with keys of the test authority.

A template has the form; ``sealed`` fills in algorithms, certificate, digests and value, whatever
the form says, so that a document in a forbidden form is still signed with the right key.
"""

from base64 import b64encode

from lxml import etree

from shared_contracts.signing.sign import FileSigner
from shared_contracts.signing.xml.vocabulary import DSIG, ENVELOPED, EXCLUSIVE, INCLUSIVE
from tests.shared_contracts.signing.oracles import DS, parse, transformed, with_signature

OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSU = f"{OASIS}wssecurity-utility-1.0.xsd"
WSSE = f"{OASIS}wssecurity-secext-1.0.xsd"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WITH_COMMENTS = f"{INCLUSIVE}#WithComments"
X509 = "<ds:X509Data>\n<ds:X509Certificate/>\n</ds:X509Data>"
IDENTIFIER = (
    f'<wsse:SecurityTokenReference><wsse:KeyIdentifier EncodingType="{OASIS}'
    f'soap-message-security-1.0#Base64Binary" ValueType="{OASIS}x509-token-profile-1.0#X509v3"/>'
    "</wsse:SecurityTokenReference>"
)
_CERTIFICATES = (f"{DS}X509Certificate", f"{{{WSSE}}}KeyIdentifier")


def template(
    uri: str, transforms: tuple[str, ...], c14n: str = INCLUSIVE, key_info: str = X509
) -> bytes:
    """A signature with nothing in it yet, laid out in lines."""
    listed = "\n".join(f'<ds:Transform Algorithm="{one}"/>' for one in transforms)
    return (
        f'<ds:Signature xmlns:ds="{DSIG}">\n<ds:SignedInfo>\n'
        f'<ds:CanonicalizationMethod Algorithm="{c14n}"/>\n<ds:SignatureMethod Algorithm=""/>\n'
        f'<ds:Reference URI="{uri}">\n<ds:Transforms>\n{listed}\n</ds:Transforms>\n'
        '<ds:DigestMethod Algorithm=""/>\n<ds:DigestValue/>\n</ds:Reference>\n</ds:SignedInfo>\n'
        f"<ds:SignatureValue/>\n<ds:KeyInfo>\n{key_info}\n</ds:KeyInfo>\n</ds:Signature>"
    ).encode()


def in_lines(document: bytes, signer: FileSigner) -> bytes:
    """As KalkanCrypt writes by way of Santuario: base64 in lines that end with CR and LF."""
    shape = template("", (ENVELOPED, WITH_COMMENTS))
    return sealed(with_signature(document, shape), signer, lines=True)


def in_one_line(
    document: bytes, signer: FileSigner, c14n: str = WITH_COMMENTS, info: str = INCLUSIVE
) -> bytes:
    """As NCALayer writes since 2022: without white space; ``info`` is SignedInfo's method."""
    shape = template("", (ENVELOPED, c14n), info).replace(b"\n", b"")
    return sealed(with_signature(document, shape), signer)


def of_part(document: bytes, uri: str, signer: FileSigner) -> bytes:
    """As signXml writes when it is given paths."""
    shape = template(uri, (WITH_COMMENTS,), EXCLUSIVE)
    return sealed(with_signature(document, shape), signer, lines=True)


def of_body(body: str, signer: FileSigner) -> bytes:
    """An envelope as the state's gateway wants it."""
    security = template("#id-1", (EXCLUSIVE,), EXCLUSIVE, IDENTIFIER).decode()
    envelope = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Header><wsse:Security xmlns:wsse="{WSSE}"'
        f' xmlns:wsu="{WSU}" s:mustUnderstand="1">{security}</wsse:Security></s:Header>'
        f'<s:Body xmlns:wsu="{WSU}" wsu:Id="id-1">{body}</s:Body></s:Envelope>'
    )
    return sealed(envelope.encode(), signer, lines=True)


def sealed(data: bytes, signer: FileSigner, *, lines: bool = False) -> bytes:
    """``data`` whose last signature is made anew: algorithms, certificate, digests, value."""
    root = parse(data)
    signature = list(root.iter(f"{DS}Signature"))[-1]
    for certificate in signature.iter(*_CERTIFICATES):
        certificate.text = _written(signer.certificates[0], lines=lines)
    _set_algorithms(signature[0], signer)
    return resealed(root, signature, signer, lines=lines)


def resealed(
    root: etree._Element, signature: etree._Element, signer: FileSigner, *, lines: bool = False
) -> bytes:
    """The document with digests and value made anew; all else in the signature stays."""
    for reference in reversed(signature[0].findall(f"{DS}Reference")):
        digest = signer.suite.digest([_referred(root, reference)])
        reference[-1].text = _written(digest, lines=lines)
    method = signature[0][0].get("Algorithm", "")
    info = _canonical(signature[0], exclusive=method.startswith(EXCLUSIVE))
    assert signer.suite.sign is not None
    signature[1].text = _written(signer.suite.sign(signer.private_key, info), lines=lines)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def _set_algorithms(info: etree._Element, signer: FileSigner) -> None:
    for method in info.iter(f"{DS}SignatureMethod"):
        method.set("Algorithm", signer.suite.sig_uri)
    for method in info.iter(f"{DS}DigestMethod"):
        method.set("Algorithm", signer.suite.digest_uri)


def _referred(root: etree._Element, reference: etree._Element) -> bytes:
    """The canonical text that a reference covers."""
    exclusive = reference[0][-1].get("Algorithm", "").startswith(EXCLUSIVE)
    uri = reference.get("URI", "")
    if uri:
        [target, *_] = [one for one in root.iter() if uri[1:] in one.values()]
        return _canonical(target, exclusive=exclusive)
    return transformed(etree.tostring(root), 1, exclusive=exclusive)


def _canonical(element: etree._Element, *, exclusive: bool) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)


def _written(data: bytes, *, lines: bool) -> str:
    text = b64encode(data).decode()
    if not lines:
        return text
    return "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))

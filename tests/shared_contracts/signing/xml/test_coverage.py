"""Cutting signatures out of the canonical text is the same as the enveloped-signature transform."""

import xmlsec
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.verify import verify_person
from shared_contracts.signing.xml.coverage import cover
from shared_contracts.signing.xml.profile import DSIG, INCLUSIVE, SIGNATURE
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import DS, parse, transformed

NAMES = ("A", "B", "Signature", "SignatureValue", "x:C", "ds:Extra")
LETTERS = st.sampled_from("aя<>&\"'\t\n\r ds:Signature=/]")
TEXT = st.text(LETTERS, max_size=12)
ATTRIBUTES = st.dictionaries(st.sampled_from(("a", "b", "x:c", "xml:lang")), TEXT, max_size=2)
HEADS = (
    "<Root>",
    '<Root xmlns="urn:a">',
    f'<Root xmlns:ds="{DSIG}" xmlns:x="urn:x">',
    '<x:Root xmlns:x="urn:x" xmlns="urn:a" b="&lt;ds:Signature &gt;">',
    f'<ds:Root xmlns:ds="{DSIG}" xmlns:y="urn:y">',
    f'<Root xmlns:y="{DSIG}" xmlns:ds="urn:not-dsig">',
    '<ds:Signature xmlns:ds="urn:not-dsig">',
    "<Signature>",
)
SIGNATURES = (
    f'<ds:Signature xmlns:ds="{DSIG}"><ds:SignatureValue>x</ds:SignatureValue></ds:Signature>',
    f'<Signature xmlns="{DSIG}"><SignedInfo><SignatureMethod Algorithm="&lt;"/></SignedInfo>'
    "<SignatureValue/></Signature>",
    f'<y:Signature xmlns:y="{DSIG}" xmlns:z="urn:z"><y:SignedInfo/>\n</y:Signature>',
)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    """A random element, as text; its names are like those of a signature but for its namespace."""
    name = draw(st.sampled_from(NAMES))
    prefixes = 'xmlns:x="urn:x" xmlns:ds="urn:not-dsig"'
    inside = draw(st.lists(elements(depth + 1), max_size=2)) if depth < 2 else []
    attributes = "".join(
        f" {key}={_quoted(value)}" for key, value in sorted(draw(ATTRIBUTES).items())
    )
    content = _escaped(draw(TEXT)) + "".join(inside)
    return f"<{name} {prefixes}{attributes}>{content}</{name}>{_escaped(draw(TEXT))}"


@st.composite
def signed(draw: st.DrawFn) -> bytes:
    """A random document with one to three things in the place of signatures."""
    head = draw(st.sampled_from(HEADS))
    body = "".join(draw(st.lists(elements(), max_size=3)))
    tails = draw(st.lists(st.tuples(st.sampled_from(SIGNATURES), TEXT), min_size=1, max_size=3))
    last = "".join(signature + _escaped(tail) for signature, tail in tails)
    name = head[1:].split(" ")[0].rstrip(">")
    return f"{head}{_escaped(draw(TEXT))}{body}{last}</{name}>".encode()


def _escaped(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    )


def _quoted(text: str) -> str:
    return '"' + _escaped(text).replace('"', "&quot;").replace("\n", "&#10;") + '"'


@given(data=signed(), exclusive=st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_is_cut_out_is_what_the_transform_takes_out(data: bytes, *, exclusive: bool) -> None:
    root = parse(data)
    count = len(root.findall(SIGNATURE))
    last = [one for one in root if one.tag == SIGNATURE]
    covered = cover(root, last, exclusive=exclusive)
    for taken in range(1, count + 1):
        pieces = b"".join(covered.without_last(taken))
        assert pieces == transformed(data, taken, exclusive=exclusive)


@given(body=st.lists(elements(), min_size=1, max_size=3), head=st.sampled_from(HEADS))
@settings(max_examples=40, deadline=None)
def test_a_random_document_signed_by_libxmlsec_is_proven(
    pki: Pki, body: list[str], head: str
) -> None:
    name = head[1:].split(" ", maxsplit=1)[0].rstrip(">")
    root = parse(f"{head}{''.join(body)}</{name}>".encode())
    signer = pki.signer("customer1-head")
    _sign_with_libxmlsec(root, pki)
    proven = verify_person(parse(etree.tostring(root)))
    assert proven.signatures[0].certificates == signer.certificates[:1]


def _sign_with_libxmlsec(root: etree._Element, pki: Pki) -> None:
    signature = xmlsec.template.create(
        root, xmlsec.constants.TransformInclC14N, xmlsec.constants.TransformRsaSha256, ns="ds"
    )
    root.append(signature)
    reference = xmlsec.template.add_reference(signature, xmlsec.constants.TransformSha256, uri="")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformInclC14N)
    data = xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    xmlsec.template.x509_data_add_certificate(data)
    context = xmlsec.SignatureContext()
    pem = xmlsec.constants.KeyDataFormatPem
    name = "customer1-head"
    context.key = xmlsec.Key.from_file(str(pki.authority.key(name)), pem)
    context.key.load_cert_from_file(str(pki.authority.chain(name)), pem)
    context.sign(signature)


@given(body=st.lists(elements(), min_size=1, max_size=3), head=st.sampled_from(HEADS))
@settings(max_examples=40, deadline=None)
def test_a_random_document_signed_by_three_is_proven(pki: Pki, body: list[str], head: str) -> None:
    name = head[1:].split(" ", maxsplit=1)[0].rstrip(">")
    data = f"{head}{''.join(body)}</{name}>".encode()
    signers = [pki.signer(one) for one in ("customer1-head", "sez", "customer2-head-rsa")]
    for signer in signers:
        data = sign_person(data, signer)
    proven = verify_person(parse(data))
    assert [one.certificates for one in proven.signatures] == [one.certificates for one in signers]
    assert parse(data)[-1].tag == f"{DS}Signature"
    assert INCLUSIVE.encode() in data

"""A signature of a part of a document says nothing about the rest."""

from collections.abc import Callable

import pytest
from lxml import etree

from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.part import SignedPart, prove_part
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import DS, parse, with_signature, xmlsec_accepts
from tests.shared_contracts.signing.shapes import of_part, template

DOCUMENT = (
    b'<file xmlns:u="urn:u"><a Id="part" b="&#13;"><x>1 &amp; 2</x></a><b Id="other"/></file>'
)
CANONICAL = b'<a xmlns:u="urn:u" Id="part" b="&#xD;"><x>1 &amp; 2</x></a>'
SIGNERS = ("customer1-head", "sez", "customer2-head", "customer2-256")


def prove(data: bytes) -> SignedPart:
    return prove_part(parse(data))


def refusal(data: bytes | etree._Element) -> SignatureRefused:
    with pytest.raises(SignatureRefused) as refused:
        prove_part(parse(data) if isinstance(data, bytes) else data)
    return refused.value


@pytest.mark.parametrize("name", SIGNERS)
def test_only_the_part_that_was_signed_is_given_back(pki: Pki, name: str) -> None:
    signer = pki.signer(name)
    proven = prove(of_part(DOCUMENT, "#part", signer))
    assert (proven.path, proven.octets) == ("/file/a", CANONICAL)
    assert [one.leaf.der for one in proven.parts] == [signer.certificates[0]]


def test_libxmlsec_proves_it_too(pki: Pki) -> None:
    signer = pki.signer("customer1-head")
    assert xmlsec_accepts(of_part(DOCUMENT, "#part", signer), signer.certificates[0])


def test_what_stands_outside_may_change(pki: Pki) -> None:
    data = of_part(DOCUMENT, "#part", pki.signer("customer2-head"))
    assert prove(data.replace(b'<b Id="other"/>', b"<c>y</c>")).octets == CANONICAL


def test_two_signatures_of_the_same_part_stand_side_by_side(pki: Pki) -> None:
    data = of_part(DOCUMENT, "#part", pki.signer("customer1-head"))
    data = of_part(data, "#part", pki.signer("customer2-head"))
    assert len(prove(data).parts) == 2


def test_signatures_of_different_parts_are_refused(pki: Pki) -> None:
    data = of_part(DOCUMENT, "#part", pki.signer("customer1-head"))
    assert refusal(of_part(data, "#other", pki.signer("sez"))).reason is Reason.COVERAGE


@pytest.mark.parametrize("uri", ["#nothing", "#xpointer(/)", "http://127.0.0.1/", "#", "part"])
def test_a_reference_to_nothing_is_refused(pki: Pki, uri: str) -> None:
    data = of_part(DOCUMENT, "#part", pki.signer("customer1-head"))
    assert refusal(data.replace(b'"#part"', b'"%b"' % uri.encode())).reason is Reason.COVERAGE


def _again(root: etree._Element) -> None:
    root[1].set("Id", "part")


def _again_otherwise(root: etree._Element) -> None:
    root[1].set("{urn:x}id", "part")


def _inherited(root: etree._Element) -> None:
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "kk")


def _within(root: etree._Element) -> None:
    root[0].append(root[-1])


def _another_word(root: etree._Element) -> None:
    root[0][0].text = "2"


def _another_value(root: etree._Element) -> None:
    root[-1].find(f"{DS}SignatureValue").text = "AAAA"  # type: ignore[union-attr]  # it is there


def _instruction(root: etree._Element) -> None:
    root[0].append(etree.ProcessingInstruction("x"))


def _beside(root: etree._Element) -> None:
    root.addnext(etree.ProcessingInstruction("x"))


CHANGES: dict[Callable[[etree._Element], None], Reason] = {
    _again: Reason.DUPLICATE_ID,
    _again_otherwise: Reason.DUPLICATE_ID,
    _inherited: Reason.PROFILE,
    _within: Reason.COVERAGE,
    _another_word: Reason.DIGEST,
    _another_value: Reason.VALUE,
    _instruction: Reason.COMMENT,
    _beside: Reason.COMMENT,
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_a_changed_document_is_refused(pki: Pki, change: Callable[[etree._Element], None]) -> None:
    for name in ("customer1-head", "customer2-head"):
        root = parse(of_part(DOCUMENT, "#part", pki.signer(name)))
        change(root)
        assert refusal(root).reason is CHANGES[change]


def test_a_document_with_too_many_signatures_is_refused_unread() -> None:
    data = DOCUMENT
    for _ in range(21):
        data = with_signature(data, template("#part", ()))
    assert refusal(data).reason is Reason.TOO_MANY_SIGNATURES

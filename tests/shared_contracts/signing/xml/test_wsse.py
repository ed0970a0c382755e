"""Of an envelope with a security header only the body was signed, and only so much is believed."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from lxml import etree

from shared_contracts.signing.report import Reason, SignatureForm, SignatureRefused
from shared_contracts.signing.xml.wsse import SignedBody, prove_body, security_of
from tests.pki import Pki
from tests.shared_contracts.signing.oracles import DS, parse, xmlsec_accepts
from tests.shared_contracts.signing.shapes import SOAP, WSSE, WSU, of_body

BODY = '<n:Send xmlns:n="urn:n" xmlns:unused="urn:unused"><text>сұрау</text></n:Send>'
SIGNERS = ("customer1-head", "sez", "sez-gost", "customer2-256")


def prove(data: bytes) -> SignedBody:
    return prove_body(parse(data))


@pytest.mark.parametrize("name", SIGNERS)
def test_the_body_of_an_envelope_is_proven(pki: Pki, name: str) -> None:
    signer = pki.signer(name)
    proven = prove(of_body(BODY, signer))
    assert proven.octets.startswith(b"<s:Body ")
    assert "сұрау".encode() in proven.octets
    assert b"unused" not in proven.octets
    assert proven.parts.form is SignatureForm.WSS
    assert proven.parts.certificates == signer.certificates[:1]


def test_libxmlsec_proves_it_too(pki: Pki) -> None:
    signer = pki.signer("customer1-head")
    assert xmlsec_accepts(of_body(BODY, signer), signer.certificates[0])


def test_a_document_that_is_no_envelope_has_no_security_header() -> None:
    assert security_of(parse(b"<Envelope/>")) is None
    assert security_of(parse(b'<s:Envelope xmlns:s="%b"/>' % SOAP.encode())) is None


def test_other_headers_may_stand_beside_as_nothing_of_them_is_read(pki: Pki) -> None:
    root = parse(of_body(BODY, pki.signer("sez")))
    root[0].append(parse(b'<x:To xmlns:x="urn:x">y</x:To>'))
    assert prove_body(root).octets == prove(of_body(BODY, pki.signer("sez"))).octets


def _another_word(root: etree._Element) -> None:
    root[1][0][0].text = "жауап"


def _another_value(root: etree._Element) -> None:
    next(root.iter(f"{DS}SignatureValue")).text = "AAAA"


def _body_in_the_header(root: etree._Element) -> None:
    forged = parse(etree.tostring(root[1]))
    forged[0][0].text = "жауап"
    root[0].append(root[1])
    root.append(forged)


def _body_in_the_header_without_a_name(root: etree._Element) -> None:
    _body_in_the_header(root)
    del root[1].attrib[f"{{{WSU}}}Id"]


def _body_wrapped(root: etree._Element) -> None:
    body = root[1]
    wrapper = etree.SubElement(root[0], f"{{{WSSE}}}Wrapper")
    wrapper.append(body)
    etree.SubElement(root, f"{{{SOAP}}}Body").append(parse(b"<forged/>"))


def _two_bodies(root: etree._Element) -> None:
    root.append(deepcopy(root[1]))


def _name_again(root: etree._Element) -> None:
    root[1][0].set("Id", "id-1")


def _two_securities(root: etree._Element) -> None:
    root[0].append(deepcopy(root[0][0]))


def _something_else_in_security(root: etree._Element) -> None:
    root[0][0].append(parse(f'<u:Timestamp xmlns:u="{WSU}"/>'.encode()))


def _signature_in_the_body(root: etree._Element) -> None:
    root[1].append(root[0][0][0])


def _token_elsewhere(root: etree._Element) -> None:
    next(root.iter(f"{{{WSSE}}}KeyIdentifier")).set("ValueType", "urn:x")


def _token_with_content(root: etree._Element) -> None:
    next(root.iter(f"{{{WSSE}}}KeyIdentifier")).append(parse(b"<x/>"))


def _enveloped(root: etree._Element) -> None:
    transforms = next(root.iter(f"{DS}Transforms"))
    transforms.insert(0, deepcopy(transforms[0]))


def _instruction(root: etree._Element) -> None:
    root[1].append(etree.ProcessingInstruction("x"))


def _no_signature(root: etree._Element) -> None:
    root[0][0].remove(root[0][0][0])


CHANGES: dict[Callable[[etree._Element], None], Reason] = {
    _another_word: Reason.DIGEST,
    _another_value: Reason.VALUE,
    _body_in_the_header: Reason.DUPLICATE_ID,
    _body_in_the_header_without_a_name: Reason.COVERAGE,
    _body_wrapped: Reason.COVERAGE,
    _two_bodies: Reason.COVERAGE,
    _name_again: Reason.DUPLICATE_ID,
    _two_securities: Reason.TOO_MANY_SIGNATURES,
    _something_else_in_security: Reason.COVERAGE,
    _signature_in_the_body: Reason.COVERAGE,
    _token_elsewhere: Reason.PROFILE,
    _token_with_content: Reason.PROFILE,
    _enveloped: Reason.PROFILE,
    _instruction: Reason.COMMENT,
    _no_signature: Reason.NO_SIGNATURE,
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_a_changed_envelope_is_refused(pki: Pki, change: Callable[[etree._Element], None]) -> None:
    for name in ("sez", "sez-gost"):
        root = parse(of_body(BODY, pki.signer(name)))
        change(root)
        with pytest.raises(SignatureRefused) as refused:
            prove_body(root)
        assert refused.value.reason is CHANGES[change]

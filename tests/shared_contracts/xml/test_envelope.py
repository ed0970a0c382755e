"""SOAP is opened strictly, and a document passes through it untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.xml.envelope import (
    SoapVersion,
    answer,
    enclose,
    open_envelope,
    payload_bytes,
    payload_of,
    requested_version,
)
from tests.serving import canonical

SERVICE = "urn:kz:tru-registry:registry:1"
PACKAGE = f'<Package xmlns="{NAMESPACE}"/>'.encode()
versions = pytest.mark.parametrize("version", list(SoapVersion))


def envelope(version: SoapVersion, inside: str) -> bytes:
    return f'<e:Envelope xmlns:e="{version.namespace}">{inside}</e:Envelope>'.encode()


def wrapped(inside: str = PACKAGE.decode(), around: str = "") -> str:
    return f'<e:Body>{around}<w:Op xmlns:w="{SERVICE}">{inside}</w:Op>{around}</e:Body>'


def refusal(body: bytes, content_type: str | None = None) -> Unprocessed:
    with pytest.raises(Unprocessed) as caught:
        payload_of(open_envelope(body, content_type))
    return caught.value


@pytest.mark.clause("S216-18.5")
@versions
def test_the_namespace_of_the_envelope_tells_the_version_and_its_child_the_operation(
    version: SoapVersion,
) -> None:
    opened = open_envelope(enclose(version, SERVICE, "TransferRecords", PACKAGE), "text/plain")
    assert (opened.version, opened.namespace) == (version, SERVICE)
    assert opened.operation == "TransferRecords"
    assert payload_of(opened, "Package").tag == f"{{{NAMESPACE}}}Package"


@versions
def test_what_is_no_envelope_with_one_wrapper_is_named_so(version: SoapVersion) -> None:
    twice = wrapped().replace("</e:Body>", "") + wrapped().replace("<e:Body>", "")
    cases = {
        "<e:Body/>": Fault.NOT_SOAP,
        "": Fault.NOT_SOAP,
        "<e:Header/>": Fault.NOT_SOAP,
        wrapped() + wrapped(): Fault.NOT_SOAP,
        twice: Fault.NOT_SOAP,
        wrapped(around="text"): Fault.NOT_SOAP,
        wrapped() + "<e:Header/>": Fault.NOT_SOAP,
        wrapped() + "<more/>": Fault.NOT_SOAP,
        "<e:Header>text</e:Header>" + wrapped(): Fault.NOT_SOAP,
        wrapped(""): Fault.NOT_A_PACKAGE,
        wrapped("text"): Fault.NOT_A_PACKAGE,
        wrapped(PACKAGE.decode() * 2): Fault.NOT_A_PACKAGE,
        wrapped(PACKAGE.decode() + "text"): Fault.NOT_A_PACKAGE,
        wrapped("<Package/>"): Fault.NOT_A_PACKAGE,
    }
    found = {inside: refusal(envelope(version, inside)).fault for inside in cases}
    assert found == cases


def test_an_empty_body_and_other_xml_are_no_soap() -> None:
    assert refusal(b"").fault is Fault.NOT_XML
    assert refusal(b"{}").fault is Fault.NOT_XML
    assert refusal(b"<a/>").fault is Fault.NOT_SOAP
    assert refusal(b'<Envelopes xmlns="urn:soap:9"/>').fault is Fault.NOT_SOAP


@pytest.mark.parametrize("namespace", ["urn:soap:9", "http://www.w3.org/2001/12/soap-envelope", ""])
def test_an_envelope_of_another_version_is_named_so(namespace: str) -> None:
    found = refusal(f'<Envelope xmlns="{namespace}"/>'.encode())
    assert found.fault is Fault.VERSION_MISMATCH
    assert all(version.namespace in found.detail for version in SoapVersion)


def test_a_body_over_16_mib_is_too_large() -> None:
    bare = enclose(SoapVersion.V11, SERVICE, "Op", PACKAGE)
    left, right = (MESSAGE_BYTES - len(bare)) // 2, (MESSAGE_BYTES - len(bare) + 1) // 2
    padded = b" " * left + PACKAGE + b" " * right
    fits = enclose(SoapVersion.V11, SERVICE, "Op", padded)
    assert len(fits) == MESSAGE_BYTES
    assert open_envelope(fits, None).operation == "Op"
    assert refusal(fits + b" ").fault is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "content_type", ["text/xml; charset=utf-16", 'text/xml; charset="klingon"']
)
def test_only_utf_8_is_read(content_type: str) -> None:
    found = refusal(enclose(SoapVersion.V11, SERVICE, "Op", PACKAGE), content_type)
    assert found.fault is Fault.NOT_XML
    assert "only UTF-8" in found.detail


@pytest.mark.parametrize("content_type", ["text/xml;charset=UTF-8", 'a/b; action="x"', None, ""])
def test_other_content_types_do_not_matter(content_type: str | None) -> None:
    body = enclose(SoapVersion.V12, SERVICE, "Op", PACKAGE)
    assert open_envelope(body, content_type).version is SoapVersion.V12


@versions
@pytest.mark.parametrize("must", ["1", "true", " 1 "])
def test_a_header_which_we_must_understand_is_a_fault(version: SoapVersion, must: str) -> None:
    header = f'<e:Header><h:x xmlns:h="urn:h" e:mustUnderstand="{must}"/></e:Header>'
    found = refusal(envelope(version, header + wrapped()))
    assert found.fault is Fault.MUST_UNDERSTAND
    assert "{urn:h}x" in found.detail


@pytest.mark.parametrize(
    ("version", "attributes", "ours"),
    [
        (SoapVersion.V11, 'e:actor="http://schemas.xmlsoap.org/soap/actor/next"', True),
        (SoapVersion.V11, 'e:actor="urn:other"', False),
        (SoapVersion.V12, 'e:role="http://www.w3.org/2003/05/soap-envelope/role/next"', True),
        (
            SoapVersion.V12,
            'e:role="http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"',
            True,
        ),
        (SoapVersion.V12, 'e:role="http://www.w3.org/2003/05/soap-envelope/role/none"', False),
    ],
)
def test_a_header_for_another_role_is_not_ours_to_understand(
    version: SoapVersion,
    attributes: str,
    ours: bool,  # noqa: FBT001  # a column of the table above
) -> None:
    header = f'<e:Header><x e:mustUnderstand="1" {attributes}/></e:Header>'
    body = envelope(version, header + wrapped())
    if ours:
        assert refusal(body).fault is Fault.MUST_UNDERSTAND
    else:
        assert open_envelope(body, None).operation == "Op"


@versions
def test_a_header_that_need_not_be_understood_is_passed_over(version: SoapVersion) -> None:
    header = '<e:Header><x e:mustUnderstand="0"/><y/></e:Header>'
    assert open_envelope(envelope(version, header + wrapped()), None).operation == "Op"


@versions
@pytest.mark.parametrize("value", ["yes", "TRUE", "2", "", "1 1", "\u0661"])
def test_a_must_understand_that_is_neither_yes_nor_no_is_no_soap(
    version: SoapVersion, value: str
) -> None:
    header = f'<e:Header><x e:mustUnderstand="{value}"/></e:Header>'
    found = refusal(envelope(version, header + wrapped()))
    assert found.fault is Fault.NOT_SOAP
    assert "mustUnderstand" in found.detail


@versions
@pytest.mark.parametrize(
    "body",
    [
        '<?pi x?><e:Envelope xmlns:e="{0}">{1}</e:Envelope>',
        '<e:Envelope xmlns:e="{0}">{1}</e:Envelope><?pi x?>',
        '<e:Envelope xmlns:e="{0}"><?pi x?>{1}</e:Envelope>',
        '<?xml version="1.0"?><e:Envelope xmlns:e="{0}"><e:Header><x><y><z><?pi x?></z></y></x>'
        "</e:Header>{1}</e:Envelope>",
    ],
)
def test_a_processing_instruction_in_the_envelope_is_refused(
    version: SoapVersion, body: str
) -> None:
    given = body.format(version.namespace, wrapped()).encode()
    assert "instruction" in refusal(given).detail
    inside = envelope(version, wrapped(around="<?pi x?>"))
    assert refusal(inside).fault is Fault.NOT_SOAP


def test_comments_around_the_wrapper_change_nothing() -> None:
    body = envelope(SoapVersion.V11, wrapped(around="<!--c <?pi x?>-->"))
    assert payload_of(open_envelope(body, None)).tag == f"{{{NAMESPACE}}}Package"


def test_comments_and_instructions_in_the_document_are_still_there() -> None:
    document = f'<Package xmlns="{NAMESPACE}">a<!--c-->b<?pi x?></Package>'.encode()
    payload = payload_of(open_envelope(enclose(SoapVersion.V11, SERVICE, "Op", document), None))
    assert canonical(payload) == document


def test_href_and_id_move_nothing() -> None:
    inside = '<a href="#x"></a><b id="x"><c></c></b>'
    document = f'<Package xmlns="{NAMESPACE}">{inside}</Package>'.encode()
    payload = payload_of(open_envelope(enclose(SoapVersion.V11, SERVICE, "Op", document), None))
    assert canonical(payload) == document


def test_an_operation_says_which_document_it_takes() -> None:
    opened = open_envelope(enclose(SoapVersion.V11, SERVICE, "Op", PACKAGE), None)
    with pytest.raises(Unprocessed, match="Op takes TimeRequest, not Package"):
        payload_of(opened, "TimeRequest")


@pytest.mark.clause("S216-18.5")
@versions
@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc"))), space=st.sampled_from(" \n\t"))
def test_the_signed_bytes_come_out_as_they_went_in(
    version: SoapVersion, text: str, space: str
) -> None:
    inner = etree.Element("x", {"a": text})
    inner.text = text
    markup = etree.tostring(inner, encoding="unicode")
    document = f"<Receipt{space}xmlns='{NAMESPACE}'{space}>{space}{markup}<!--c--><y  /></Receipt>"
    stored = ("<?xml version='1.0' encoding='UTF-8'?>\n" + document).encode()
    body = answer(version, SERVICE, "TransferRecords", stored)
    assert payload_bytes(body, payload_of(open_envelope(body, None))) == document.encode()


def test_a_document_that_leans_on_namespaces_around_it_comes_out_canonical() -> None:
    inside = "<m:Receipt><m:Result a='1'/></m:Receipt>"
    body = envelope(SoapVersion.V11, wrapped(inside)).replace(
        b"<e:Body>", f'<e:Body xmlns:m="{NAMESPACE}">'.encode()
    )
    found = payload_bytes(body, payload_of(open_envelope(body, None)))
    expected = f'<m:Receipt xmlns:m="{NAMESPACE}"><m:Result a="1"></m:Result></m:Receipt>'
    assert found == expected.encode()


def test_what_a_header_holds_is_never_taken_for_the_document() -> None:
    header = f'<e:Header><a><Receipt xmlns="{NAMESPACE}">no</Receipt></a></e:Header>'
    inside = f'<Receipt xmlns="{NAMESPACE}">yes</Receipt>'
    body = envelope(SoapVersion.V11, header + wrapped(inside))
    assert payload_bytes(body, payload_of(open_envelope(body, None))) == inside.encode()


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"", None, "1.1"),
        (b"", "application/soap+xml; charset=utf-8", "1.2"),
        (b"<x", "text/xml", "1.1"),
        (b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"', "text/xml", "1.2"),
        (
            b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"',
            "application/soap+xml",
            "1.1",
        ),
    ],
)
def test_even_what_cannot_be_read_is_answered_in_its_own_version(
    body: bytes, content_type: str | None, expected: str
) -> None:
    assert requested_version(body, content_type).value == expected

"""A message survives the way to XML and back, whatever it says."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from shared_contracts.messages.document import NAMESPACE, Deletion, Part
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.package import FileRef, Package
from shared_contracts.messages.purchase import AuctionStep, Purchase
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.roots import ROOTS, SYSTEM_DOCUMENTS
from shared_contracts.messages.tags import SIGNATURE_NAMESPACE
from shared_contracts.messages.time import CapabilitiesRequest, TimeRequest
from shared_contracts.messages.versions import NEWEST
from shared_contracts.xml import codec, schema
from tests import samples
from tests.clauses import clause
from tests.documents import golden
from tests.strategies import part

FORMED = {kind.whole.__name__ for kind in KINDS.values() if kind.by_system}
"""Documents that the platform forms."""

MESSAGE = UUID("0198c1a2-7a10-7c3e-9f00-2a4b6c8d0e1f")


def signed(message: Part) -> etree._Element:
    """``message`` as an element with an empty signature where its kind is signed by a system."""
    system = type(message).__name__ in {*SYSTEM_DOCUMENTS, *FORMED}
    element = codec.write(message, root_id="_1" if system else None)
    if system:
        etree.SubElement(element, f"{{{SIGNATURE_NAMESPACE}}}Signature")
    return element


@pytest.mark.parametrize("cls", list(ROOTS.values()), ids=list(ROOTS))
@clause("S216-13a")
def test_every_message_comes_back_exactly_as_it_was(cls: type[Part]) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(part(cls))
    def comes_back(message: Part) -> None:
        data = codec.to_bytes(signed(message))
        element = schema.parse(data)
        assert schema.validate(element, "F-XSD-1", version=NEWEST) == []
        found = codec.read(element, cls)
        assert found == message
        assert repr(found) == repr(message)  # scales and offsets too

    comes_back()


@pytest.mark.parametrize("cls", list(ROOTS.values()), ids=list(ROOTS))
def test_what_is_written_is_its_own_canonical_form(cls: type[Part]) -> None:
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(part(cls))
    def is_canonical(message: Part) -> None:
        for root_id in (None, "_1"):
            element = codec.write(message, root_id=root_id)
            written = codec.canonical_text(message, root_id=root_id)
            assert written == etree.tostring(element, method="c14n", exclusive=True)

    is_canonical()


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_sign_that_xml_does_not_know_is_not_written(sign: str) -> None:
    with pytest.raises(ValueError, match=r"control sign|surrogates"):
        codec.write(samples.deletion(deleted_by=f"a{sign}b"))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_number_is_written_without_an_exponent(number: Decimal) -> None:
    written = codec.write(AuctionStep(amount=number)).findtext(f"{{{NAMESPACE}}}Amount")
    assert written is not None
    assert "E" not in written.upper()
    assert Decimal(written) == number


def test_what_is_no_number_cannot_be_written() -> None:
    purchase = msgspec.structs.replace(samples.purchase_open_tender(), planned_total=Decimal("NaN"))
    with pytest.raises(ValueError, match="NaN"):
        codec.write(purchase)


def test_a_document_is_written_in_one_default_namespace_without_white_space() -> None:
    request = TimeRequest(message_id=MESSAGE, client_sent_at=datetime(2026, 3, 1, 4, tzinfo=UTC))
    assert codec.to_bytes(codec.write(request)) == (
        b'<TimeRequest xmlns="urn:kz:tru-registry:exchange:1">'
        b"<MessageId>0198c1a2-7a10-7c3e-9f00-2a4b6c8d0e1f</MessageId>"
        b"<ClientSentAt>2026-03-01T04:00:00+00:00</ClientSentAt></TimeRequest>"
    )


def test_white_space_around_values_and_between_elements_does_not_count() -> None:
    data = (
        f'<x:TimeRequest xmlns:x="{NAMESPACE}">\n <!-- asked --> <x:MessageId>\n{MESSAGE}\t'
        "</x:MessageId><x:ClientSentAt> 2026-03-01T09:00:00.5+05:00 </x:ClientSentAt>"
        "</x:TimeRequest>"
    )
    element = schema.parse(data.encode())
    assert schema.validate(element, "I-XSD-1") == []
    assert codec.read(element, TimeRequest) == TimeRequest(
        message_id=MESSAGE, client_sent_at=datetime.fromisoformat("2026-03-01T09:00:00.5+05:00")
    )


def test_a_comment_within_a_value_does_not_cut_it_short() -> None:
    commented = str(MESSAGE).replace("7a10", "<!-- - -->7a1<?p?>0")
    data = f'<CapabilitiesRequest xmlns="{NAMESPACE}"><MessageId>{commented}</MessageId>'
    element = schema.parse(f"{data}</CapabilitiesRequest>".encode())
    assert schema.validate(element, "I-XSD-1") == []
    assert codec.read(element, CapabilitiesRequest).message_id == MESSAGE


def test_signatures_and_extensions_are_passed_over() -> None:
    purchase = samples.purchase_open_tender()
    element = codec.write(purchase)
    for _ in range(20):
        slot = etree.SubElement(element, f"{{{SIGNATURE_NAMESPACE}}}Signature")
        etree.SubElement(slot, "{urn:any}Thing").text = "anything"
    assert schema.validate(element, "F-XSD-1") == []
    assert codec.read(element, Purchase) == purchase


def test_a_receipt_may_say_more_than_this_version_knows() -> None:
    receipt = codec.read(golden("Receipt"), Receipt)
    element = signed(receipt)
    extension = etree.Element(f"{{{NAMESPACE}}}Extension")
    etree.SubElement(extension, "{urn:later}Queue").text = "7"
    element.insert(len(element) - 1, extension)
    assert schema.validate(element, "F-XSD-1") == []
    assert codec.read(element, Receipt) == receipt


def test_another_root_is_not_read_as_the_one_expected() -> None:
    with pytest.raises(ValueError, match="Deletion"):
        codec.read(codec.write(samples.deletion()), Package)


def test_an_element_without_its_fields_is_an_error_with_its_path() -> None:
    element = etree.Element(f"{{{NAMESPACE}}}Deletion")
    with pytest.raises(ValueError, match=r"^/Deletion: "):
        codec.read(element, Deletion)


def test_a_record_carries_bytes_or_a_reference() -> None:
    package = codec.read(golden("Package"), Package)
    carried, referred = package.records
    assert carried.document is not None
    assert carried.document.startswith(b"<Deletion ")
    assert carried.file_ref is None
    assert referred.document is None
    assert referred.file_ref == FileRef(sha256="ab" * 32, size=7340032)


@pytest.mark.parametrize(
    ("xpath", "path"),
    [
        (".", "/Purchase"),
        (".//x:Lot[2]/x:Amount", "/Purchase/Lots/Lot[2]/Amount"),
        (".//x:Contact/x:Phones/x:Phone", "/Purchase/Contacts/Contact[1]/Phones/Phone[1]"),
        ("x:Documents/x:Document[1]", "/Purchase/Documents/Document[1]"),
        ("x:Customer/x:Bin", "/Purchase/Customer/Bin"),
        (".//s:Signature[2]", "/Purchase/Signature[2]"),
    ],
)
def test_a_path_names_items_by_their_place(xpath: str, path: str) -> None:
    element = codec.write(samples.purchase_open_tender())
    etree.SubElement(element, f"{{{SIGNATURE_NAMESPACE}}}Signature")
    etree.SubElement(element, f"{{{SIGNATURE_NAMESPACE}}}Signature")
    namespaces = {"x": NAMESPACE, "s": SIGNATURE_NAMESPACE}
    found = element.find(xpath, namespaces)
    assert found is not None
    assert codec.path_of(found) == path


def test_the_document_in_a_record_is_no_item_of_a_list() -> None:
    (first, _) = golden("Package").iterfind(f".//{{{NAMESPACE}}}Document")
    assert codec.path_of(first) == "/Package/Records/Record[1]/Document"

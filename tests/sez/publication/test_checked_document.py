"""A document is parsed and validated once; what was checked goes forward as one value."""

from collections import Counter
from uuid import uuid4

import pytest

from sez.publication.checked_document import NotPublishable, read_document, write_document
from sez.publication.publish import take_signed
from shared_contracts.faults import Breach, Unprocessed
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from tests.sez.publication.test_publish import own_purchase, written
from tests.sez.systems import SIGNER, BothSystems


def test_a_signed_document_is_parsed_once_and_validated_once_when_it_is_taken(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = sign_person(written(own_purchase(systems, uuid4())), systems.pki.signer(SIGNER))
    calls: Counter[str] = Counter()
    parse, validate = schema.parse, schema.validate

    def counted_parse(given: bytes) -> Element:
        calls["parsed"] += given == data
        return parse(given)

    def counted_validate(element: Element, rule: str, record: int | None = None) -> list[Breach]:
        calls["validated"] += codec.local_name(element) == "Purchase"
        return validate(element, rule, record)

    monkeypatch.setattr(schema, "parse", counted_parse)
    monkeypatch.setattr(schema, "validate", counted_validate)
    take_signed(systems.system.publisher, data)
    assert calls == {"parsed": 1, "validated": 1}


def test_a_checked_document_carries_the_bytes_it_was_read_from_and_what_they_say(
    systems: BothSystems,
) -> None:
    purchase = own_purchase(systems, uuid4())
    data = written(purchase)
    checked = read_document(data)
    assert checked.data == data
    assert checked.document == purchase
    assert write_document(purchase).data == codec.to_bytes(codec.write(purchase))


def test_no_document_counts_as_checked_whose_schema_is_broken_or_whose_bytes_are_no_xml() -> None:
    with pytest.raises(Unprocessed):
        read_document(b"<Purchase")
    with pytest.raises(NotPublishable, match="F-XSD-1"):
        read_document(b"<Purchase/>")
    with pytest.raises(NotPublishable, match="F-XSD-1"):
        read_document(b'<Purchase xmlns="urn:x"/>')

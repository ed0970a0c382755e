"""The short way says yes only where the long way does."""

from base64 import b64encode

import pytest
from lxml import etree

from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.versions import FIRST
from shared_contracts.xml import codec, schema
from shared_contracts.xml.shortcut import passes
from tests.documents import golden

BYTES = "{urn:kz:tru-registry:exchange:1}Bytes"


def package_with(text: str) -> etree._Element:
    element = schema.parse(codec.to_bytes(golden("Package")))
    next(element.iter(BYTES)).text = text
    return element


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AAA",
        "AAAA=",
        "A===",
        "AA=A",
        "AAA\u00e4",
        "AA AA",
        "\r\nAAAA\t",
        "AAB=",
        "AB==",
        "-_AA",
        b64encode(bytes(DOCUMENT_BYTES)).decode(),
        b64encode(bytes(DOCUMENT_BYTES + 1)).decode(),
    ],
    ids=lambda text: repr(text[:8]),
)
def test_both_ways_agree_about_the_bytes_of_a_document(text: str) -> None:
    element = package_with(text)
    long_way = schema._schemas.of(FIRST).validate(element)
    assert not passes(element, FIRST) or long_way, "the short way let something through"
    assert bool(schema.validate(element, "I-XSD-1")) is not long_way


def test_the_short_way_is_taken_by_a_good_package() -> None:
    assert passes(schema.parse(codec.to_bytes(golden("Package"))), FIRST)


def test_the_short_way_does_not_forgive_what_else_is_wrong() -> None:
    element = schema.parse(codec.to_bytes(golden("Package")))
    element.remove(element[1])
    assert not passes(element, FIRST)

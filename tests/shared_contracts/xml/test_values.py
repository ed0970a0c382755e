"""Every spelling of a value that the schema admits is read, and only one is written."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from shared_contracts.messages.document import NAMESPACE, Environment
from shared_contracts.messages.package import Package
from shared_contracts.xml import codec, schema
from shared_contracts.xml.values import reader, writer
from tests.documents import golden

NIGHT = "2026-03-01T00:30:00"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (bool, " 1 ", True),
        (bool, "true", True),
        (bool, "0", False),
        (bool, "false", False),
        (int, " +5\n", 5),
        (Decimal, "1.50", Decimal("1.50")),
        (Decimal, ".5", Decimal("0.5")),
        (Decimal, "+12.", Decimal(12)),
        (bytes, "S\nE\t Fa\r\n", b"HAZ"),
        (bytes, "SEE=", b"HA"),
        (date, " 2026-03-01 ", date(2026, 3, 1)),
        (datetime, f"{NIGHT}Z", datetime.fromisoformat(f"{NIGHT}+00:00")),
        (datetime, f"{NIGHT}.123456+05:00", datetime.fromisoformat(f"{NIGHT}.123456+05:00")),
        (datetime, NIGHT, datetime.fromisoformat(NIGHT)),
        (str, " as\nit stands ", " as\nit stands "),
        (Environment, "\n STAND ", Environment.STAND),
    ],
)
def test_a_spelling_of_a_value_is_read(kind: type, text: str, value: Any) -> None:
    assert repr(reader(kind)(text)) == repr(value)


@pytest.mark.parametrize("text", ["SEE", "S", "SE=E", "SEE=SEE=", "SE-E", "SEE=="])
def test_base64_is_strict(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        reader(bytes)(text)


def test_the_offset_given_is_kept_and_not_turned_into_another() -> None:
    for offset in ("+05:00", "+06:00", "-03:30", ""):
        text = f"{NIGHT}{offset}"
        assert writer(datetime)(reader(datetime)(text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("0E-8"), "0.00000000"),
        (True, "true"),
        (UUID(int=10), "00000000-0000-0000-0000-00000000000a"),
        (b"", ""),
        (Environment.STAND, "STAND"),
    ],
)
def test_a_value_is_written_in_one_spelling(value: Any, text: str) -> None:
    assert writer(type(value))(value) == text


@pytest.mark.parametrize(("size", "admitted"), [(5 * 2**20, True), (5 * 2**20 + 1, False)])
def test_a_document_of_five_mebibytes_is_the_largest_carried(size: int, *, admitted: bool) -> None:
    element = golden("Package")
    (carried,) = element.iter(f"{{{NAMESPACE}}}Bytes")
    carried.text = writer(bytes)(b"x" * size)
    found = schema.validate(element, "I-XSD-1")
    assert (found == []) is admitted
    if admitted:
        document = codec.read(element, Package).records[0].document
        assert document == b"x" * size
    else:
        assert found[0].path == "/Package/Records/Record[1]/Document/Bytes"
        assert dict(found[0].parameters) == {"facet": "documentLength", "expected": "5242880"}

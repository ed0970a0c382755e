"""Encoded arrays say to PostgreSQL what the library's own would."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_contracts.event_log.writing import arrays

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=9)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30))  # noqa: DTZ001 - see below
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))
Encode = Callable[[Iterable[Any]], bytes]
KINDS: dict[str, tuple[type[arrays.Array], Encode, st.SearchStrategy[Any]]] = {
    "int8": (arrays.Int8s, arrays.int8s, st.integers(-(2**63), 2**63 - 1)),
    "uuid": (arrays.Uuids, arrays.uuids, st.uuids()),
    "text": (arrays.Texts, arrays.texts, TEXTS),
    "bytea": (arrays.Blobs, arrays.blobs, st.binary(max_size=9)),
    "timestamptz": (
        arrays.Moments,
        arrays.moments,
        st.builds(lambda moment, zone: moment.replace(tzinfo=zone), MOMENTS, OFFSETS),
    ),
}


@given(data=st.data())
@pytest.mark.parametrize("name", KINDS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_encoded_comes_back(owner_dsn: str, name: str, data: st.DataObject) -> None:
    kind, encode, elements = KINDS[name]
    values: list[Any] = data.draw(st.lists(elements, max_size=4))
    with psycopg.connect(owner_dsn) as connection:
        connection.execute("SET timezone = 'UTC'")
        arrays.register(connection)
        given = kind.joined(len(values), (encode(values),))
        cursor = connection.cursor(binary=True)
        [(back, same)] = cursor.execute(
            f"SELECT %b, %b = %b::{name}[]".encode(), (given, given, values)
        )
    assert back == values
    assert same


def test_a_text_that_no_database_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        arrays.texts(["a\x00b"])


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(TypeError):
        arrays.moments([datetime(2026, 1, 1)])  # noqa: DTZ001 - that is the case
    assert arrays.moments([datetime(2000, 1, 1, tzinfo=UTC)]) == arrays.int8s([0])
    assert arrays.uuids([UUID(int=1)])[:4] == b"\x00\x00\x00\x10"

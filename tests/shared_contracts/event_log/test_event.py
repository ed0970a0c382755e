"""Events are plain JSON under fixed topics, and old ones stay readable."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from shared_contracts.event_log.event import (
    Event,
    Fact,
    UnknownTopic,
    decode,
    encode,
    topic,
    topics,
    upcaster,
)
from shared_contracts.event_log.library.mapper import FactMapper
from shared_contracts.identifiers import uuid7
from tests.shared_contracts.event_log.facts import LotCounted


class Visit(msgspec.Struct, frozen=True):
    """A part of an event that holds a moment."""

    who: str
    when: datetime


@topic("site-visited.1")
class SiteVisited(Event, frozen=True):
    """A site was visited."""

    visits: tuple[Visit, ...] = ()
    by_name: Mapping[str, datetime | None] = MappingProxyType({})


@topic("door-opened.1")
class DoorOpened(Event, frozen=True):
    """A door stood open from one moment to another."""

    hours: tuple[datetime, datetime]


@topic("price-named.3")
class PriceNamed(Event, frozen=True):
    """A price was named; the currency was written from version 2, the unit from version 3."""

    amount: Decimal
    currency: str
    unit: str


@upcaster("price-named.1")
def add_currency(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "currency": "KZT"}


@upcaster("price-named.2")
def add_unit(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "unit": "796"}


def test_decimals_are_strings_and_moments_carry_their_offset() -> None:
    astana = timezone(timedelta(hours=5))
    event = LotCounted(number=1, amount=Decimal("0.10"), at=datetime(2026, 1, 2, tzinfo=astana))
    assert encode(event) == b'{"number":1,"amount":"0.10","at":"2026-01-02T00:00:00+05:00"}'
    assert decode("lot-counted.1", encode(event)) == event


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (LotCounted(number=1, at=datetime(2026, 1, 2)), "at"),  # noqa: DTZ001 - the very mistake
        (
            SiteVisited(
                visits=(
                    Visit("a", datetime(2026, 1, 2, tzinfo=UTC)),
                    Visit("b", datetime(2026, 1, 2)),  # noqa: DTZ001 - the very mistake
                )
            ),
            r"visits\[1\].when",
        ),
        (DoorOpened((datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 2))), r"hours\[1\]"),  # noqa: DTZ001 - idem
        (SiteVisited(by_name={"x": datetime(2026, 1, 2)}), r"by_name\[x\]"),  # noqa: DTZ001 - idem
    ],
)
def test_a_moment_without_offset_never_enters_the_log(event: Event, path: str) -> None:
    with pytest.raises(ValueError, match=f"{path} is a moment without an offset"):
        encode(event)


def test_no_event_burdens_the_garbage_collector() -> None:
    assert not [name for name, kind in topics().items() if kind.__struct_config__.gc]


def test_an_old_event_is_brought_to_its_present_version_step_by_step() -> None:
    now = PriceNamed(amount=Decimal("12.00"), currency="KZT", unit="796")
    assert decode("price-named.1", b'{"amount":"12.00"}') == now
    assert decode("price-named.2", b'{"amount":"12.00","currency":"KZT"}') == now
    assert decode("price-named.3", encode(now)) == now


def test_a_topic_belongs_to_one_class_for_ever() -> None:
    assert topics()["lot-counted.1"] is LotCounted
    with pytest.raises(ValueError, match="registered"):
        topic("lot-counted.1")(SiteVisited)
    with pytest.raises(ValueError, match="already has an upcaster"):
        upcaster("price-named.1")(add_unit)
    with pytest.raises(ValueError, match="must end with a version"):
        topic("lot-counted")


def test_what_the_table_does_not_know_is_neither_written_nor_read() -> None:
    class Unregistered(Event, frozen=True):
        """Nobody gave it a topic."""

    with pytest.raises(UnknownTopic, match="mark it with @topic"):
        Fact(uuid7(), 1, Unregistered())
    with pytest.raises(UnknownTopic, match=r"module\.path\.1"):
        decode("module.path.1", b"{}")


def test_stored_bytes_are_never_encoded_again() -> None:
    mapper, stream = FactMapper(JSONTranscoder()), uuid7()
    old = StoredEvent(stream, 1, "price-named.1", b'{ "amount" : "12.00" }')
    fact = mapper.to_domain_event(old)
    assert fact.event.currency == "KZT"
    assert mapper.to_stored_event(fact) == old

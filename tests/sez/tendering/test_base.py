"""A purchase is announced on the base of one that failed, and of no other (S216-A3.1d)."""

import time
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from sez.examples.making import ExampleRequest, Examples
from sez.publication.checked_document import NotPublishable
from sez.tendering import versions
from sez.tendering.examples import EXAMPLES
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Ground
from tests.clauses import clause
from tests.samples import text
from tests.sez.systems import BothSystems


def announced(systems: BothSystems, example: str, **wanted: Any) -> UUID:
    """Announce an example as it is wanted."""
    system = systems.system
    examples = Examples(system.publisher, system.users, system.files, (EXAMPLES,))
    return examples.announce(ExampleRequest(example=example, **wanted), uuid7())


def on_the_base_of(systems: BothSystems, base: UUID) -> UUID:
    """Announce a single source on a base."""
    return announced(systems, "single-source", base=base)


def refused(systems: BothSystems, base: UUID) -> list[str]:
    """What the SEZ says of a base, after the rules it finds."""
    with pytest.raises(NotPublishable) as caught:
        on_the_base_of(systems, base)
    assert [one.rule_id for one in caught.value.findings] == ["F-PUR-5"]
    return [one.text.en or "" for one in caught.value.findings]


def failed(systems: BothSystems, tender: UUID) -> None:
    """Declare a tender failed when its bidding has ended."""
    ended = systems.purchase(tender).bids_to
    assert ended is not None
    while systems.system.publisher.clock() <= ended:
        time.sleep(0.05)
    systems.publish(tender, versions.end("FAILED", Ground(code="NO_BIDS"), "Не состоялся"))


@clause("S216-A3.1d", "S216-A2.1.4")
def test_a_base_that_has_not_failed_is_not_signed_and_one_that_has_is_recorded(
    systems: BothSystems,
) -> None:
    [unknown] = refused(systems, uuid7())
    assert "is not in the Registry" in unknown
    tender = announced(systems, "announcement", bidding_seconds=3)
    [runs] = refused(systems, tender)
    assert "not declared failed" in runs
    [single] = refused(systems, systems.announce("single-source"))
    assert "not declared failed" not in single
    failed(systems, tender)
    made = on_the_base_of(systems, tender)
    systems.send_until(lambda: systems.states(made) == ["SYNCHRONISED"])


@clause("S216-A3.1d", "S216-A3.1h", "S216-A3.1i")
def test_a_single_source_whose_base_was_deleted_later_is_changed_and_cancelled(
    systems: BothSystems,
) -> None:
    tender = announced(systems, "announcement", bidding_seconds=3)
    failed(systems, tender)
    made = on_the_base_of(systems, tender)
    systems.publish(tender, versions.deletion("Ошибка", systems.system.clock(), "Бекова А. М."))
    systems.change(made, replace(systems.purchase(made), name=text("Киім", "Одежда")))
    systems.publish(made, versions.end("CANCELLED", Ground(code="CUSTOMER"), "Отпала нужда"))
    systems.send_until(lambda: systems.states(made) == ["SYNCHRONISED"] * 3)

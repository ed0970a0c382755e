"""No version leaves before what it rests on, and nobody else waits for that (S216-18.2)."""

from typing import Any
from uuid import UUID

import pytest

from sez.bid_lists import versions as lists_of
from sez.download_lists import versions as downloads
from sez.publication.publish import publish, withdraw
from sez.synchronisation.order import behind
from sez.synchronisation.package_events import PackageFormed
from sez.tendering import versions
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BID_LIST
from shared_contracts.messages.document import Ground
from shared_contracts.messages.download_list import DOWNLOAD_LIST
from tests.postgres import owner_of
from tests.sez.link import come_later
from tests.sez.systems import SIGNER, BothSystems, wrong_unit

pytestmark = pytest.mark.clause("S216-18.2", "S216-A2.1.4")


def listed(systems: BothSystems, purchase: UUID) -> UUID:
    """A list of no bids for a purchase, as it stands now; its id."""
    list_id, at = uuid7(), systems.system.publisher.clock()
    maker = lists_of.listing(purchase, at, (), final=False)
    publish(systems.system.publisher.of(BID_LIST), list_id, maker)
    return list_id


def condition(systems: BothSystems, object_id: UUID) -> Any:
    """What the outbox says of the last version of an object."""
    with systems.program() as program:
        return program.get(f"/api/v1/outbox/{object_id}").json()[-1]["condition"]


def order(systems: BothSystems) -> list[tuple[UUID, int]]:
    """The versions in the order in which they were put into packages."""
    formed = systems.events(PackageFormed)
    return [(one.object_id, one.version) for package in formed for one in package.records]


def test_a_list_waits_for_its_purchase_and_no_other_purchase_waits(systems: BothSystems) -> None:
    first = systems.announce_with_files("announcement")
    its = listed(systems, first)
    systems.link.accidents.extend([come_later(0)] * 2)
    systems.send()
    assert (systems.states(first), systems.states(its)) == (["IN_FLIGHT"], ["WAITING"])
    told = condition(systems, its)
    assert (told["code"], told["behind"]) == ("WAITS_BEHIND", 1)
    assert told["other"] == {
        "object_type": "PURCHASE",
        "object_id": str(first),
        "version": 1,
        "state": "IN_FLIGHT",
    }
    assert str(first) in told["name"]["kk"]
    other = systems.announce("single-source", "customer2-head")
    systems.send_until(lambda: not systems.unsynchronised())
    assert order(systems) == [(first, 1), (other, 1), (its, 1)]
    assert condition(systems, its) is None


def test_a_list_of_before_a_change_does_not_wait_for_it(systems: BothSystems) -> None:
    tender = systems.announce_with_files("announcement")
    systems.send_until(lambda: not systems.unsynchronised())
    its = listed(systems, tender)
    systems.change(tender, systems.purchase(tender))
    systems.send_until(lambda: not systems.unsynchronised())
    assert order(systems) == [(tender, 1), (its, 1), (tender, 2)]


def test_behind_a_refused_version_a_list_is_taken_back_or_waits_until_it_is_settled(
    systems: BothSystems,
) -> None:
    tender = systems.announce_with_files("announcement")
    good = systems.purchase(tender)
    systems.change(tender, wrong_unit(good))
    first, second = listed(systems, tender), taken(systems, tender)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    other = systems.announce("single-source", "customer2-head")
    systems.send_until(lambda: systems.states(other) == ["SYNCHRONISED"])
    assert systems.states(first) == systems.states(second) == ["WAITING"]
    told = condition(systems, first)
    assert (told["code"], told["other"]["state"]) == ("WAITS_BEHIND", "REFUSED")
    assert "withdrawal FILE" in told["cure"]["en"]
    withdraw(systems.system.publisher.of(BID_LIST), first, 1, "Ошибка")
    assert systems.states(first) == []
    withdraw(systems.system.publisher, tender, 2, "Ошибка")
    systems.send_until(lambda: not systems.unsynchronised())
    assert systems.states(second) == ["SYNCHRONISED"]


def taken(systems: BothSystems, tender: UUID) -> UUID:
    """A list of downloads: one of another kind for the same purchase."""
    list_id, at = uuid7(), systems.system.publisher.clock()
    maker = downloads.listing(downloads.Downloaded(tender, at, ()))
    publish(systems.system.publisher.of(DOWNLOAD_LIST), list_id, maker)
    return list_id


def test_what_is_on_its_way_is_not_taken_back(systems: BothSystems) -> None:
    tender = systems.announce_with_files("announcement")
    its = listed(systems, tender)
    with pytest.raises(RefusedByRule, match="did not refuse"):
        withdraw(systems.system.publisher.of(BID_LIST), its, 1, "Ошибка")


def test_a_list_waits_for_a_purchase_that_was_taken_back_and_is_announced_anew(
    systems: BothSystems,
) -> None:
    good, tender = systems.purchase(systems.announce_with_files("announcement")), uuid7()
    systems.publish(tender, versions.announcement(wrong_unit(good)))
    its = taken(systems, tender)
    systems.send_until(lambda: systems.states(tender) == ["REFUSED"])
    withdraw(systems.system.publisher, tender, 1, "Неверный код")
    systems.send()
    assert systems.states(its) == ["WAITING"]
    assert condition(systems, its)["other"]["state"] == "TAKEN_BACK"
    systems.publish(tender, versions.announcement(good))
    systems.send_until(lambda: not systems.unsynchronised())
    assert order(systems)[-2:] == [(tender, 1), (its, 1)]
    assert behind(systems.system.log, [its]) == {}
    assert not audit(owner_of(systems.system.settings.database_url)).differences


def test_a_purchase_is_taken_back_after_the_list_that_rests_on_it(systems: BothSystems) -> None:
    good, tender = systems.purchase(systems.announce_with_files("announcement")), uuid7()
    systems.publish(tender, versions.announcement(wrong_unit(good)))
    its = listed(systems, tender)
    systems.send_until(lambda: systems.states(tender) == ["REFUSED"])
    with pytest.raises(RefusedByRule, match=f"rests on this tender: {its}"):
        withdraw(systems.system.publisher, tender, 1, "Неверный код")
    withdraw(systems.system.publisher.of(BID_LIST), its, 1, "Неверный код закупа")
    withdraw(systems.system.publisher, tender, 1, "Неверный код")
    systems.publish(tender, versions.announcement(good))
    its = listed(systems, tender)
    systems.send_until(lambda: not systems.unsynchronised())
    assert systems.states(its) == ["SYNCHRONISED"]


def test_the_end_of_a_purchase_waits_for_its_lists_unless_a_person_must_settle_them(
    systems: BothSystems,
) -> None:
    tender = systems.announce_with_files("announcement")
    systems.send_until(lambda: not systems.unsynchronised())
    its = listed(systems, tender)
    end = versions.end("CANCELLED", Ground(code="CUSTOMER"), "Отмена")
    systems.publish(tender, end, SIGNER)
    systems.send_until(lambda: not systems.unsynchronised())
    assert order(systems) == [(tender, 1), (its, 1), (tender, 2)]

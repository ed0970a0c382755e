"""The outbox is the log read from a position: thrown away and remade it is the same."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Cursor

from sez.publication.publish import withdraw
from sez.synchronisation import listing
from sez.synchronisation.listing import is_left_to_a_person
from sez.synchronisation.package import PackageFormed, ReceiptReceived, Take
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.receipt import Finding, Result, Severity, Stage
from tests.samples import AT
from tests.sez.foreign import held
from tests.sez.house import House, wrong_unit
from tests.sez.road import never_arrives

VIEWS = ("views.versions", "views.packages")


def shown(house: House) -> list[list[tuple[Any, ...]]]:
    """Everything in the views."""
    select = house.system.log.recorder.select
    return [list(select(f"SELECT * FROM {view} ORDER BY 1, 2", ())) for view in VIEWS]  # noqa: S608  # fixed names


def clear(cursor: Cursor[Any]) -> None:
    """Empty the views."""
    cursor.execute("TRUNCATE views.versions, views.packages")


@pytest.mark.clause("S216-18.2")
def test_the_outbox_remade_from_the_log_is_what_it_was(house: House) -> None:
    house.road.accidents.append(never_arrives)
    tender = house.announce()
    house.send()
    house.change(tender, wrong_unit(house.purchase(tender)))
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED", "REFUSED"])
    withdraw(house.system.publisher, tender, 2, "Ошибка")
    house.extend(tender)
    house.announce("auction")
    held(house)
    number = listing.package_of(house.system.log, 3)
    assert (number is not None, number and number.state) == (True, "HELD")
    house.system.voiding.void(3, "Не отправлен")
    house.unsynchronised()
    before = shown(house)
    assert sum(map(len, before)) >= 5
    house.system.sender.follower.rebuild(clear)
    assert shown(house) == before


@pytest.mark.clause("S216-A2.1.7", "S216-A2.1.8")
@pytest.mark.parametrize(
    ("named", "states"),
    [
        (1, ["REFUSED", "WAITING"]),
        (2, ["WAITING", "REFUSED"]),
        (None, ["REFUSED", "REFUSED"]),
        (99, ["REFUSED", "REFUSED"]),
    ],
)
def test_a_refusal_that_lists_no_records_leaves_to_a_person_what_it_names_or_all(
    house: House, named: int | None, states: list[str]
) -> None:
    tenders = [house.announce_with_files(), house.announce_with_files()]
    house.system.sender.forming.form(house.system.sender.gate)
    package, words = house.package(tenders[0]), LocalizedText(kk="х", ru="х", en="x")
    found = Finding(
        rule_id="I-XSD-1", severity=Severity.ERROR, record=named, path="/", text=words, cure=words
    )
    refused = ReceiptReceived(
        message_id=package.message_id,
        receipt_id=package.message_id,
        receipt_sha256="0" * 64,
        result=Result.REFUSED,
        stage=Stage.INTEGRITY,
        received_at=AT,
        registry_received_at=AT,
        findings=(found,),
    )
    house.system.sender.receipts.settle(package.message_id, Take(refused), {})
    assert [state for tender in tenders for state in house.states(tender)] == states


@pytest.mark.clause("S216-18.2")
def test_of_one_customer_so_many_packages_wait_to_be_tried_and_of_the_next_as_many(
    house: House,
) -> None:
    form = house.system.sender.forming.form
    for _ in range(listing.UNTRIED + 2):
        house.announce("single-source")
        form(house.system.sender.gate)
    assert len(house.events(PackageFormed)) == listing.UNTRIED
    other = house.announce("single-source", "customer2-head")
    form(house.system.sender.gate)
    assert house.states(other) == ["IN_FLIGHT"]
    due = listing.due(house.system.log, house.system.clock(), timedelta(seconds=1))
    assert len(due) == listing.UNTRIED + 1
    busy = {row.message_id for row in due if row.customer != due[-1].customer}
    assert len(listing.due(house.system.log, house.system.clock(), timedelta(0), busy)) == 1
    while house.send():
        pass
    assert house.unsynchronised() == []


def test_views_of_another_shape_are_made_anew_from_the_log(house: House) -> None:
    tender = house.announce_with_files()
    house.send()
    before = shown(house)
    with house.system.log.recorder.transaction() as cursor:
        cursor.execute("ALTER TABLE views.versions DROP COLUMN customer")
        cursor.execute("COMMENT ON TABLE views.packages IS NULL")
    listing.prepare(house.system.log)
    assert house.states(tender) == ["SYNCHRONISED"]
    assert shown(house) == before


def test_only_what_the_registry_refused_and_nobody_took_back_is_refused(house: House) -> None:
    tender = house.announce()
    house.change(tender, wrong_unit(house.purchase(tender)))
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED", "REFUSED"])
    log = house.system.log
    assert [is_left_to_a_person(log, tender, version) for version in (1, 2, 3)] == [
        False,
        True,
        False,
    ]
    withdraw(house.system.publisher, tender, 2, "Ошибка")
    house.unsynchronised()
    assert not is_left_to_a_person(log, tender, 2)

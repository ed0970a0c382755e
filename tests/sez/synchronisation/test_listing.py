"""The outbox is the log read from a position: thrown away and remade it is the same."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Cursor

from sez.publication.publish import withdraw
from sez.synchronisation import listing
from sez.synchronisation.order import is_left_to_a_person
from sez.synchronisation.package import Take
from sez.synchronisation.package_events import PackageFormed, ReceiptReceived
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.receipt import Finding, Result, Severity, Stage
from tests.samples import AT
from tests.sez.foreign import held
from tests.sez.link import never_arrives
from tests.sez.systems import BothSystems, wrong_unit

VIEWS = (
    "views.versions",
    "views.packages",
    "views.refers_to",
    "views.taken_back",
    "views.checksums",
    "views.checksum_nodes",
    "views.places",
)


def shown(systems: BothSystems) -> list[list[tuple[Any, ...]]]:
    """Everything in the views."""
    select = systems.system.log.recorder.select
    return [list(select(f"SELECT * FROM {view} v ORDER BY v", ())) for view in VIEWS]  # noqa: S608  # fixed names


def clear(cursor: Cursor[Any]) -> None:
    """Empty the views."""
    cursor.execute(f"TRUNCATE {', '.join(VIEWS)}")


@pytest.mark.clause("S216-18.2")
def test_the_outbox_remade_from_the_log_is_what_it_was(systems: BothSystems) -> None:
    systems.link.accidents.append(never_arrives)
    tender = systems.announce()
    systems.send()
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    withdraw(systems.system.publisher, tender, 2, "Ошибка")
    systems.extend(tender)
    systems.announce("auction")
    held(systems)
    number = listing.package_of(systems.system.log, 3)
    assert (number is not None, number and number.state) == (True, "HELD")
    systems.system.voiding.void(3, "Не отправлен")
    systems.unsynchronised()
    before = shown(systems)
    assert sum(map(len, before)) >= 5
    systems.system.sender.follower.rebuild(clear)
    assert shown(systems) == before


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
    systems: BothSystems, named: int | None, states: list[str]
) -> None:
    tenders = [systems.announce_with_files(), systems.announce_with_files()]
    systems.system.sender.forming.form(systems.system.sender.gate)
    package, words = systems.package(tenders[0]), LocalizedText(kk="х", ru="х", en="x")
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
    systems.system.sender.receipts.settle(package.message_id, Take(refused), {})
    assert [state for tender in tenders for state in systems.states(tender)] == states


@pytest.mark.clause("S216-18.2")
def test_of_one_customer_so_many_packages_wait_to_be_tried_and_of_the_next_as_many(
    systems: BothSystems,
) -> None:
    form = systems.system.sender.forming.form
    for _ in range(listing.UNTRIED + 2):
        systems.announce("single-source")
        form(systems.system.sender.gate)
    assert len(systems.events(PackageFormed)) == listing.UNTRIED
    other = systems.announce("single-source", "customer2-head")
    form(systems.system.sender.gate)
    assert systems.states(other) == ["IN_FLIGHT"]
    due = listing.due(systems.system.log, systems.system.clock(), timedelta(seconds=1))
    assert len(due) == listing.UNTRIED + 1
    busy = {row.message_id for row in due if row.customer != due[-1].customer}
    assert len(listing.due(systems.system.log, systems.system.clock(), timedelta(0), busy)) == 1
    while systems.send():
        pass
    assert systems.unsynchronised() == []


def test_views_of_another_shape_are_made_anew_from_the_log(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    systems.send()
    before = shown(systems)
    with systems.system.log.recorder.transaction() as cursor:
        cursor.execute("ALTER TABLE views.versions DROP COLUMN customer")
        cursor.execute("COMMENT ON TABLE views.packages IS NULL")
    listing.prepare(systems.system.log)
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert shown(systems) == before


def test_only_what_the_registry_refused_and_nobody_took_back_is_refused(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    log = systems.system.log
    assert [is_left_to_a_person(log, tender, version) for version in (1, 2, 3)] == [
        False,
        True,
        False,
    ]
    withdraw(systems.system.publisher, tender, 2, "Ошибка")
    systems.unsynchronised()
    assert not is_left_to_a_person(log, tender, 2)

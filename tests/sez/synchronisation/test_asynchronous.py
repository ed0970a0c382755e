"""The SEZ sends under tickets and asks for the receipts; it ends as synchronously (S216-18.1)."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from registry.app import open_registry
from registry.intake import asynchronous as judging
from sez.app import open_system
from sez.settings import Asynchronous
from sez.synchronisation import listing
from sez.synchronisation.asynchronous import LARGE, TicketRule, is_large
from sez.synchronisation.causes import causes
from sez.synchronisation.committed import ticket_named
from sez.synchronisation.delivery_problem import DeliveryProblem
from sez.synchronisation.figures import gauges
from sez.synchronisation.package_events import (
    DeliveryFailed,
    PackageFormed,
    ReceiptPutOff,
    ReceiptReceived,
    TicketReceived,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.faults import Fault
from shared_contracts.messages.asynchronous import Ticket
from shared_contracts.messages.package import FileRef, Package
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.on_demand import registry_app
from tests.postgres import Databases, owner_of
from tests.serving import serving
from tests.sez.link import Accident, Letter, altered, refuses, replaced
from tests.sez.systems import ENTRY, TIMEOUT, BothSystems
from tests.sez.test_faults_of_operations import FAULTS, LATE, changed_programme, delayed
from tests.stores import registry_settings


@pytest.fixture
def ticketing(systems: BothSystems) -> BothSystems:
    """Both systems; whatever may leaves under a ticket."""
    systems.system.sender.delivery.by_ticket.mode = Asynchronous.ALWAYS
    return systems


def settle(systems: BothSystems, reached: Callable[[], Any]) -> None:
    """Have both systems go on, each by itself, until something is reached."""
    deadline = time.monotonic() + TIMEOUT
    while not reached():
        assert time.monotonic() < deadline, systems.unsynchronised()
        systems.registry.judging._pauses.clear()
        if not systems.registry.judging.step() + systems.send():
            time.sleep(0.02)


def synchronised(systems: BothSystems) -> bool:
    return not systems.unsynchronised()


def calls(systems: BothSystems, operation: str) -> int:
    """How often an operation of the Registry was called."""
    return sum(letter.is_call(operation) for letter in systems.link.passed)


def condition(systems: BothSystems) -> Any:
    """The condition of the one version that waits, as the outbox tells it."""
    with systems.program() as program:
        [row] = program.get("/api/v1/outbox").json()["unsynchronised"]
        return row["condition"]


@clause("S216-18.1", "S216-18.2", "S216-13b", "S216-A2.1.6")
def test_a_package_leaves_under_a_ticket_and_its_receipt_settles_it(ticketing: BothSystems) -> None:
    tender = ticketing.announce_with_files()
    assert ticketing.send() == 1
    [ticket] = ticketing.events(TicketReceived)
    assert ticketing.states(tender) == ["IN_FLIGHT"]
    assert ticketing.package(tender).ticket_id == ticket.ticket_id
    told = condition(ticketing)
    assert (told["code"], told["ticket_id"]) == ("TICKETED", str(ticket.ticket_id))
    settle(ticketing, lambda: synchronised(ticketing))
    [receipt] = ticketing.events(ReceiptReceived)
    assert (receipt.result.value, receipt.message_id) == ("ACCEPTED", ticket.message_id)
    assert receipt.registry_received_at == ticket.registry_received_at
    assert ticketing.recorded_versions() == [(tender, 1)]
    assert calls(ticketing, "TransferRecords") == 0
    assert not audit(owner_of(ticketing.system.settings.database_url)).differences


@clause("S216-18.1", "S216-13b")
def test_the_signed_ticket_is_kept_and_given_out_as_it_came(ticketing: BothSystems) -> None:
    tender = ticketing.announce_with_files()
    ticketing.send()
    row = ticketing.package(tender)
    with ticketing.program() as program:
        [shown] = program.get("/api/v1/tickets").json()
        data = program.get(f"/api/v1/packages/{row.message_id}/ticket").content
    assert (shown["message_id"], shown["ticket_id"]) == (str(row.message_id), str(row.ticket_id))
    signer = verify_system(schema.parse(data)).certificates[0]
    assert signer == ticketing.pki.signer("registry").certificates[0]
    assert codec.read(schema.parse(data), Ticket).ticket_id == row.ticket_id
    log = ticketing.system.log
    assert proven_evidence(log, log.stream(row.originator_id), "ticket", ticket_named) == data


def a_rule(
    systems: BothSystems, mode: Asynchronous, offered: Collection[str], backlog: int = 1000
) -> TicketRule:
    return TicketRule(systems.system.log, mode, backlog, lambda: offered)


NEVER, NEEDED, ALWAYS = Asynchronous.NEVER, Asynchronous.AS_NEEDED, Asynchronous.ALWAYS
BOTH = ("SubmitAsync", "GetReceipt", "TransferRecords")


@clause("S216-18.1")
def test_which_packages_leave_under_tickets(systems: BothSystems) -> None:
    def applies(mode: Asynchronous, operation: str = "TransferRecords", **told: Any) -> bool:
        rule = a_rule(systems, mode, told.pop("offered", BOTH))
        return rule.applies(operation, **{"large": False, "last_reason": None} | told)

    assert applies(ALWAYS)
    assert not applies(NEEDED)
    assert applies(NEEDED, large=True)
    assert applies(NEEDED, "LoadProgramme", large=True)
    assert not applies(NEVER, large=True)
    assert applies(NEEDED, "SupplyProgrammeData", large=True)
    assert not applies(NEEDED, "SupplyData", large=True)
    assert not applies(ALWAYS, offered=("TransferRecords", "SubmitAsync"))
    assert applies(ALWAYS, last_reason="UNREACHABLE")
    assert applies(ALWAYS, last_reason="TICKET_UNKNOWN")
    for refused in ("BUSY", "UNKNOWN_OPERATION", "RECEIPT_INVALID"):
        assert not applies(ALWAYS, last_reason=refused)


@clause("S216-18.1", "S216-18.3")
def test_while_too_much_waits_everything_leaves_under_tickets(systems: BothSystems) -> None:
    systems.system.sender.delivery.by_ticket.backlog = 2
    for _ in range(2):
        systems.announce_with_files()
    systems.send()
    assert calls(systems, "SubmitAsync") == 0
    for _ in range(3):
        systems.announce_with_files()
    systems.send()
    assert calls(systems, "SubmitAsync") == 1
    settle(systems, lambda: synchronised(systems))
    assert len(systems.recorded()) == 5


@clause("S216-18.1")
def test_a_package_is_large_by_its_bytes_or_by_documents_that_are_files(
    systems: BothSystems,
) -> None:
    systems.announce_with_files()
    systems.send()
    [formed] = systems.events(PackageFormed)
    assert formed.large is not True
    log = systems.system.log
    head = listing.package(log, formed.message_id)
    assert head is not None
    body = log.evidence(head.originator_id, 1, "package")
    assert body is not None
    package = codec.read(schema.parse(body), Package)
    assert not is_large(package, body)
    assert is_large(package, bytes(LARGE + 1))
    [record] = package.records
    kept = FileRef(sha256="a1" * 32, size=LARGE)
    by_file = msgspec.structs.replace(record, document=None, file_ref=kept)
    assert is_large(msgspec.structs.replace(package, records=(by_file,)), body)


@clause("S216-18.1", "S216-18.7", "S216-13a")
@pytest.mark.parametrize("operation", ["SubmitAsync", "GetReceipt"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_on_the_way_changes_nothing_of_the_outcome(
    ticketing: BothSystems, operation: str, fault: Accident
) -> None:
    ticketing.link.strikes = operation
    ticketing.link.accidents.append(fault)
    tender = ticketing.announce_with_files()
    settle(ticketing, lambda: synchronised(ticketing))
    time.sleep(2 * LATE if fault is delayed else 0)
    assert not ticketing.link.accidents
    assert ticketing.recorded_versions() == [(tender, 1)]
    assert len(ticketing.events(ReceiptReceived)) == 1
    tickets = {one.ticket_id for one in ticketing.events(TicketReceived)}
    assert len(tickets) <= 1
    assert not audit(owner_of(ticketing.system.settings.database_url)).differences
    assert not audit(owner_of(ticketing.registry.settings.database_url)).differences


@clause("S216-18.1", "S216-13a")
def test_a_ticket_that_is_not_believed_lets_the_package_go_synchronously(
    ticketing: BothSystems,
) -> None:
    ticketing.link.strikes = "SubmitAsync"
    ticketing.link.accidents.append(altered(b"<RetryAfterSeconds>2<", b"<RetryAfterSeconds>9<"))
    ticketing.announce_with_files()
    ticketing.send()
    [failed] = ticketing.events(DeliveryFailed)
    assert failed.reason == "RECEIPT_INVALID"
    settle(ticketing, lambda: synchronised(ticketing))
    assert ticketing.events(TicketReceived) == []
    assert (calls(ticketing, "SubmitAsync"), calls(ticketing, "TransferRecords")) == (1, 1)


@clause("S216-18.1", "S216-13a")
def test_the_ticket_of_another_package_is_not_taken(ticketing: BothSystems) -> None:
    kept: list[bytes] = []

    def another(letter: Letter) -> Any:
        answer = letter.deliver()
        kept.append(bytes(answer.body))
        return replaced(kept[0])

    ticketing.link.strikes = "SubmitAsync"
    ticketing.link.accidents += [another, another]
    for _ in range(2):
        ticketing.announce_with_files()
        ticketing.send()
    [failed] = ticketing.events(DeliveryFailed)
    assert failed.reason == "RECEIPT_INVALID"
    assert "it is the ticket of" in failed.detail
    settle(ticketing, lambda: synchronised(ticketing))


@clause("S216-18.1", "S216-18.2")
def test_the_files_that_the_registry_waits_for_are_sent(ticketing: BothSystems) -> None:
    tender = ticketing.announce()
    ticketing.send()
    ticketing.registry.judging.step()
    settle(ticketing, lambda: ticketing.events(ReceiptPutOff))
    [put_off] = ticketing.events(ReceiptPutOff)
    assert put_off.cause == "FILES_MISSING"
    assert set(put_off.hashes) == set(ticketing.link.files)
    settle(ticketing, lambda: synchronised(ticketing))
    assert ticketing.recorded_versions() == [(tender, 1)]


def held(systems: BothSystems, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A tender whose package the Registry holds at once, since it gives up after no time."""
    with monkeypatch.context() as patched:
        patched.setattr(judging, "GIVEN_UP", timedelta(0))
        tender = systems.announce()
        systems.send()
        systems.registry.judging.step()
    return tender


@clause("S216-18.1", "S216-18.7")
def test_what_the_registry_holds_waits_for_a_person_who_sends_it_again(
    ticketing: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = held(ticketing, monkeypatch)
    settle(ticketing, lambda: ticketing.events(ReceiptPutOff))
    ticketing.system.sender.follower.catch_up()
    told = condition(ticketing)
    assert (told["code"], told["cause"]) == ("TICKET_HELD", "FILES_MISSING")
    package = ticketing.package(tender).message_id
    assert f"sez tickets retry {package}" in told["cure"]["en"]
    assert [(one.cause, one.packages) for one in causes(ticketing.system.log)] == [
        ("FILES_MISSING", 1)
    ]
    assert states(ticketing)["TICKET_HELD"] == 1
    first = ticketing.package(tender).ticket_id
    with ticketing.program() as program:
        assert program.post(f"/api/v1/packages/{package}/retry").status_code == 200
    settle(ticketing, lambda: synchronised(ticketing))
    assert {one.ticket_id for one in ticketing.events(TicketReceived)} == {first}
    assert states(ticketing)["TICKET_HELD"] == 0


@clause("S216-18.1", "S216-18.7")
def test_what_a_person_of_the_registry_ends_is_refused_here_and_waits_for_a_person(
    ticketing: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    tender = held(ticketing, monkeypatch)
    ticketing.registry.follower.catch_up()
    [ticket] = ticketing.events(TicketReceived)
    assert ticketing.registry.judging.end(ticket.ticket_id, "снят с рассмотрения")
    settle(ticketing, lambda: ticketing.events(ReceiptReceived))
    [receipt] = ticketing.events(ReceiptReceived)
    [finding] = receipt.findings
    assert (receipt.result.value, finding.rule_id, finding.record) == ("REFUSED", "I-21", 1)
    assert ticketing.states(tender) == ["REFUSED"]
    assert ticketing.send() == 0


def states(systems: BothSystems) -> Any:
    """The gauge of packages by state."""
    system = systems.system
    told = gauges(
        system.log, system.sender.follower, system.clock, system.sender.forming, system.sender.gate
    )
    [gauge] = [one for one in told if one.name == "sez_packages"]
    return gauge.read()


@clause("S216-18.1", "S216-18.7")
def test_a_registry_that_was_restored_gets_the_same_bytes_again(
    ticketing: BothSystems, databases: Databases, tmp_path: Path
) -> None:
    tender = ticketing.announce_with_files()
    ticketing.send()
    [first] = ticketing.events(TicketReceived)
    with databases.fresh() as dsn:
        settings = registry_settings(ticketing.pki, tmp_path / "restored", dsn)
        other = open_registry(settings)
        try:
            other.register.add(ENTRY)
            for file in ticketing.purchase(tender).documents:
                path = other.files.path(file.sha256)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(ticketing.system.files.path(file.sha256).read_bytes())
            with serving(registry_app(other)) as address:
                ticketing.link.target = address
                ticketing.registry = other
                settle(ticketing, lambda: synchronised(ticketing))
        finally:
            other.close()
    [lost] = ticketing.events(DeliveryFailed)
    assert lost.reason == "TICKET_UNKNOWN"
    assert [one.ticket_id == first.ticket_id for one in ticketing.events(TicketReceived)] == [
        True,
        False,
    ]


@clause("S216-18.1")
def test_a_registry_that_loses_tickets_again_and_again_is_asked_ever_more_rarely(
    ticketing: BothSystems,
) -> None:
    ticketing.link.strikes = "GetReceipt"
    ticketing.link.accidents += [refuses(Fault.TICKET_UNKNOWN)] * 4
    tender = ticketing.announce_with_files()
    deadline = time.monotonic() + TIMEOUT
    while ticketing.link.accidents:
        assert time.monotonic() < deadline
        ticketing.send()
        time.sleep(0.02)
    settle(ticketing, lambda: synchronised(ticketing))
    lost = ticketing.events(DeliveryFailed)
    assert [one.attempt for one in lost] == [1, 2, 3, 4]
    waits = [(one.next_attempt_at - one.failed_at).total_seconds() for one in lost]
    assert waits == sorted(waits)
    assert ticketing.recorded_versions() == [(tender, 1)]


@clause("S216-18.1", "S216-18.2")
def test_the_next_version_waits_for_the_receipt_of_the_one_under_a_ticket(
    ticketing: BothSystems,
) -> None:
    tender = ticketing.announce_with_files("auction")
    ticketing.send()
    ticketing.extend(tender)
    other = ticketing.announce_with_files()
    ticketing.send()
    assert ticketing.states(tender) == ["IN_FLIGHT", "WAITING"]
    assert ticketing.package(other).ticket_id is not None
    settle(ticketing, lambda: synchronised(ticketing))
    assert ticketing.recorded_versions().index((tender, 1)) < ticketing.recorded_versions().index(
        (tender, 2)
    )


@clause("S216-18.1", "S216-18.3")
def test_the_hour_runs_on_under_a_ticket_and_counts_from_the_arrival(
    ticketing: BothSystems,
) -> None:
    tender = ticketing.announce_with_files()
    ticketing.send()
    [version] = ticketing.unsynchronised()
    found = listing.open_versions(ticketing.system.log)
    assert found["IN_FLIGHT"] == (1, version.formed_at)
    settle(ticketing, lambda: synchronised(ticketing))
    [settled] = ticketing.versions(tender)
    assert settled.late is False


@clause("S216-18.1", "S216-18.7")
def test_a_process_that_begins_again_goes_on_where_its_tickets_were(
    ticketing: BothSystems,
) -> None:
    tender = ticketing.announce_with_files()
    ticketing.send()
    before = ticketing.package(tender).ticket_id
    settings = ticketing.system.settings
    ticketing.system.close()
    ticketing.system = open_system(settings, ticketing.watch)
    assert ticketing.package(tender).ticket_id == before
    settle(ticketing, lambda: synchronised(ticketing))
    assert calls(ticketing, "SubmitAsync") == 1


@clause("S216-18.1", "S216-18.7")
def test_the_number_of_a_package_under_a_ticket_is_not_voided(ticketing: BothSystems) -> None:
    tender = ticketing.announce_with_files()
    ticketing.send()
    with pytest.raises(RefusedByRule, match="under a ticket"):
        ticketing.system.voiding.void(ticketing.package(tender).sequence, "не отправлялся")
    settle(ticketing, lambda: synchronised(ticketing))


@clause("S216-18.1", "S216-A2.8.5")
def test_a_changed_programme_that_was_asked_for_leaves_under_a_ticket(
    ticketing: BothSystems,
) -> None:
    changed = changed_programme(ticketing)
    settle(ticketing, lambda: synchronised(ticketing))
    assert ticketing.states(changed) == ["SYNCHRONISED"] * 2
    assert len(ticketing.events(TicketReceived)) == 1
    assert calls(ticketing, "SupplyProgrammeData") == 0


@clause("S216-18.1")
def test_what_was_said_of_a_receipt_before_is_recorded_once(ticketing: BothSystems) -> None:
    ticketing.announce_with_files()
    ticketing.send()
    before = len(ticketing.system.log.read(0, 10_000))
    deadline = time.monotonic() + TIMEOUT
    while calls(ticketing, "GetReceipt") < 3:
        assert time.monotonic() < deadline
        ticketing.send()
        time.sleep(0.05)
    assert len(ticketing.system.log.read(0, 10_000)) == before


def test_a_registry_that_does_not_answer_is_asked_once_for_all_who_wait(
    systems: BothSystems,
) -> None:
    asked: list[None] = []

    def away() -> Collection[str]:
        asked.append(None)
        raise DeliveryProblem("UNREACHABLE", "no answer", None, ())

    rule = TicketRule(systems.system.log, Asynchronous.ALWAYS, 1000, away)
    for _ in range(3):
        with pytest.raises(DeliveryProblem, match="UNREACHABLE"):
            rule.applies("TransferRecords", large=False, last_reason=None)
    assert len(asked) == 1

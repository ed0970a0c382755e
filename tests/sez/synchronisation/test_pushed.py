"""The Registry pushes receipts of tickets; the SEZ takes them as if it had asked (S216-18.1)."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest

from registry.intake import pushing as pushing_module
from registry.messages.pushes import listing
from registry.messages.pushes.listing import PushRow
from registry.messages.pushes.push import ReceiptNotPushed, ReceiptPushed
from registry.soap.client import Connection, RemoteFault, SezClient
from sez.settings import Asynchronous
from sez.synchronisation.package_events import (
    ReceiptAcknowledged,
    ReceiptReceived,
    TicketReceived,
)
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.faults import Fault
from shared_contracts.messages.asynchronous import ReceiptDelivered
from shared_contracts.messages.document import Environment
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_message
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.on_demand import sez_app
from tests.postgres import owner_of
from tests.serving import serving
from tests.sez.link import Accident, FaultyLink, altered, never_arrives, refuses
from tests.sez.systems import ENTRY, TIMEOUT, BothSystems
from tests.sez.test_faults_of_operations import FAULTS, LATE, delayed


@dataclass
class Pushed:
    """Both systems, and the link from the Registry to the SEZ."""

    systems: BothSystems
    link: FaultyLink

    @property
    def row(self) -> PushRow:
        """What became of the receipt of the first ticket."""
        registry = self.systems.registry
        registry.follower.catch_up()
        [ticket] = {one.ticket_id for one in self.systems.events(TicketReceived)}
        row = listing.push(registry.log, ticket)
        assert row is not None
        return row

    def judged(self) -> bytes:
        """A package is announced, sent under a ticket and judged; its receipt."""
        self.systems.announce_with_files()
        self.systems.send()
        self.systems.registry.judging.step()
        body = self.systems.registry.pushing.receipt(self.row.originator_id)
        assert body is not None
        return body

    def push_until(self, reached: Callable[[], Any]) -> None:
        """Go on pushing, as the Registry does, until something is reached."""
        deadline = time.monotonic() + TIMEOUT
        while not reached():
            assert time.monotonic() < deadline, self.row
            if not self.systems.registry.pushing.rounds.step():
                time.sleep(0.02)

    def events(self, kind: type[Any]) -> list[Any]:
        """The Registry's events of a kind."""
        events = [one.event for one in self.systems.registry.log.read(0, 100_000)]
        return [one for one in events if isinstance(one, kind)]


@pytest.fixture
def pushed(systems: BothSystems) -> Iterator[Pushed]:
    """The SEZ is served and its endpoint stands in the register; all leaves under tickets."""
    systems.system.sender.delivery.by_ticket.mode = Asynchronous.ALWAYS
    with serving(sez_app(systems.system)) as address:
        link = FaultyLink(address, strikes="DeliverReceipt")
        with serving(link.app()) as endpoint:
            systems.registry.register.add(msgspec.structs.replace(ENTRY, endpoint=endpoint))
            yield Pushed(systems, link)


@pytest.fixture
def client(pushed: Pushed) -> Iterator[SezClient]:
    """Somebody who calls the SEZ."""
    client = SezClient(Connection(pushed.link.target, timeout=20))
    try:
        yield client
    finally:
        client.close()


@clause("S216-18.1", "S216-13b", "S216-14")
def test_a_pushed_receipt_settles_the_package_and_is_acknowledged(pushed: Pushed) -> None:
    body = pushed.judged()
    assert pushed.row.status == "DUE"
    assert pushed.systems.registry.pushing.rounds.step() == 1
    assert pushed.row.status == "DELIVERED"
    assert pushed.systems.unsynchronised() == []
    [received] = pushed.systems.events(ReceiptReceived)
    [acknowledged] = pushed.systems.events(ReceiptAcknowledged)
    [delivered] = pushed.events(ReceiptPushed)
    assert received.receipt_sha256 == hashlib.sha256(body).hexdigest()
    assert delivered.acknowledgement_sha256 == acknowledged.acknowledgement_sha256
    assert not any(letter.is_call("GetReceipt") for letter in pushed.systems.link.passed)
    assert pushed.systems.registry.pushing.rounds.step() == 0
    for system in (pushed.systems.system, pushed.systems.registry):
        assert not audit(owner_of(system.settings.database_url)).differences


@clause("S216-18.1", "S216-13b")
def test_the_words_of_systems_that_were_kept_by_an_older_program_are_found(pushed: Pushed) -> None:
    pushed.judged()
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")
    registry = pushed.systems.registry
    kept = listing.acknowledged_in(registry.log, pushed.row.originator_id)
    assert kept is not None
    with psycopg.connect(owner_of(registry.settings.database_url)) as owner:
        owner.execute("ALTER TABLE views.pushes DROP COLUMN acknowledged_in")
    listing.prepare(registry.log)
    assert listing.acknowledged_in(registry.log, pushed.row.originator_id) == kept
    assert not audit(owner_of(registry.settings.database_url)).differences


@clause("S216-18.1", "S216-18.7", "S216-13a")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_on_the_way_is_tried_again_and_changes_nothing(
    pushed: Pushed, fault: Accident
) -> None:
    pushed.judged()
    pushed.link.accidents.append(fault)
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")
    time.sleep(2 * LATE if fault is delayed else 0)
    assert not pushed.link.accidents
    assert len(pushed.systems.events(ReceiptReceived)) == 1
    assert len(pushed.systems.events(ReceiptAcknowledged)) == 1
    assert len(pushed.events(ReceiptPushed)) == 1
    for system in (pushed.systems.system, pushed.systems.registry):
        assert not audit(owner_of(system.settings.database_url)).differences


@clause("S216-18.1", "S216-13b")
def test_a_receipt_that_was_asked_for_is_acknowledged_and_always_alike(
    pushed: Pushed, client: SezClient
) -> None:
    body = pushed.judged()
    pushed.systems.send_until(lambda: not pushed.systems.unsynchronised())
    first = client.call("DeliverReceipt", body)
    assert client.call("DeliverReceipt", body) == first
    said = codec.read(schema.parse(first), ReceiptDelivered)
    assert said.receipt_sha256 == hashlib.sha256(body).hexdigest()
    signer = verify_system(schema.parse(first)).certificates[0]
    assert signer == pushed.systems.pki.signer("sez").certificates[0]
    assert len(pushed.systems.events(ReceiptReceived)) == 1
    assert len(pushed.systems.events(ReceiptAcknowledged)) == 1


def _forged(pushed: Pushed, body: bytes, signer: str = "registry", **changes: Any) -> bytes:
    """The receipt with other values, signed by somebody."""
    receipt = msgspec.structs.replace(codec.read(schema.parse(body), Receipt), **changes)
    return sign_message(receipt, "receipt-1", pushed.systems.pki.signer(signer))


@clause("S216-18.1", "S216-13a", "S216-19")
def test_a_receipt_of_nothing_here_or_of_nobody_known_is_refused_and_leaves_no_trace(
    pushed: Pushed, client: SezClient
) -> None:
    body = pushed.judged()
    before = pushed.systems.system.log.last_position()
    for wrong, fault, told in (
        (_forged(pushed, body, message_id=uuid4()), Fault.RECEIPT_REFUSED, "/Receipt/MessageId"),
        (_forged(pushed, body, message_id=None), Fault.RECEIPT_REFUSED, "/Receipt/MessageId"),
        (_forged(pushed, body, sez_code="SEZ02"), Fault.RECEIPT_REFUSED, "/Receipt/SezCode"),
        (
            _forged(pushed, body, environment=Environment.PRODUCTION),
            *(Fault.RECEIPT_REFUSED, "/Receipt/Environment"),
        ),
        (_forged(pushed, body, package_hash="a1" * 32), Fault.RECEIPT_REFUSED, "PackageHash"),
        (_forged(pushed, body, "sez"), Fault.NOT_THE_REGISTRY, "who is not expected"),
        (
            body.replace(b"<Result>ACCEPTED<", b"<Result>REFUSED<"),
            *(Fault.NOT_THE_REGISTRY, ""),
        ),
        (
            body.replace(b"<Stage>", b"<Stages>").replace(b"</Stage>", b"</Stages>"),
            Fault.RECEIPT_REFUSED,
            "/Receipt",
        ),
    ):
        assert wrong != body
        with pytest.raises(RemoteFault) as refused:
            client.call("DeliverReceipt", wrong)
        assert (refused.value.code, told in refused.value.text) == (fault, True), refused.value
    assert pushed.systems.system.log.last_position() == before
    assert len(pushed.systems.unsynchronised()) == 1


@clause("S216-18.1", "S216-13a")
def test_a_second_receipt_of_a_package_is_refused(pushed: Pushed, client: SezClient) -> None:
    body = pushed.judged()
    client.call("DeliverReceipt", body)
    for second in (_forged(pushed, body, receipt_id=uuid4()), _forged(pushed, body)):
        with pytest.raises(RemoteFault) as refused:
            client.call("DeliverReceipt", second)
        assert refused.value.code == Fault.RECEIPT_REFUSED
    assert len(pushed.systems.events(ReceiptReceived)) == 1


@clause("S216-18.1", "S216-18.7")
def test_a_system_that_is_away_is_tried_so_often_and_then_asks_itself(
    pushed: Pushed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing_module, "TRIES", 3)
    pushed.judged()
    pushed.link.cut = True
    pushed.push_until(lambda: pushed.row.status == "LEFT")
    tried = pushed.events(ReceiptNotPushed)
    assert [one.reason for one in tried] == ["UNREACHABLE"] * 3
    assert [one.next_attempt_at is None for one in tried] == [False, False, True]
    assert listing.by_status(pushed.systems.registry.log) == {"DUE": 0.0, "LEFT": 1.0}
    pushed.systems.send_until(lambda: not pushed.systems.unsynchronised())
    pushed.link.cut = False
    assert pushed.systems.registry.pushing.again(pushed.row.ticket_id)
    assert (pushed.row.status, pushed.row.attempts, pushed.row.reason) == ("DUE", 0, None)
    assert pushed.systems.registry.pushing.again(pushed.row.ticket_id)
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")
    assert not pushed.systems.registry.pushing.again(pushed.row.ticket_id)


@clause("S216-18.1", "S216-18.7")
def test_a_receipt_that_no_try_came_to_within_a_day_is_left_and_a_person_has_it_pushed(
    pushed: Pushed,
) -> None:
    pushed.judged()
    log = pushed.systems.registry.log
    last = log.read(log.last_position() - 1, 1)[-1]
    for passed, status in ((timedelta(hours=23), "DUE"), (timedelta(hours=25), "LEFT")):
        later = replace(last, recorded_at=last.recorded_at + passed)
        with log.recorder.transaction() as cursor:
            listing.apply(cursor, [later])
        assert pushed.row.status == status
    assert (pushed.row.reason, pushed.row.next_at) == (listing.NOT_IN_TIME, None)
    assert pushed.systems.registry.pushing.rounds.step() == 0
    assert pushed.systems.registry.pushing.again(pushed.row.ticket_id)
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")


@clause("S216-18.1", "S216-13b")
def test_a_receipt_taken_from_a_file_with_a_declaration_is_acknowledged_when_pushed(
    pushed: Pushed,
) -> None:
    body = pushed.judged()
    declared = b"<?xml version='1.0' encoding='UTF-8'?>\n" + body + b"\n"
    pushed.systems.system.sender.receipts.take(declared)
    [received] = pushed.systems.events(ReceiptReceived)
    assert received.receipt_sha256 == hashlib.sha256(body).hexdigest()
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")


@clause("S216-18.1")
def test_a_system_that_does_not_take_receipts_is_believed_the_third_time(pushed: Pushed) -> None:
    pushed.judged()
    pushed.link.accidents += [refuses(Fault.UNKNOWN_OPERATION)] * 4
    pushed.push_until(lambda: pushed.row.status == "LEFT")
    assert (pushed.row.attempts, pushed.row.reason) == (3, "UNKNOWN_OPERATION")
    assert len(pushed.link.accidents) == 1


@clause("S216-18.1", "S216-13a")
def test_an_acknowledgement_that_was_altered_is_not_believed(pushed: Pushed) -> None:
    pushed.judged()
    pushed.link.accidents.append(altered(b"<SezCode>SEZ01<", b"<SezCode>SEZ02<"))
    pushed.systems.registry.pushing.rounds.step()
    [failed] = pushed.events(ReceiptNotPushed)
    assert failed.reason == "ANSWER_INVALID"
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")


@clause("S216-18.1")
def test_nothing_is_pushed_to_a_system_without_an_endpoint(systems: BothSystems) -> None:
    systems.system.sender.delivery.by_ticket.mode = Asynchronous.ALWAYS
    systems.announce_with_files()
    systems.send()
    systems.registry.judging.step()
    assert systems.registry.pushing.rounds.step() == 0
    systems.send_until(lambda: not systems.unsynchronised())


@clause("S216-18.1")
def test_a_receipt_that_answered_at_once_is_not_pushed(pushed: Pushed) -> None:
    pushed.systems.system.sender.delivery.by_ticket.mode = Asynchronous.NEVER
    pushed.systems.announce_with_files()
    pushed.systems.send()
    assert pushed.systems.unsynchronised() == []
    pushed.link.accidents.append(never_arrives)
    assert pushed.systems.registry.pushing.rounds.step() == 0


@clause("S216-18.1", "S216-18.7")
def test_where_a_failure_cannot_be_recorded_either_the_system_rests(pushed: Pushed) -> None:
    pushed.judged()
    pushed.link.accidents.append(refuses(Fault.UNKNOWN_OPERATION))
    registry = pushed.systems.registry
    with psycopg.connect(owner_of(registry.settings.database_url), autocommit=True) as owner:
        owner.execute("ALTER FUNCTION log.append RENAME TO append_away")
        assert registry.pushing.rounds.step() == 1
        owner.execute("ALTER FUNCTION log.append_away RENAME TO append")
    assert (pushed.row.status, pushed.row.attempts) == ("DUE", 0)
    assert registry.pushing.rounds.step() == 0, "the system rests"
    registry.pushing.rests.wake("SEZ01")
    pushed.push_until(lambda: pushed.row.status == "DELIVERED")

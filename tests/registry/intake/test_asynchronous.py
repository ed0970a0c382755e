"""A ticket first and the receipt later: the same as the synchronous way gives (S216-18.1)."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from registry.intake import asynchronous, submission
from registry.intake.asynchronous import next_in_turn
from registry.intake.steps import Received
from registry.intake.submission import get_receipt, submit
from registry.messages.tickets.listing import TicketRow, unanswered
from shared_contracts.astana_time import now
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.asynchronous import ReceiptPending, ReceiptRequest, Ticket
from shared_contracts.messages.document import Environment
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_system
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests import programmes, samples
from tests.clauses import clause
from tests.pki import Pki
from tests.postgres import Databases, owner_of
from tests.registry.conftest import opened
from tests.story import PEER, Story, content_of, files_of, with_real_files

WITHIN = 30.0
"""Seconds within which a package under a ticket is judged, also on a busy machine."""


def send(story: Story, package: bytes) -> bytes:
    """What the Registry answers to a package that is submitted."""
    context, body = story.registry.intake, envelope("SubmitAsync", package)
    element, at = payload_of(open_envelope(body, None), "Package"), context.clock()
    return submit(context, Received(body, context.examine(element, body, PEER), PEER, at))


def envelope(operation: str, document: bytes) -> bytes:
    return enclose(SoapVersion.V11, REGISTRY.namespace, operation, document)


def ticket_of(story: Story, data: bytes) -> Ticket:
    """What a ticket says, once its form and signature are proven."""
    element = schema.parse(data)
    assert schema.validate(element, "F-XSD-1") == []
    signer = verify_system(element).certificates[0]
    assert signer == story.pki.signer("registry").certificates[0]
    return codec.read(element, Ticket)


def pull(story: Story, ticket_id: UUID, signer: str = "sez", **changes: Any) -> bytes:
    """What the Registry answers to the question for a receipt."""
    given: dict[str, Any] = {
        "message_id": uuid4(),
        "sez_code": story.code,
        "environment": Environment.STAND,
        "created_at": story.now,
        "ticket_id": ticket_id,
    }
    element = codec.write(ReceiptRequest(**given | changes), root_id="ask-1")
    body = envelope("GetReceipt", sign_system(element, story.pki.signer(signer)))
    payload = payload_of(open_envelope(body, None), "ReceiptRequest")
    return get_receipt(story.registry.intake, payload, body, Peer(PEER))


def pending(data: bytes) -> ReceiptPending:
    element = schema.parse(data)
    assert schema.validate(element, "F-XSD-1") == []
    return codec.read(element, ReceiptPending)


def judge(story: Story) -> int:
    return story.registry.judging.step()


def settled(story: Story, ticket: Ticket) -> Receipt:
    """The receipt of a ticket that is answered."""
    return story.read(pull(story, ticket.ticket_id))


def row(code: str, position: int, *objects: str, **changes: Any) -> TicketRow:
    given: dict[str, Any] = {
        "ticket_id": UUID(int=position),
        "sez_code": code,
        "message_id": UUID(int=position),
        "originator_id": UUID(int=position),
        "position": position,
        "received_at": now(),
        "size": 1000,
        "objects": list(objects),
        "referred": [],
        "status": "WAITING",
        "cause": None,
    }
    return TicketRow(**given | changes)


@clause("S216-18.1", "S216-13b")
def test_a_package_gets_a_ticket_and_later_the_receipt_as_the_synchronous_way_gives_it(
    story: Story,
) -> None:
    package = story.packed(story.tender())
    first = send(story, package)
    ticket = ticket_of(story, first)
    assert story.events()[-2:] == ["package-submitted.1", "ticket-issued.1"]
    assert send(story, package) == first
    early = pending(pull(story, ticket.ticket_id))
    assert (early.ticket_id, early.cause, early.held) == (ticket.ticket_id, None, False)
    assert early.retry_after_seconds > 0
    assert judge(story) == 1
    data = pull(story, ticket.ticket_id)
    receipt = story.read(data)
    assert receipt.result.value == "ACCEPTED"
    assert (receipt.message_id, receipt.received_at) == (ticket.message_id, ticket.received_at)
    assert pull(story, ticket.ticket_id) == data
    assert story.post(package).data == data
    assert send(story, package) == data
    assert story.events()[-3:] == ["purchase-announced.1", "package-accepted.1", "receipt-issued.1"]
    assert judge(story) == 0


@clause("S216-18.1")
def test_a_ticket_wakes_who_judges(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asynchronous, "REST", 600.0)
    stop, bell = Signal(), story.registry.intake.ticketed
    running = Thread(target=story.registry.judging.run, args=(stop,), daemon=True)
    running.start()
    for _ in range(3):
        ticket = ticket_of(story, send(story, story.packed(story.tender())))
        deadline = time.monotonic() + WITHIN
        while b"<ReceiptPending" in pull(story, ticket.ticket_id):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    stop.set()
    bell.set()
    running.join(WITHIN)
    assert not running.is_alive()
    assert not [one for one in enumerate_threads() if "_go_on" in one.name]


def test_a_store_that_is_away_while_a_package_is_judged_ends_no_thread_unseen(
    story: Story, capfd: pytest.CaptureFixture[str]
) -> None:
    ticket_of(story, send(story, story.packed(story.tender())))
    judging = story.registry.judging
    row = judging._take()
    assert row is not None
    story.registry.log.close()
    judging._go_on(row, Signal())
    assert "the next ticket" in capfd.readouterr().out


@clause("S216-18.1")
def test_what_is_sent_synchronously_meanwhile_is_answered_once(story: Story) -> None:
    package = story.packed(story.tender())
    ticket = ticket_of(story, send(story, package))
    answer = story.post(package)
    assert answer.outcome == ("ACCEPTED", "RECORDED")
    assert judge(story) == 0
    assert pull(story, ticket.ticket_id) == answer.data
    assert story.events().count("receipt-issued.1") == 1


@clause("S216-18.1", "S216-19")
def test_the_ticket_of_another_system_and_an_unknown_one_are_refused_alike(story: Story) -> None:
    ticket = ticket_of(story, send(story, story.packed(story.tender())))
    told = []
    for code, signer, asked in (("SEZ02", "sez2", ticket.ticket_id), ("SEZ01", "sez", uuid4())):
        with pytest.raises(Unprocessed) as refused:
            pull(story, asked, signer, sez_code=code)
        told.append((refused.value.fault, refused.value.detail == str(asked)))
    assert told == [(Fault.TICKET_UNKNOWN, True)] * 2
    stolen = story.read(pull(story, ticket.ticket_id, "sez2"))
    assert stolen.result.value == "REFUSED"


@clause("S216-18.1", "S216-13a")
def test_what_is_not_whole_gets_its_refusal_and_no_ticket(story: Story) -> None:
    package = story.packed(story.tender(), record_count=7)
    receipt = story.read(send(story, package))
    assert (receipt.result.value, receipt.stage.value) == ("REFUSED", "INTEGRITY")
    assert unanswered(story.registry.log, "SEZ01", 10) == []


@clause("S216-18.1")
def test_the_id_and_the_number_of_a_package_under_a_ticket_are_taken(story: Story) -> None:
    message_id = uuid4()
    ticket = ticket_of(
        story, send(story, story.packed(story.tender(), message_id=message_id, sequence=1))
    )
    clash = story.read(send(story, story.packed(story.tender(), message_id=message_id)))
    assert [finding.rule_id for finding in clash.findings] == ["I-06"]
    second = story.read(send(story, story.packed(story.tender(), sequence=1)))
    assert [finding.rule_id for finding in second.findings] == ["I-08"]
    assert story.void(1).rules == ["I-13"]
    judge(story)
    assert settled(story, ticket).result.value == "ACCEPTED"


@clause("S216-18.1")
def test_the_order_is_kept_for_each_object_however_its_versions_come(story: Story) -> None:
    first = story.sign(story.tender())
    second = story.sign(story.next(first, samples.deletion(at=story.now + timedelta(minutes=1))))
    late = ticket_of(story, send(story, story.packed(second)))
    assert judge(story) == 1
    assert pending(pull(story, late.ticket_id)).cause == "PREDECESSOR_MISSING"
    early = ticket_of(story, send(story, story.packed(first)))
    other = ticket_of(story, send(story, story.packed(story.tender())))
    assert judge(story) == 3
    results = [settled(story, one).result.value for one in (early, late, other)]
    assert results == ["ACCEPTED"] * 3
    assert story.events().count("package-deferred.1") == 1


@clause("S216-18.1")
def test_files_that_lack_are_named_by_the_answer_and_hold_up_nobody_else(story: Story) -> None:
    document = with_real_files(story.own(samples.purchase_open_tender(story.now)))
    ticket = ticket_of(story, send(story, story.packed(document)))
    other = ticket_of(
        story, send(story, story.packed(story.own(samples.purchase_single_source(story.now))))
    )
    judge(story)
    settled(story, other)
    waits = pending(pull(story, ticket.ticket_id))
    assert waits.cause == "FILES_MISSING"
    assert set(waits.hashes) == {file.sha256 for file in files_of(document)}
    assert all(story.registry.wanted.is_wanted(one) for one in waits.hashes)
    for file in files_of(document):
        story.put(content_of(file))
    story.registry.judging._pauses.clear()
    judge(story)
    assert settled(story, ticket).result.value == "ACCEPTED"


@clause("S216-18.1", "S216-A2.7.1")
def test_new_programmes_are_loaded_under_a_ticket(story: Story) -> None:
    programme = story.own(programmes.annual())
    ticket = ticket_of(story, send(story, story.packed(programme, contract_version="1.1")))
    judge(story)
    receipt = settled(story, ticket)
    assert (receipt.result.value, [one.rule_id for one in receipt.findings]) == ("ACCEPTED", [])


@clause("S216-18.1")
def test_where_too_much_of_a_system_waits_the_same_bytes_may_come_later(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "TICKETS", 2)
    for _ in range(2):
        ticket_of(story, send(story, story.packed(story.tender())))
    third = story.packed(story.tender())
    with pytest.raises(Unprocessed) as full:
        send(story, third)
    assert (full.value.fault, full.value.retry_after) == (Fault.BUSY, submission.FULL)
    other = Story(story.registry, story.pki, story.clock, "SEZ02", "sez2")
    ticket_of(other, send(other, other.packed(other.tender())))
    judge(story)
    ticket_of(story, send(story, third))


@clause("S216-18.1", "S216-18.7")
def test_held_packages_count_and_the_sender_is_told_of_them_and_of_the_other_way(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission, "TICKETS", 2)
    monkeypatch.setattr(asynchronous, "GIVEN_UP", timedelta(0))
    for _ in range(2):
        first = story.sign(story.tender())
        gone = samples.deletion(at=story.now + timedelta(minutes=1))
        ticket_of(story, send(story, story.packed(story.next(first, gone))))
    judge(story)
    third = story.packed(story.tender())
    with pytest.raises(Unprocessed, match=r"2 of them are held.* send their bytes again") as full:
        send(story, third)
    assert (full.value.fault, full.value.retry_after) == (Fault.BUSY, submission.HELD)
    assert story.tell(story.sign(story.tender())).outcome == ("ACCEPTED", "RECORDED")


@clause("S216-18.1", "S216-18.7")
def test_what_is_put_off_of_one_system_hides_nothing_of_another(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asynchronous, "LOOKED_AT", 2)
    for _ in range(3):
        first = story.sign(story.tender())
        gone = samples.deletion(at=story.now + timedelta(minutes=1))
        ticket_of(story, send(story, story.packed(story.next(first, gone))))
    other = Story(story.registry, story.pki, story.clock, "SEZ02", "sez2")
    ticket = ticket_of(other, send(other, other.packed(other.tender())))
    judge(story)
    question = pull(other, ticket.ticket_id, "sez2")
    assert other.read(question).result.value == "ACCEPTED"


@clause("S216-18.1", "S216-18.7")
def test_what_cannot_be_judged_for_a_day_is_held_until_it_comes_again_or_a_person_says_so(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asynchronous, "GIVEN_UP", timedelta(0))
    first = story.sign(story.tender())
    package = story.packed(story.next(first, samples.deletion(at=story.now + timedelta(minutes=1))))
    data = send(story, package)
    ticket = ticket_of(story, data)
    judge(story)
    held = pending(pull(story, ticket.ticket_id))
    assert (held.cause, held.held) == ("PREDECESSOR_MISSING", True)
    assert [one.status for one in unanswered(story.registry.log, "SEZ01", 10)] == ["HELD"]
    assert story.tell(first).outcome == ("ACCEPTED", "RECORDED")
    assert judge(story) == 0
    assert send(story, package) == data
    assert not pending(pull(story, ticket.ticket_id)).held
    story.registry.judging._pauses.clear()
    judge(story)
    assert settled(story, ticket).result.value == "ACCEPTED"


@clause("S216-18.1", "S216-18.7")
def test_a_resumed_package_is_tried_for_a_day_again_before_it_is_held_again(story: Story) -> None:
    first = story.sign(story.tender())
    package = story.packed(story.next(first, samples.deletion(at=story.now + timedelta(minutes=1))))
    ticket = ticket_of(story, send(story, package))
    states = []
    for hours, resumed in ((25, True), (26, False), (48, False), (49, False)):
        story.clock.offset = timedelta(hours=hours)
        story.registry.judging._pauses.clear()
        assert judge(story) == 1
        story.registry.follower.catch_up()
        states += [one.status for one in unanswered(story.registry.log, "SEZ01", 10)]
        assert not resumed or story.registry.judging.resume(ticket.ticket_id)
    assert states == ["HELD", "WAITING", "WAITING", "HELD"]


@clause("S216-18.1", "S216-13a")
def test_a_package_whose_bytes_were_altered_is_held_for_a_person_and_holds_up_nobody(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ticket_of(story, send(story, story.packed(story.tender())))
    with psycopg.connect(owner_of(story.registry.settings.database_url)) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER only_grows")
        owner.execute("UPDATE log.evidence SET body = %s WHERE name = 'package'", (b"<forged/>",))
    second = ticket_of(story, send(story, story.packed(story.tender())))
    judge(story)
    assert settled(story, second).result.value == "ACCEPTED"
    assert not pending(pull(story, first.ticket_id)).held
    monkeypatch.setattr(asynchronous, "GIVEN_UP", timedelta(0))
    story.registry.judging._pauses.clear()
    judge(story)
    held = pending(pull(story, first.ticket_id))
    assert (held.cause, held.held) == ("INTERNAL_ERROR", True)


@clause("S216-18.1", "S216-12a")
def test_a_registry_that_ended_before_the_judgement_answers_what_it_ticketed(
    pki: Pki, databases: Databases, tmp_path: Path
) -> None:
    with databases.fresh() as dsn:
        with opened(pki, tmp_path, dsn) as before:
            ticket = ticket_of(before, send(before, before.packed(before.tender())))
        with opened(pki, tmp_path, dsn) as after:
            assert judge(after) == 1
            assert settled(after, ticket).result.value == "ACCEPTED"
            assert after.events().count("receipt-issued.1") == 1


@pytest.mark.parametrize(
    ("waiting", "busy", "resting", "chosen"),
    [
        ([row("A", 1, "x"), row("B", 2, "x")], [], [], 1),
        ([row("A", 1, "x"), row("A", 2, "y"), row("B", 3, "z")], [1], [], 3),
        ([row("A", 1, "x"), row("A", 2, "x"), row("A", 3, "y")], [], [1], 3),
        ([row("A", 1, "x", cause="PREDECESSOR_MISSING"), row("A", 2, "x")], [], [1], 2),
        ([row("A", 1, "x", cause="FILES_MISSING"), row("A", 2, "x")], [], [1], None),
        ([row("A", 1, "x"), row("A", 2, "y", referred=["x"])], [], [1], None),
        (
            [row("A", 1, "x", cause="PREDECESSOR_MISSING"), row("A", 2, "y", referred=["x"])],
            *([], [1], None),
        ),
        ([row("A", 1, "x"), row("B", 2, "y", referred=["x"])], [], [1], 2),
        ([row("A", 1, "x"), row("A", 2, "y")], [1], [], None),
    ],
)
@clause("S216-18.1")
def test_systems_take_turns_and_only_what_concerns_the_same_objects_waits(
    waiting: Sequence[TicketRow], busy: list[int], resting: list[int], chosen: int | None
) -> None:
    under_way = {one.ticket_id: one for one in waiting if one.position in busy}
    rests = {UUID(int=one) for one in resting}
    found = next_in_turn(waiting, under_way, rests, 1)
    assert (found.position if found else None) == chosen

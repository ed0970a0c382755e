"""A package on its way: what may happen to it, and what no longer can."""

from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sez.synchronisation.package import (
    Answered,
    Command,
    Disown,
    Fail,
    FormPackage,
    InFlight,
    PutOff,
    Resume,
    Stop,
    Stopped,
    Take,
    TakeTicket,
    Ticketed,
    Unformed,
    Void,
    Voided,
    decide,
    evolve,
)
from sez.synchronisation.package_events import (
    DeliveryFailed,
    PackageFormed,
    PackageResumed,
    PackageStopped,
    ReceiptPutOff,
    ReceiptReceived,
    TicketReceived,
    VoidAnswered,
    VoidStated,
    named_records,
)
from sez.synchronisation.package_writer import PACKAGE
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.receipt import Finding, Result, Severity, Stage
from tests.samples import AT, HASH

ID = UUID(int=7)
FORMED = PackageFormed(message_id=ID, sequence=3, package_hash=HASH, formed_at=AT, records=())
FAILED = DeliveryFailed(message_id=ID, attempt=2, reason="BUSY", failed_at=AT, next_attempt_at=AT)
ANSWER = ReceiptReceived(
    message_id=ID,
    receipt_id=ID,
    receipt_sha256=HASH,
    result=Result.ACCEPTED,
    stage=Stage.RECORDED,
    received_at=AT,
    registry_received_at=AT,
)
HELD = PackageFormed(
    message_id=ID, sequence=3, package_hash=HASH, formed_at=AT, records=(), held=True
)
STATED = VoidStated(
    message_id=ID, sequence=3, statement_id=ID, statement_hash=HASH, reason="x", stated_at=AT
)
VOIDED = VoidAnswered(
    message_id=ID,
    statement_id=ID,
    receipt_id=ID,
    receipt_sha256=HASH,
    result=Result.ACCEPTED,
    received_at=AT,
)
REFUSED = msgspec.structs.replace(VOIDED, result=Result.REFUSED)
STOPPED = PackageStopped(message_id=ID, attempt=3, reason="TOO_LARGE", stopped_at=AT)
RESUMED = PackageResumed(message_id=ID, resumed_at=AT)
TICKET = TicketReceived(
    message_id=ID,
    ticket_id=ID,
    ticket_sha256=HASH,
    received_at=AT,
    registry_received_at=AT,
    next_attempt_at=AT,
)
WAITS = ReceiptPutOff(
    message_id=ID,
    ticket_id=ID,
    answer_sha256=HASH,
    cause="FILES_MISSING",
    hashes=(HASH,),
    received_at=AT,
    next_attempt_at=AT,
)
HELD_THERE = msgspec.structs.replace(WAITS, held=True)
LOST = msgspec.structs.replace(FAILED, reason="TICKET_UNKNOWN")
COMMANDS: tuple[Command, ...] = (
    FormPackage(FORMED),
    FormPackage(HELD),
    Fail(FAILED),
    Take(ANSWER),
    Disown(STATED),
    Void(VOIDED),
    Void(REFUSED),
    Stop(STOPPED),
    Resume(RESUMED),
    TakeTicket(TICKET),
    PutOff(WAITS),
    PutOff(HELD_THERE),
)


def test_a_formed_package_is_on_its_way_until_it_is_answered() -> None:
    on_its_way = PACKAGE.fold([FORMED, FAILED])
    assert on_its_way == InFlight(sequence=3, records=(), attempts=2)
    assert decide(on_its_way, Take(ANSWER)) == [ANSWER]
    assert decide(on_its_way, FormPackage(FORMED)) == []


def test_a_package_on_its_way_is_kept_as_earlier_programs_kept_it() -> None:
    """Else the audit tells of an altered state for each that failed under an earlier program."""
    kept = msgspec.json.decode(msgspec.json.encode(PACKAGE.fold([FORMED, FAILED])))
    assert kept == {
        "type": "IN_FLIGHT",
        "sequence": 3,
        "records": [],
        "held": False,
        "attempts": 2,
        "statement": None,
    }


def test_after_its_final_answer_nothing_happens_to_a_package_any_more() -> None:
    answered = PACKAGE.fold([FORMED, ANSWER])
    assert isinstance(answered, Answered)
    assert [list(decide(answered, command)) for command in COMMANDS] == [[]] * len(COMMANDS)


def test_a_held_package_is_void_once_the_registry_has_taken_the_statement() -> None:
    void = PACKAGE.fold([HELD, STATED, VOIDED])
    assert void == Voided(sequence=3, records=(), statement=ID)
    happens = [event for command in COMMANDS for event in decide(void, command)]
    assert happens == [RESUMED], "what waited for a person may leave anew, once"
    assert decide(evolve(void, RESUMED), Resume(RESUMED)) == []


def test_a_stopped_package_is_tried_again_or_its_number_closed_or_answered_after_all() -> None:
    stopped = PACKAGE.fold([FORMED, FAILED, STOPPED])
    assert stopped == Stopped(sequence=3, records=(), attempts=3)
    assert decide(stopped, Fail(FAILED)) == decide(stopped, Stop(STOPPED)) == []
    assert evolve(stopped, RESUMED) == InFlight(sequence=3, records=())
    assert decide(stopped, Take(ANSWER)) == [ANSWER]
    assert decide(stopped, Disown(STATED)) == [STATED]
    stated = evolve(stopped, STATED)
    assert decide(stated, Resume(RESUMED)) == [], "it is being closed"
    assert isinstance(evolve(stated, VOIDED), Voided)
    assert evolve(stated, REFUSED) == stopped


@pytest.mark.clause("S216-18.1")
def test_a_package_under_a_ticket_waits_for_its_receipt_or_goes_again() -> None:
    ticketed = PACKAGE.fold([FORMED, FAILED, TICKET])
    assert ticketed == Ticketed(sequence=3, records=(), ticket_id=ID, attempts=2)
    assert decide(ticketed, TakeTicket(TICKET)) == decide(ticketed, Disown(STATED)) == []
    assert decide(ticketed, Resume(RESUMED)) == [], "the Registry goes on by itself"
    assert decide(ticketed, Take(ANSWER)) == [ANSWER]
    assert evolve(ticketed, LOST) == InFlight(sequence=3, records=(), attempts=2)
    assert evolve(ticketed, STOPPED) == Stopped(sequence=3, records=(), attempts=3)


@pytest.mark.clause("S216-18.1")
def test_what_the_registry_waits_for_is_told_once_and_what_it_holds_goes_again() -> None:
    ticketed = PACKAGE.fold([FORMED, TICKET])
    foreign = msgspec.structs.replace(WAITS, ticket_id=UUID(int=8))
    assert decide(ticketed, PutOff(foreign)) == []
    waits = evolve(ticketed, WAITS)
    assert decide(waits, PutOff(WAITS)) == []
    assert decide(evolve(waits, FAILED), PutOff(WAITS)) == [WAITS], "it answers again"
    held = evolve(waits, HELD_THERE)
    assert decide(held, Resume(RESUMED)) == [RESUMED]
    assert evolve(held, RESUMED) == InFlight(sequence=3, records=())


def test_no_ticket_is_taken_for_what_somebody_else_posts_or_a_person_stopped() -> None:
    for package in (PACKAGE.fold([HELD]), PACKAGE.fold([FORMED, STOPPED])):
        assert decide(package, TakeTicket(TICKET)) == []


def test_who_holds_a_package_posts_it_and_nobody_stops_it() -> None:
    assert decide(PACKAGE.fold([HELD]), Stop(STOPPED)) == []


def test_what_was_refused_leaves_anew_once_when_a_person_says_so() -> None:
    refused = PACKAGE.fold([FORMED, msgspec.structs.replace(ANSWER, result=Result.REFUSED)])
    assert decide(refused, Resume(RESUMED)) == [RESUMED]
    assert decide(evolve(refused, RESUMED), Resume(RESUMED)) == []


def test_a_statement_waits_for_its_own_answer_and_is_made_anew_after_a_refusal() -> None:
    stated = PACKAGE.fold([HELD, STATED])
    foreign = msgspec.structs.replace(VOIDED, statement_id=UUID(int=8))
    assert decide(stated, Disown(STATED)) == decide(stated, Void(foreign)) == []
    assert decide(PACKAGE.fold([HELD, STATED, REFUSED]), Disown(STATED)) == [STATED]
    assert decide(stated, Take(ANSWER)) == [ANSWER]


def test_what_is_sent_from_here_is_never_said_not_to_have_been_sent() -> None:
    assert decide(PACKAGE.fold([FORMED]), Disown(STATED)) == []


def test_to_a_package_that_was_never_formed_nothing_happens() -> None:
    assert decide(Unformed(), Fail(FAILED)) == decide(Unformed(), Take(ANSWER)) == []


@given(st.lists(st.sampled_from(COMMANDS)))
def test_whatever_is_asked_a_package_is_formed_and_answered_once_at_most(
    commands: list[Command],
) -> None:
    package, events = PACKAGE.initial, []
    for command in commands:
        for event in decide(package, command):
            package = evolve(package, event)
            events.append(event)
    assert sum(events.count(one) for one in (FORMED, HELD)) <= 1
    assert sum(events.count(one) for one in (ANSWER, VOIDED)) <= 1
    assert package == PACKAGE.fold(events)


def finding(record: int | None, severity: Severity) -> Finding:
    """Something found in a record."""
    words = LocalizedText(kk="х", ru="х", en="x")
    return Finding(
        rule_id="F-1", severity=severity, record=record, path="/", text=words, cure=words
    )


def test_only_errors_name_the_records_that_must_wait() -> None:
    found = [
        finding(2, Severity.ERROR),
        finding(3, Severity.WARNING),
        finding(None, Severity.ERROR),
    ]
    assert named_records(found) == {2}

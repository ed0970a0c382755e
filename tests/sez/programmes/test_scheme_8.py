"""Scheme 8 over sockets: a change is asked for, supplied, and answered with identifiers."""

import threading
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from registry.programmes import listing
from registry.programmes.change import ProgrammeChangeAnswered
from registry.records.record import item_id
from sez.programmes import changing, versions
from sez.publication.publisher import append, forming
from sez.publication.signers import formed_by
from sez.records.version import Publish, VersionSigned
from sez.soap.client import Connection, RegistryClient
from sez.synchronisation.first_question import VersionQuestionAnswered, VersionQuestionPut
from sez.synchronisation.package_events import ReceiptReceived
from sez.timetable import ASK_FIRST
from shared_contracts.errors import UpstreamFailed
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.kinds.programme import LOAD
from shared_contracts.limits import CHANGED_ITEMS
from shared_contracts.messages.document import Environment
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.programme_change import (
    REQUEST,
    SUPPLY_PROGRAMME,
    ChangeOutcome,
    ItemDifference,
    ProgrammeChangeAnswer,
    ProgrammeChangeRequest,
    StatedItem,
    WantedItem,
)
from shared_contracts.messages.receipt import ChangedItem, Receipt, Result, Stage
from shared_contracts.rules.programme import with_totals
from shared_contracts.signing.sign import sign_message, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.postgres import owner_of
from tests.programmes import with_item
from tests.sez.link import Accident, answer_lost, never_arrives
from tests.sez.programmes.test_programmes import load, on_record, publisher, put, signed
from tests.sez.systems import SIGNER, BothSystems

REASON = "Уточнение"


@pytest.fixture
def programme(systems: BothSystems) -> UUID:
    """A programme which the Registry acknowledged."""
    loaded = load(systems)
    systems.send_until(lambda: systems.states(loaded) == ["SYNCHRONISED"])
    return loaded


def dearer(document: Programme) -> Programme:
    """The document with a higher amount in item 2."""
    [plan] = document.items[1].year_plans
    plans = (msgspec.structs.replace(plan, amount=plan.amount + Decimal(1)),)
    return with_totals(with_item(document, 2, year_plans=plans))


def regrouped(document: Programme) -> Programme:
    """The document with item 1 altered, item 2 left out, and item 3 put in."""
    first, second = document.items
    items = (
        msgspec.structs.replace(first, transient=True),
        msgspec.structs.replace(second, item_number="3"),
    )
    return with_totals(msgspec.structs.replace(document, items=items, approved_by="Бекова А. М."))


def change(
    systems: BothSystems, programme: UUID, how: Callable[[Programme], Programme] = dearer
) -> None:
    """Sign a change of a programme."""
    put(systems, programme, versions.change(how(signed(systems, programme)), REASON))


def recorded_unasked(systems: BothSystems, programme: UUID) -> None:
    """Record a version that changes nothing, as a SEZ did before that was asked."""
    at = publisher(systems)
    unchanged = versions.change(signed(systems, programme), REASON)
    with forming(at, programme, lambda now: unchanged(at.owner, programme, now.state)) as version:
        signer = systems.system.users.signer(SIGNER)
        data = sign_person(codec.canonical_text(version.document), signer)
        command = Publish(
            document=version.document,
            document_hash=sha256(data).hexdigest(),
            formed_at=at.clock(),
            formed_by=formed_by(subject_of(signer.certificates[0])),
        )
        append(at, version.at, command, data, version.referred)


def question(systems: BothSystems, programme: UUID, **told: Any) -> ProgrammeChangeRequest:
    """What the SEZ asks about the last version of a programme; ``told`` is stated otherwise."""
    of_it = [
        one
        for one in systems.events(VersionSigned)
        if isinstance(one.document, Programme) and one.object_id == programme
    ]
    head = systems.system.publisher.owner.question_head(systems.system.clock())
    asked = changing.request(head, *of_it[-2:])
    return msgspec.structs.replace(asked, **told)


def posted(systems: BothSystems, asked: ProgrammeChangeRequest, signer: str = "sez") -> bytes:
    """The Registry's answer to a question."""
    body = sign_message(asked, "question-1", systems.pki.signer(signer))
    return called(systems, REQUEST, body)


def called(systems: BothSystems, operation: str, body: bytes) -> bytes:
    """The answer to an operation of the Registry."""
    client = RegistryClient(Connection(systems.system.settings.registry))
    try:
        return client.call(operation, body)
    finally:
        client.close()


def answer(data: bytes) -> ProgrammeChangeAnswer:
    """An answer to a question, read."""
    return codec.read(schema.parse(data), ProgrammeChangeAnswer)


def receipt(data: bytes) -> Receipt:
    """A receipt, read."""
    return codec.read(schema.parse(data), Receipt)


def errors(told: Receipt | ProgrammeChangeAnswer) -> list[str]:
    """The rules that an answer finds broken."""
    return [one.rule_id for one in told.findings if one.severity == "ERROR"]


@clause("S216-A2.8.0", "S216-A2.8.1", "S216-A2.8.4", "S216-A2.8.5", "S216-A2.8.6", "S216-A2.8.7")
def test_a_change_is_asked_for_supplied_and_answered_with_identifiers(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    assert systems.states(programme) == ["SYNCHRONISED", "ASKING"]
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"] * 2)
    [told] = systems.events(VersionQuestionAnswered)
    assert told.result is ChangeOutcome.SUPPLEMENT_REQUIRED
    [record] = systems.events(ReceiptReceived)[-1].records
    first, second = on_record(systems)
    assert record.registry_id == second.registry_id == first.registry_id
    paths = set(record.changed_fields)
    assert paths == {"/Programme/YearTotals/YearTotal[1]/Amount"}
    known = item_id(second.registry_id, "2")
    assert record.changed_items == (
        ChangedItem(item_number="2", change="CHANGED", registry_id=known),
    )
    systems.registry.follower.catch_up()
    listed = listing.items(systems.registry.log, second.registry_id, 0, 10)
    assert [one.item_id for one in listed if one.number == "2"] == [known]
    assert [one.is_call(SUPPLY_PROGRAMME) for one in systems.link.passed].count(True) == 1
    for one in (systems.registry, systems.system):
        assert audit(owner_of(one.settings.database_url)).differences == ()


@clause("S216-A2.8.4")
def test_the_registry_names_the_items_and_fields_that_it_needs(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme, regrouped)
    told = answer(posted(systems, question(systems, programme)))
    assert told.result is ChangeOutcome.SUPPLEMENT_REQUIRED
    assert set(told.items) == {
        WantedItem(item_number="1", difference=ItemDifference.CONTENT),
        WantedItem(item_number="2", difference=ItemDifference.SURPLUS),
        WantedItem(item_number="3", difference=ItemDifference.MISSING),
    }
    assert told.field_names == ("ApprovedBy",)
    assert (told.registry_version, told.more_items) == (1, 0)


@clause("S216-A2.8.4")
def test_what_the_registry_has_already_it_does_not_ask_for(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    asked = question(systems, programme)
    gone, [stated] = StatedItem(item_number="9"), asked.items
    known = msgspec.structs.replace(stated, item_number="2")
    told = answer(posted(systems, msgspec.structs.replace(asked, items=(gone, known))))
    assert [one.item_number for one in told.items] == ["2"]


@clause("S216-A2.8.3")
def test_what_is_on_record_is_not_required_and_counts_as_synchronised(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    systems.system.changes.first.ask_due()
    package = systems.system.sender.forming.form_held(programme)
    assert receipt(called(systems, SUPPLY_PROGRAMME, package)).result is Result.ACCEPTED
    told = answer(posted(systems, question(systems, programme)))
    assert (told.result, told.registry_version) == (ChangeOutcome.NOT_REQUIRED, 2)
    assert told.registry_hash == told.document_hash


@clause("S216-A2.8.3", "S216-A2.8.7")
def test_a_change_that_changes_nothing_is_not_required_and_can_be_taken_back(
    systems: BothSystems, programme: UUID
) -> None:
    recorded_unasked(systems, programme)
    systems.send()
    assert systems.states(programme) == ["SYNCHRONISED", "REFUSED"]
    [told] = systems.events(VersionQuestionAnswered)
    assert told.result is ChangeOutcome.NOT_REQUIRED
    with systems.program() as program:
        back = {"version": 2, "reason": "Ничего не изменилось"}
        address = f"/api/v1/programmes/{programme}/withdrawal"
        assert program.post(address, json=back).status_code == 200
    assert systems.states(programme) == ["SYNCHRONISED"]
    change(systems, programme)
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"] * 2)


@clause("S216-A2.8.2")
def test_a_change_of_another_version_than_the_last_is_refused(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    asked = question(systems, programme)
    other = posted(systems, msgspec.structs.replace(asked, previous_hash="0" * 64))
    told = answer(other)
    assert (told.result, errors(told)) == (ChangeOutcome.REFUSED, ["F-PRG-11"])
    assert told.findings[0].path == "/ProgrammeChangeRequest/PreviousHash"
    ahead = question(systems, programme, version=3)
    with pytest.raises(UpstreamFailed, match="PREDECESSOR_MISSING"):
        posted(systems, ahead)
    with pytest.raises(UpstreamFailed, match="PREDECESSOR_MISSING"):
        posted(systems, question(systems, programme, object_id=uuid4()))


@clause("S216-A2.8.2")
def test_a_deleted_programme_is_not_changed(systems: BothSystems, programme: UUID) -> None:
    change(systems, programme)
    asked = question(systems, programme)
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"] * 2)
    gone = versions.deletion("Ошибка", publisher(systems).clock(), "Бекова А. М.")
    put(systems, programme, gone)
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"] * 3)
    told = answer(posted(systems, msgspec.structs.replace(asked, version=4)))
    assert (told.result, errors(told)) == (ChangeOutcome.REFUSED, ["F-HDR-2"])


@clause("S216-A2.8.2", "S216-13a")
def test_a_request_that_is_not_proven_or_not_lawful_gets_a_signed_refusal(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    asked = question(systems, programme)
    for signer in ("sez2", "sez-expired", "stranger-head"):
        told = receipt(posted(systems, asked, signer))
        assert (told.result, told.stage) == (Result.REFUSED, Stage.CERTIFICATE), signer
    malformed = receipt(posted(systems, msgspec.structs.replace(asked, document_hash="none")))
    assert (malformed.stage, errors(malformed)) == (Stage.INTEGRITY, ["I-XSD-1"])
    foreign = msgspec.structs.replace(asked, environment=Environment.PRODUCTION)
    assert "I-09" in errors(receipt(posted(systems, foreign)))
    unsigned = codec.to_bytes(codec.write(asked, root_id="question-1"))
    assert errors(receipt(called(systems, REQUEST, unsigned))) == ["C-01"]
    answered = [one.event for one in systems.registry.log.read(0, 100_000)]
    assert not [one for one in answered if isinstance(one, ProgrammeChangeAnswered)]


def test_the_same_request_gets_the_same_answer_and_another_under_its_id_none(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    asked = question(systems, programme)
    body = sign_message(asked, "question-1", systems.pki.signer("sez"))
    assert called(systems, REQUEST, body) == called(systems, REQUEST, body)
    other = answer(posted(systems, msgspec.structs.replace(asked, more_items=1)))
    assert (other.result, errors(other)) == (ChangeOutcome.REFUSED, ["I-06"])


@clause("S216-A2.8.4", "S216-A2.8.5")
def test_a_version_that_was_not_asked_for_is_refused(systems: BothSystems, programme: UUID) -> None:
    change(systems, programme)
    package = systems.system.sender.forming.form_held(programme)
    told = receipt(called(systems, SUPPLY_PROGRAMME, package))
    assert (told.result, errors(told)) == (Result.REFUSED, ["F-PRG-10"])
    assert REQUEST in (told.findings[-1].cure.en or "")


@clause("S216-A2.7.7", "S216-A2.8.0")
@pytest.mark.parametrize(
    ("operation", "rule"), [(LOAD, "F-PRG-7"), ("TransferRecords", "F-HDR-11")]
)
def test_a_change_by_another_operation_is_told_the_operations_of_scheme_8(
    systems: BothSystems, programme: UUID, operation: str, rule: str
) -> None:
    change(systems, programme)
    package = systems.system.sender.forming.form_held(programme)
    told = receipt(called(systems, operation, package))
    [finding] = [one for one in told.findings if one.severity == "ERROR"]
    assert finding.rule_id == rule
    assert SUPPLY_PROGRAMME in f"{finding.text.en} {finding.cure.en}"
    assert len(on_record(systems)) == 1


@clause("S216-A2.8.1", "S216-A2.8.7")
@pytest.mark.parametrize("accident", [answer_lost, never_arrives])
@pytest.mark.parametrize("operation", [REQUEST, SUPPLY_PROGRAMME])
def test_what_is_lost_on_the_way_goes_again_by_the_same_bytes_and_is_recorded_once(
    systems: BothSystems, programme: UUID, accident: Accident, operation: str
) -> None:
    change(systems, programme)
    systems.link.strikes = operation
    systems.link.accidents.append(accident)
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"] * 2)
    sent = [one.body for one in systems.link.passed if one.is_call(operation)]
    assert len(sent) > 1
    assert len(set(sent)) == 1
    assert len(systems.events(VersionQuestionPut)) == 1
    assert len(systems.events(VersionQuestionAnswered)) == 1
    recorded = [one.event for one in systems.registry.log.read(0, 100_000)]
    assert len([one for one in recorded if isinstance(one, ProgrammeChangeAnswered)]) == 1
    assert len(on_record(systems)) == 2


@clause("S216-A2.8.0", "S216-18.2")
def test_the_sez_asks_and_supplies_every_later_version_by_itself_and_in_order(
    systems: BothSystems,
) -> None:
    programme = load(systems)
    change(systems, programme)
    change(systems, programme, regrouped)
    name = "questions before versions"
    [duty] = [one for one in systems.system.watch.duties if one.name == name]
    assert (duty.at_once, duty.pause) == (True, ASK_FIRST)
    duty.work(threading.Event())
    assert systems.states(programme) == ["WAITING", "ASKING", "ASKING"]
    for _ in range(3):
        systems.system.sender.step()
        duty.work(threading.Event())
    assert systems.states(programme) == ["SYNCHRONISED"] * 3
    assert [one.header.version for one in on_record(systems)] == [1, 2, 3]


@clause("S216-A2.8.1")
def test_a_request_states_a_bounded_number_of_items_and_counts_the_rest(
    systems: BothSystems, programme: UUID
) -> None:
    change(systems, programme)
    first, last = systems.events(VersionSigned)[-2:]
    [one, *_] = first.document.items
    many = tuple(
        msgspec.structs.replace(one, item_number=str(number))
        for number in range(1, CHANGED_ITEMS + 12)
    )
    large = msgspec.structs.replace(
        last, document=msgspec.structs.replace(first.document, items=many)
    )
    head = systems.system.publisher.owner.question_head(systems.system.clock())
    asked = changing.request(head, first, large)
    assert (len(asked.items), asked.more_items) == (CHANGED_ITEMS, 10)
    told = answer(posted(systems, asked))
    assert (len(told.items), told.more_items) == (CHANGED_ITEMS, 10)

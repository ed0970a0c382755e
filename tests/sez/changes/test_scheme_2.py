"""Scheme 2 between a SEZ and a Registry, step by step, with what may go wrong on the way."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import msgspec
import psycopg
import pytest

from registry.app import open_registry
from sez.changes.answers import ChangesAnswered, ChangesRound
from sez.synchronisation.package_events import PackageFormed, ReceiptReceived
from sez.timetable import ASK
from shared_contracts.astana_time import now
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.changes import (
    SUPPLY,
    ChangesAnswer,
    ChangesRequest,
    ChangesResult,
    DifferenceKind,
    HeldObject,
    ObjectDifference,
)
from shared_contracts.messages.document import Environment
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.clauses import clause
from tests.on_demand import registry_app
from tests.pki import Pki
from tests.postgres import Databases, owner_of
from tests.serving import serving
from tests.sez.audits.asked import tamper
from tests.sez.link import answer_lost, never_arrives
from tests.sez.systems import ENTRY, BothSystems
from tests.stores import registry_settings

pytestmark = clause("S216-A3.2a")


@pytest.fixture
def tender(systems: BothSystems) -> UUID:
    """A tender in two versions, which the Registry acknowledged."""
    announced = systems.announce()
    systems.extend(announced)
    systems.send_until(lambda: systems.states(announced) == ["SYNCHRONISED"] * 2)
    return announced


@pytest.fixture
def restored(
    systems: BothSystems, tender: UUID, pki: Pki, databases: Databases, tmp_path: Path
) -> Iterator[UUID]:
    """The tender, acknowledged by a Registry whose store was then restored from before it."""
    with databases.fresh() as dsn:
        opened = open_registry(registry_settings(pki, tmp_path / "restored", dsn))
        try:
            opened.register.add(ENTRY)
            with serving(registry_app(opened)) as address:
                systems.registry, systems.link.target = opened, address
                yield tender
        finally:
            opened.close()


def found(systems: BothSystems) -> ChangesRound:
    """What a round of questions finds, asked now."""
    return systems.system.changes.ask().found


def supplied(systems: BothSystems) -> list[PackageFormed]:
    """The packages that were formed because the Registry asked for them."""
    formed = systems.events(PackageFormed)
    return [one for one in formed if one.operation == SUPPLY]


def question(*objects: HeldObject) -> ChangesRequest:
    """A question about objects."""
    return ChangesRequest(
        message_id=uuid4(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=now(),
        objects=objects,
    )


def signed(systems: BothSystems, one: HeldObject, signer: str = "sez") -> bytes:
    """The question about an object, signed by ``signer``."""
    return sign_message(question(one), "ask-1", systems.pki.signer(signer))


def difference(systems: BothSystems, one: HeldObject) -> ObjectDifference:
    """How the Registry says that its object differs from one which the SEZ says to have."""
    answer = posted(systems, signed(systems, one))
    told = codec.read(payload_of(open_envelope(answer, None), "ChangesAnswer"), ChangesAnswer)
    assert told.result is ChangesResult.SUPPLEMENT_REQUIRED
    [found] = told.object_differences
    return found


def posted(systems: BothSystems, question: bytes) -> bytes:
    """The SOAP answer of the Registry to a question."""
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "RequestChanges", question)
    headers = {"Content-Type": SoapVersion.V11.content_type}
    address = f"{systems.link.target}/soap/"
    return httpx.post(address, content=body, headers=headers, timeout=20, trust_env=False).content


def refusal(answer: bytes) -> tuple[str, list[str]]:
    """The stage and the rules of a signed refusal."""
    receipt = codec.read(payload_of(open_envelope(answer, None), "Receipt"), Receipt)
    return receipt.stage.value, [one.rule_id for one in receipt.findings]


def held(object_id: UUID, version: int = 1, document_hash: str = "0" * 64) -> HeldObject:
    """An object that a SEZ says to have."""
    return HeldObject(
        object_type=PURCHASE, object_id=object_id, version=version, document_hash=document_hash
    )


@clause("S216-A2.2.1", "S216-A2.2.2", "S216-A2.2.3", "S216-A2.2.7")
def test_where_nothing_changed_the_registry_says_that_nothing_need_be_added(
    systems: BothSystems, tender: UUID
) -> None:
    position = systems.registry.log.last_position()
    assert found(systems) == ChangesRound(objects=1)
    assert systems.registry.log.last_position() == position
    [kept] = systems.events(ChangesAnswered)
    assert (kept.result, kept.page, kept.last) == (ChangesResult.NOT_REQUIRED, 1, True)
    assert systems.send() == 0
    assert systems.states(tender) == ["SYNCHRONISED"] * 2


@clause("S216-A2.2.3", "S216-A2.2.4")
def test_what_is_named_twice_in_one_question_is_told_once_and_no_object_is_opened_for_it(
    systems: BothSystems, tender: UUID
) -> None:
    with psycopg.connect(owner_of(systems.registry.settings.database_url)) as owner:
        owner.execute("UPDATE log.heads SET state = '{}' WHERE object_id = %s", (tender,))
    ahead, behind = held(tender, 1), held(tender, 9)
    asked = question(*[ahead] * 100, *[behind] * 100, *[held(uuid4())] * 50)
    data = sign_message(asked, "ask-1", systems.pki.signer("sez"))
    answer = payload_of(open_envelope(posted(systems, data), None), "ChangesAnswer")
    told = codec.read(answer, ChangesAnswer).object_differences
    assert [(one.difference, one.wanted_from, one.wanted_to) for one in told] == [
        (DifferenceKind.AHEAD, None, None),
        (DifferenceKind.BEHIND, 3, 9),
        (DifferenceKind.MISSING, 1, 1),
    ]


@clause("S216-A2.2.4", "S216-A2.2.5", "S216-A2.2.6", "S216-A2.2.7")
def test_what_the_registry_lacks_is_supplied_and_its_identifiers_come_back(
    systems: BothSystems, restored: UUID
) -> None:
    assert found(systems) == ChangesRound(objects=1, lacking=1)
    [formed] = supplied(systems)
    assert [(one.object_id, one.version) for one in formed.records] == [
        (restored, 1),
        (restored, 2),
    ]
    systems.send_until(lambda: systems.states(restored) == ["SYNCHRONISED"] * 2)
    assert systems.recorded_versions() == [(restored, 1), (restored, 2)]
    receipt = systems.events(ReceiptReceived)[-1]
    given = {one.registry_id for one in receipt.records}
    assert len(given) == 1
    assert {one.registry_id for one in systems.versions(restored)} == given
    first, second = receipt.records
    assert first.changed_fields == ("/Purchase",)
    assert "/PurchaseExtension/NewBidsTo" in second.changed_fields
    assert found(systems) == ChangesRound(objects=1)
    for one in (systems.registry, systems.system):
        assert audit(owner_of(one.settings.database_url)).differences == ()


def test_the_answer_is_kept_byte_for_byte_and_shown_to_programs(
    systems: BothSystems, restored: UUID
) -> None:
    with systems.program() as program:
        assert program.get("/api/v1/changes").json()["compared_at"] is None
        told = program.post("/api/v1/changes").json()
        assert told["found"]["lacking"] == 1
        assert program.get("/api/v1/changes").json() == told
        [listed] = program.get("/api/v1/changes/answers").json()
        data = program.get(f"/api/v1/changes/answers/{listed['number']}").content
        assert program.get("/api/v1/changes/answers/2").status_code == 404
    answer = codec.read(schema.parse(data), ChangesAnswer)
    assert str(answer.message_id) == listed["answer"]["request_id"]
    [difference] = answer.object_differences
    assert (difference.object_id, difference.difference) == (restored, DifferenceKind.MISSING)
    assert (difference.wanted_from, difference.wanted_to) == (1, 2)


def test_a_round_of_several_pages_keeps_what_asks_for_something_and_the_last(
    systems: BothSystems, tender: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [systems.announce() for _ in range(2)]
    systems.send_until(lambda: [systems.states(one) for one in others] == [["SYNCHRONISED"]] * 2)
    monkeypatch.setattr("sez.changes.asking.HELD_OBJECTS", 1)
    assert found(systems) == ChangesRound(objects=3)
    [kept] = systems.events(ChangesAnswered)
    assert (kept.page, kept.last, kept.objects) == (1, True, 3)
    asked = [one for one in systems.link.passed if one.is_call("RequestChanges")]
    assert len(asked) == 4
    assert systems.states(tender) == ["SYNCHRONISED"] * 2


def test_whoever_asks_twice_supplies_once(systems: BothSystems, restored: UUID) -> None:
    assert found(systems).lacking == 1
    assert found(systems) == ChangesRound(), "both versions are on their way"
    assert len(supplied(systems)) == 1
    systems.send_until(lambda: systems.states(restored) == ["SYNCHRONISED"] * 2)
    assert found(systems) == ChangesRound(objects=1)
    assert len(supplied(systems)) == 1


@clause("S216-A2.2.6", "S216-A2.2.7")
@pytest.mark.parametrize("accident", [answer_lost, never_arrives])
def test_a_supply_whose_answer_is_lost_goes_again_and_is_recorded_once(
    systems: BothSystems, restored: UUID, accident: object
) -> None:
    found(systems)
    systems.link.strikes = SUPPLY
    systems.link.accidents.append(accident)  # type: ignore[arg-type]  # an accident
    systems.send_until(lambda: systems.states(restored) == ["SYNCHRONISED"] * 2)
    sent = [one.body for one in systems.link.passed if one.is_call(SUPPLY)]
    assert len(sent) > 1
    assert len(set(sent)) == 1
    assert systems.recorded_versions() == [(restored, 1), (restored, 2)]


def test_a_question_whose_answer_is_lost_is_asked_again(
    systems: BothSystems, restored: UUID
) -> None:
    systems.link.strikes = "RequestChanges"
    systems.link.accidents.append(answer_lost)
    with systems.program() as program:
        assert program.post("/api/v1/changes").status_code == 502
        assert systems.events(ChangesAnswered) == []
        assert program.post("/api/v1/changes").json()["found"]["lacking"] == 1
    systems.send_until(lambda: systems.states(restored) == ["SYNCHRONISED"] * 2)


@clause("S216-12a")
@pytest.mark.usefixtures("tender")
def test_where_the_newest_events_are_gone_the_error_says_so_and_what_to_do(
    systems: BothSystems,
) -> None:
    assert found(systems).lacking == 0
    cut = "DELETE FROM log.events WHERE position = (SELECT max(position) FROM log.events)"
    tamper(systems.system, cut)
    with systems.program() as program:
        answer = program.post("/api/v1/changes")
    assert answer.status_code == 500
    assert "leaves a gap in its stream" in answer.json()["detail"]
    assert "run `contracts audit`" in answer.json()["detail"]


@clause("S216-A2.2.4")
def test_the_registry_tells_how_its_object_differs_and_asks_only_for_what_it_lacks(
    systems: BothSystems, tender: UUID
) -> None:
    first, second = systems.versions(tender)
    behind = difference(systems, held(tender, 4))
    assert (behind.difference, behind.wanted_from, behind.wanted_to) == ("BEHIND", 3, 4)
    assert (behind.registry_version, behind.registry_hash) == (2, second.document_hash)
    for one, kind, wanted in (
        (held(tender, 1, first.document_hash), "AHEAD", None),
        (held(tender, 2), "CONTENT", None),
        (held(uuid4(), 3), "MISSING", 1),
    ):
        found = difference(systems, one)
        assert (found.difference, found.wanted_from) == (kind, wanted)


@clause("S216-A2.2.2", "S216-13a")
def test_a_question_that_is_not_proven_or_is_malformed_gets_a_signed_refusal(
    systems: BothSystems,
) -> None:
    one, changed = held(uuid4()), msgspec.structs.replace
    for signer in ("sez2", "sez-expired", "stranger-head"):
        stage, rules = refusal(posted(systems, signed(systems, one, signer)))
        assert (stage, rules[0][:2]) == ("CERTIFICATE", "C-"), signer
    unsigned = codec.to_bytes(codec.write(question(), root_id="ask-1"))
    assert refusal(posted(systems, unsigned)) == ("CERTIFICATE", ["C-01"])
    malformed = signed(systems, changed(one, document_hash="none"))
    assert refusal(posted(systems, malformed)) == ("INTEGRITY", ["I-XSD-1"])
    foreign = changed(question(), environment=Environment.PRODUCTION)
    sent = sign_message(foreign, "ask-1", systems.system.signer)
    assert refusal(posted(systems, sent)) == ("INTEGRITY", ["I-09"])
    assert systems.recorded_versions() == []


def test_a_supply_that_breaks_a_rule_is_refused_as_any_other_package(
    systems: BothSystems, restored: UUID
) -> None:
    systems.registry.register.add(msgspec.structs.replace(ENTRY, conditions=(1,)))
    found(systems)
    systems.send_until(lambda: systems.states(restored)[0] == "REFUSED")
    receipt = systems.events(ReceiptReceived)[-1]
    assert "F-HDR-5" in [one.rule_id for one in receipt.findings]
    assert systems.recorded_versions() == []
    assert found(systems) == ChangesRound(), "what was refused waits for a person"


@clause("S216-A2.2.0", "S216-18.2")
def test_the_sez_asks_and_supplies_by_itself(systems: BothSystems, restored: UUID) -> None:
    [duty] = [one for one in systems.system.watch.duties if one.name == "questions for changes"]
    assert (duty.at_once, duty.pause) == (True, ASK)
    duty.work(threading.Event())
    systems.send_until(lambda: systems.states(restored) == ["SYNCHRONISED"] * 2)
    assert systems.recorded_versions() == [(restored, 1), (restored, 2)]

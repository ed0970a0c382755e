"""A number that was never sent is closed once, with the Registry's proven word for it."""

import httpx
import pytest

from sez.synchronisation.package_events import PackageFormed, VoidAnswered, VoidStated
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.package import VoidSequence
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.postgres import owner_of
from tests.sez.foreign import held, posted
from tests.sez.link import altered, answer_lost, never_arrives
from tests.sez.systems import BothSystems

pytestmark = pytest.mark.clause("S216-18.7")
REASON = "Пакет не был отправлен"


@pytest.fixture
def calls(systems: BothSystems) -> BothSystems:
    """Both systems where faults meet what is stated about numbers."""
    systems.link.strikes = "VoidSequence"
    return systems


def voided(systems: BothSystems, number: int = 1, reason: str = REASON) -> httpx.Response:
    """What a person is told who voids a number."""
    with systems.program() as program:
        return program.post(f"/api/v1/sequence/{number}/void", json={"reason": reason})


def statements(systems: BothSystems) -> list[bytes]:
    """The statements that went by, in turn."""
    return [letter.body for letter in systems.link.passed if letter.is_call("VoidSequence")]


@pytest.mark.clause("S216-13b", "S216-18.2")
def test_a_held_package_is_voided_and_its_version_leaves_under_the_next_number(
    systems: BothSystems,
) -> None:
    tender, package = held(systems)
    told = voided(systems)
    assert (told.status_code, told.json()["state"], told.json()["sequence"]) == (200, "VOIDED", 1)
    [stated], [answered] = systems.events(VoidStated), systems.events(VoidAnswered)
    with systems.program() as program:
        address = f"/api/v1/packages/{stated.message_id}"
        statement = schema.parse(program.get(f"{address}/void-statement").content)
        receipt = schema.parse(program.get(f"{address}/void-receipt").content)
        assert program.get(f"{address}/receipt").status_code == 404
    said, proof = codec.read(statement, VoidSequence), codec.read(receipt, Receipt)
    assert (said.sequence, said.reason) == (1, REASON)
    assert proof.package_hash == verify_system(statement).canonical_sha256
    assert (proof.receipt_id, proof.result) == (answered.receipt_id, "ACCEPTED")
    assert systems.states(tender) == ["WAITING"]
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert [one.sequence for one in systems.events(PackageFormed)] == [1, 2]
    late = posted(systems, package)
    assert b"I-08" in late, "the first package is no longer welcome"
    with systems.program() as program:
        told = program.post("/api/v1/receipts", content=late)
    assert (told.status_code, "number 1 is void" in told.text) == (409, True)
    assert systems.recorded_versions() == [(tender, 1)]
    for one in (systems.registry, systems.system):
        assert audit(owner_of(one.settings.database_url)).differences == ()


def test_whoever_voids_a_number_twice_is_told_the_same(systems: BothSystems) -> None:
    held(systems)
    first, again = voided(systems), voided(systems, reason="Ещё раз")
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(statements(systems)) == len(systems.events(VoidStated)) == 1


def test_when_the_answer_is_lost_the_same_statement_goes_again(calls: BothSystems) -> None:
    tender, _ = held(calls)
    calls.link.accidents.append(answer_lost)
    lost = voided(calls)
    assert lost.status_code == 502
    assert "UNREACHABLE" in lost.json()["detail"]
    assert calls.states(tender) == ["HELD"]
    assert voided(calls).status_code == 200
    assert len(set(statements(calls))) == 1
    assert calls.states(tender) == ["WAITING"]


def test_an_answer_that_does_not_prove_itself_voids_nothing(calls: BothSystems) -> None:
    tender, _ = held(calls)
    calls.link.accidents.append(altered(b"RECORDED", b"INTEGRITY"))
    doubted = voided(calls)
    assert (doubted.status_code, calls.states(tender)) == (502, ["HELD"])
    assert "RECEIPT_INVALID" in doubted.json()["detail"]
    assert calls.events(VoidAnswered) == []


def test_a_number_that_somebody_else_delivered_is_not_voided_and_can_still_be_settled(
    systems: BothSystems,
) -> None:
    tender, package = held(systems)
    answer = posted(systems, package)
    refused = voided(systems)
    assert refused.status_code == 409
    [finding] = refused.json()["detail"]["findings"]
    assert (finding["rule_id"], finding["value"]) == ("I-13", "1")
    assert (systems.states(tender), voided(systems).status_code) == (["HELD"], 409)
    with systems.program() as program:
        assert program.post("/api/v1/receipts", content=answer).status_code == 200
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert "delivered" in voided(systems).json()["detail"]


def test_a_number_on_its_way_or_delivered_or_unknown_is_not_voided(systems: BothSystems) -> None:
    systems.link.accidents.append(never_arrives)
    tender = systems.announce_with_files()
    systems.send()
    on_its_way = voided(systems)
    assert (on_its_way.status_code, "1 attempts" in on_its_way.text) == (409, True)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    delivered = voided(systems)
    assert (delivered.status_code, "ACCEPTED" in delivered.text) == (409, True)
    unknown = voided(systems, 17)
    assert (unknown.status_code, "number 17" in unknown.text) == (404, True)
    assert statements(systems) == []


@pytest.mark.parametrize("asked", ["0", "one", str(2**63)])
def test_what_is_no_number_is_told(systems: BothSystems, asked: str) -> None:
    with systems.program() as program:
        told = program.post(f"/api/v1/sequence/{asked}/void", json={"reason": REASON})
    assert told.status_code == 422


@pytest.mark.parametrize("reason", ["", "x" * 2001, "\x00"])
def test_a_reason_that_cannot_be_stated_is_told(systems: BothSystems, reason: str) -> None:
    held(systems)
    assert voided(systems, reason=reason).status_code == 422
    assert systems.events(VoidStated) == []

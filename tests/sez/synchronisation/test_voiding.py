"""A number that was never sent is closed once, with the Registry's proven word for it."""

import httpx
import pytest

from sez.synchronisation.package import PackageFormed, VoidAnswered, VoidStated
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.package import VoidSequence
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.verify import verify_system
from shared_contracts.xml import codec, schema
from tests.sez.foreign import held, posted
from tests.sez.house import House
from tests.sez.road import altered, answer_lost, never_arrives

pytestmark = pytest.mark.clause("S216-18.7")
REASON = "Пакет не был отправлен"


@pytest.fixture
def calls(house: House) -> House:
    """A house in which accidents meet what is stated about numbers."""
    house.road.strikes = "VoidSequence"
    return house


def voided(house: House, number: int = 1, reason: str = REASON) -> httpx.Response:
    """What a person is told who voids a number."""
    with house.program() as program:
        return program.post(f"/api/v1/sequence/{number}/void", json={"reason": reason})


def statements(house: House) -> list[bytes]:
    """The statements that went by, in turn."""
    return [letter.body for letter in house.road.passed if letter.is_call("VoidSequence")]


@pytest.mark.clause("S216-13b", "S216-18.2")
def test_a_held_package_is_voided_and_its_version_leaves_under_the_next_number(
    house: House,
) -> None:
    tender, package = held(house)
    told = voided(house)
    assert (told.status_code, told.json()["state"], told.json()["sequence"]) == (200, "VOIDED", 1)
    [stated], [answered] = house.events(VoidStated), house.events(VoidAnswered)
    with house.program() as program:
        address = f"/api/v1/packages/{stated.message_id}"
        statement = schema.parse(program.get(f"{address}/void-statement").content)
        receipt = schema.parse(program.get(f"{address}/void-receipt").content)
        assert program.get(f"{address}/receipt").status_code == 404
    said, proof = codec.read(statement, VoidSequence), codec.read(receipt, Receipt)
    assert (said.sequence, said.reason) == (1, REASON)
    assert proof.package_hash == verify_system(statement).canonical_sha256
    assert (proof.receipt_id, proof.result) == (answered.receipt_id, "ACCEPTED")
    assert house.states(tender) == ["WAITING"]
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert [one.sequence for one in house.events(PackageFormed)] == [1, 2]
    late = posted(house, package)
    assert b"I-08" in late, "the first package is no longer welcome"
    with house.program() as program:
        told = program.post("/api/v1/receipts", content=late)
    assert (told.status_code, "number 1 is void" in told.text) == (409, True)
    assert house.recorded_versions() == [(tender, 1)]
    for one in (house.registry, house.system):
        assert audit(str(one.settings.database_url)).differences == ()


def test_whoever_voids_a_number_twice_is_told_the_same(house: House) -> None:
    held(house)
    first, again = voided(house), voided(house, reason="Ещё раз")
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(statements(house)) == len(house.events(VoidStated)) == 1


def test_when_the_answer_is_lost_the_same_statement_goes_again(calls: House) -> None:
    tender, _ = held(calls)
    calls.road.accidents.append(answer_lost)
    lost = voided(calls)
    assert lost.status_code == 502
    assert "UNREACHABLE" in lost.json()["detail"]
    assert calls.states(tender) == ["HELD"]
    assert voided(calls).status_code == 200
    assert len(set(statements(calls))) == 1
    assert calls.states(tender) == ["WAITING"]


def test_an_answer_that_does_not_prove_itself_voids_nothing(calls: House) -> None:
    tender, _ = held(calls)
    calls.road.accidents.append(altered(b"RECORDED", b"INTEGRITY"))
    doubted = voided(calls)
    assert (doubted.status_code, calls.states(tender)) == (502, ["HELD"])
    assert "RECEIPT_INVALID" in doubted.json()["detail"]
    assert calls.events(VoidAnswered) == []


def test_a_number_that_somebody_else_delivered_is_not_voided_and_can_still_be_settled(
    house: House,
) -> None:
    tender, package = held(house)
    answer = posted(house, package)
    refused = voided(house)
    assert refused.status_code == 409
    [finding] = refused.json()["detail"]["findings"]
    assert (finding["rule_id"], finding["value"]) == ("I-13", "1")
    assert (house.states(tender), voided(house).status_code) == (["HELD"], 409)
    with house.program() as program:
        assert program.post("/api/v1/receipts", content=answer).status_code == 200
    assert house.states(tender) == ["SYNCHRONISED"]
    assert "delivered" in voided(house).json()["detail"]


def test_a_number_on_its_way_or_delivered_or_unknown_is_not_voided(house: House) -> None:
    house.road.accidents.append(never_arrives)
    tender = house.announce_with_files()
    house.send()
    on_its_way = voided(house)
    assert (on_its_way.status_code, "1 attempts" in on_its_way.text) == (409, True)
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    delivered = voided(house)
    assert (delivered.status_code, "ACCEPTED" in delivered.text) == (409, True)
    unknown = voided(house, 17)
    assert (unknown.status_code, "number 17" in unknown.text) == (404, True)
    assert statements(house) == []


@pytest.mark.parametrize("asked", ["0", "one", str(2**63)])
def test_what_is_no_number_is_told(house: House, asked: str) -> None:
    with house.program() as program:
        told = program.post(f"/api/v1/sequence/{asked}/void", json={"reason": REASON})
    assert told.status_code == 422


@pytest.mark.parametrize("reason", ["", "x" * 2001, "\x00"])
def test_a_reason_that_cannot_be_stated_is_told(house: House, reason: str) -> None:
    held(house)
    assert voided(house, reason=reason).status_code == 422
    assert house.events(VoidStated) == []

"""A receipt that came another way is believed only if proven, and settles its package once."""

from uuid import uuid4

import httpx
import msgspec
import pytest
from starlette.responses import Response

from sez.soap.opened import receipt_in
from sez.synchronisation.package import DeliveryFailed, ReceiptReceived
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion
from tests.sez.foreign import held, posted
from tests.sez.house import House, wrong_unit
from tests.sez.road import Letter, answer_lost, never_arrives

TAKE = "/api/v1/receipts"


def handed_in(house: House, data: bytes) -> httpx.Response:
    """What a person is told who hands a receipt in."""
    with house.program() as program:
        return program.post(TAKE, content=data)


@pytest.mark.clause("S216-13b", "S216-18.2", "S216-A2.1.6")
@pytest.mark.parametrize("version", list(SoapVersion))
def test_the_receipt_of_a_package_that_a_foreign_client_posted_settles_it(
    house: House, version: SoapVersion
) -> None:
    tender, package = held(house, "announcement")
    answer = posted(house, package, version)
    assert house.states(tender) == ["HELD"]
    told = handed_in(house, answer)
    assert (told.status_code, told.json()["state"]) == (200, "ACCEPTED")
    [settled] = house.versions(tender)
    assert (settled.state, settled.late) == ("SYNCHRONISED", False)
    assert settled.registry_id is not None
    with house.program() as program:
        kept = program.get(f"/api/v1/packages/{settled.message_id}/receipt").content
    assert kept == receipt_in(answer) != answer
    house.extend(tender)
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"] * 2)


@pytest.mark.clause("S216-18.2")
def test_a_lost_answer_found_elsewhere_ends_the_attempts(house: House) -> None:
    house.road.accidents.extend([answer_lost, never_arrives])
    tender = house.announce_with_files()
    house.send()
    row = house.package(tender)
    body = house.system.log.evidence(row.originator_id, 1, "package")
    assert body is not None
    receipt = receipt_in(posted(house, body))
    assert handed_in(house, receipt).json()["state"] == "ACCEPTED"
    assert house.send() == 0
    assert house.states(tender) == ["SYNCHRONISED"]
    assert house.recorded_versions() == [(tender, 1)]


def test_a_receipt_handed_in_while_the_package_is_under_way_is_kept_once(house: House) -> None:
    def meanwhile(letter: Letter) -> Response:
        answer = letter.deliver()
        house.system.sender.receipts.take(receipt_in(bytes(answer.body)))
        return answer

    def meanwhile_lost(letter: Letter) -> Response:
        meanwhile(letter)
        return never_arrives(letter)

    for accident in (meanwhile, meanwhile_lost):
        house.road.accidents.append(accident)
        tender = house.announce_with_files()
        house.send()
        assert house.states(tender) == ["SYNCHRONISED"]
    assert len(house.events(ReceiptReceived)) == 2
    assert house.events(DeliveryFailed) == []


@pytest.mark.clause("S216-13b")
def test_the_same_receipt_may_come_again_and_another_is_told_apart(house: House) -> None:
    _, package = held(house)
    answer = posted(house, package)
    assert [handed_in(house, answer).status_code for _ in range(2)] == [200, 200]
    [kept] = house.events(ReceiptReceived)
    told = handed_in(house, another(house, receipt_in(answer)))
    assert (told.status_code, str(kept.receipt_id) in told.text) == (409, True)
    assert house.events(ReceiptReceived) == [kept]


def another(house: House, data: bytes, **changes: object) -> bytes:
    """The receipt with ``changes`` and an id of its own, signed by the Registry."""
    receipt = codec.read(schema.parse(data), Receipt)
    second = msgspec.structs.replace(receipt, receipt_id=uuid4(), **changes)
    element = codec.write(second, root_id=f"receipt-{second.receipt_id}")
    return sign_system(element, house.pki.signer("registry"))


@pytest.mark.clause("S216-13b")
def test_a_receipt_for_other_bytes_or_for_no_package_of_this_house_is_not_kept(
    house: House,
) -> None:
    tender, package = held(house)
    receipt = receipt_in(posted(house, package))
    wrong: list[tuple[dict[str, object], int, str]] = [
        ({"message_id": (stranger := uuid4())}, 404, str(stranger)),
        ({"message_id": None}, 422, "names no message"),
        ({"package_hash": "0" * 64}, 422, "0" * 64),
    ]
    for changes, status, word in wrong:
        told = handed_in(house, another(house, receipt, **changes))
        assert (told.status_code, word in told.text) == (status, True), told.text
    assert house.states(tender) == ["HELD"]
    assert house.events(ReceiptReceived) == []


@pytest.mark.clause("S216-A2.1.7")
def test_a_refusal_that_came_another_way_waits_for_a_person(house: House) -> None:
    tender = house.announce_with_files()
    house.send()
    house.change(tender, wrong_unit(house.purchase(tender)))
    package = house.system.sender.forming.form_held(tender)
    told = handed_in(house, posted(house, package))
    assert (told.status_code, told.json()["state"]) == (200, "REFUSED")
    assert house.states(tender) == ["SYNCHRONISED", "REFUSED"]
    assert house.versions(tender)[1].findings


@pytest.mark.clause("S216-13b")
def test_what_does_not_prove_itself_settles_nothing(house: House) -> None:
    tender, package = held(house)
    answer = posted(house, package)
    receipt = receipt_in(answer)
    wrong = {
        "an altered receipt": receipt.replace(b"ACCEPTED", b"REFUSED", 1),
        "the package itself": package,
        "a fault": posted(house, b"<x/>"),
        "no XML": b"accepted",
        "an envelope without a receipt": answer.replace(receipt, package),
    }
    for name, data in wrong.items():
        told = handed_in(house, data)
        assert told.status_code == 422, (name, told.text)
        assert told.json()["detail"], name
    assert "NOT_A_PACKAGE" in handed_in(house, wrong["a fault"]).text
    assert house.states(tender) == ["HELD"]
    assert house.events(ReceiptReceived) == []

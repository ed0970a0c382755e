"""A receipt that came another way is believed only if proven, and settles its package once."""

from uuid import uuid4

import httpx
import msgspec
import pytest
from starlette.responses import Response

from sez.soap.opened import receipt_in
from sez.synchronisation.package_events import DeliveryFailed, ReceiptReceived
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_system
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion
from tests.sez.foreign import held, posted
from tests.sez.link import Letter, answer_lost, never_arrives
from tests.sez.systems import BothSystems, wrong_unit

TAKE = "/api/v1/receipts"


def handed_in(systems: BothSystems, data: bytes) -> httpx.Response:
    """What a person is told who hands a receipt in."""
    with systems.program() as program:
        return program.post(TAKE, content=data)


@pytest.mark.clause("S216-13b", "S216-18.2", "S216-A2.1.6")
@pytest.mark.parametrize("version", list(SoapVersion))
def test_the_receipt_of_a_package_that_a_foreign_client_posted_settles_it(
    systems: BothSystems, version: SoapVersion
) -> None:
    tender, package = held(systems, "announcement")
    answer = posted(systems, package, version)
    assert systems.states(tender) == ["HELD"]
    told = handed_in(systems, answer)
    assert (told.status_code, told.json()["state"]) == (200, "ACCEPTED")
    [settled] = systems.versions(tender)
    assert (settled.state, settled.late) == ("SYNCHRONISED", False)
    assert settled.registry_id is not None
    with systems.program() as program:
        kept = program.get(f"/api/v1/packages/{settled.message_id}/receipt").content
    assert kept == receipt_in(answer) != answer
    systems.extend(tender)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"] * 2)


@pytest.mark.clause("S216-18.2")
def test_a_lost_answer_found_elsewhere_ends_the_attempts(systems: BothSystems) -> None:
    systems.link.accidents.extend([answer_lost, never_arrives])
    tender = systems.announce_with_files()
    systems.send()
    row = systems.package(tender)
    body = systems.system.log.evidence(row.originator_id, 1, "package")
    assert body is not None
    receipt = receipt_in(posted(systems, body))
    assert handed_in(systems, receipt).json()["state"] == "ACCEPTED"
    assert systems.send() == 0
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert systems.recorded_versions() == [(tender, 1)]


def test_a_receipt_handed_in_while_the_package_is_under_way_is_kept_once(
    systems: BothSystems,
) -> None:
    def meanwhile(letter: Letter) -> Response:
        answer = letter.deliver()
        systems.system.sender.receipts.take(receipt_in(bytes(answer.body)))
        return answer

    def meanwhile_lost(letter: Letter) -> Response:
        meanwhile(letter)
        return never_arrives(letter)

    for accident in (meanwhile, meanwhile_lost):
        systems.link.accidents.append(accident)
        tender = systems.announce_with_files()
        systems.send()
        assert systems.states(tender) == ["SYNCHRONISED"]
    assert len(systems.events(ReceiptReceived)) == 2
    assert systems.events(DeliveryFailed) == []


@pytest.mark.clause("S216-13b")
def test_the_same_receipt_may_come_again_and_another_is_told_apart(systems: BothSystems) -> None:
    _, package = held(systems)
    answer = posted(systems, package)
    assert [handed_in(systems, answer).status_code for _ in range(2)] == [200, 200]
    [kept] = systems.events(ReceiptReceived)
    told = handed_in(systems, another(systems, receipt_in(answer)))
    assert (told.status_code, str(kept.receipt_id) in told.text) == (409, True)
    assert systems.events(ReceiptReceived) == [kept]


def another(systems: BothSystems, data: bytes, **changes: object) -> bytes:
    """The receipt with ``changes`` and an id of its own, signed by the Registry."""
    receipt = codec.read(schema.parse(data), Receipt)
    second = msgspec.structs.replace(receipt, receipt_id=uuid4(), **changes)
    element = codec.write(second, root_id=f"receipt-{second.receipt_id}")
    return sign_system(element, systems.pki.signer("registry"))


@pytest.mark.clause("S216-13b")
def test_a_receipt_for_other_bytes_or_for_no_package_of_this_house_is_not_kept(
    systems: BothSystems,
) -> None:
    tender, package = held(systems)
    receipt = receipt_in(posted(systems, package))
    wrong: list[tuple[dict[str, object], int, str]] = [
        ({"message_id": (stranger := uuid4())}, 404, str(stranger)),
        ({"message_id": None}, 422, "names no message"),
        ({"package_hash": "0" * 64}, 422, "0" * 64),
    ]
    for changes, status, word in wrong:
        told = handed_in(systems, another(systems, receipt, **changes))
        assert (told.status_code, word in told.text) == (status, True), told.text
    assert systems.states(tender) == ["HELD"]
    assert systems.events(ReceiptReceived) == []


@pytest.mark.clause("S216-A2.1.7")
def test_a_refusal_that_came_another_way_waits_for_a_person(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    systems.send()
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    package = systems.system.sender.forming.form_held(tender)
    told = handed_in(systems, posted(systems, package))
    assert (told.status_code, told.json()["state"]) == (200, "REFUSED")
    assert systems.states(tender) == ["SYNCHRONISED", "REFUSED"]
    assert systems.versions(tender)[1].findings


@pytest.mark.clause("S216-13b")
def test_what_does_not_prove_itself_settles_nothing(systems: BothSystems) -> None:
    tender, package = held(systems)
    answer = posted(systems, package)
    receipt = receipt_in(answer)
    wrong = {
        "an altered receipt": receipt.replace(b"ACCEPTED", b"REFUSED", 1),
        "the package itself": package,
        "a fault": posted(systems, b"<x/>"),
        "no XML": b"accepted",
        "an envelope without a receipt": answer.replace(receipt, package),
    }
    for name, data in wrong.items():
        told = handed_in(systems, data)
        assert told.status_code == 422, (name, told.text)
        assert told.json()["detail"], name
    assert "NOT_A_PACKAGE" in handed_in(systems, wrong["a fault"]).text
    assert systems.states(tender) == ["HELD"]
    assert systems.events(ReceiptReceived) == []

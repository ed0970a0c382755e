"""What is formed reaches the Registry once, whatever happens on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from fastapi import Response

from registry.messages.message import PackageAccepted, PackageRefused
from sez.publication.publish import withdraw
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.package import DeliveryFailed, PackageFormed, ReceiptReceived
from sez.tendering import versions
from sez.time_sync.drift import ClockOff
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_system
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.sez.house import House, wrong_unit
from tests.sez.road import Letter, altered, answer_lost, come_later, never_arrives, replaced

RECEIPT = "Receipt"


@pytest.mark.clause("S216-A2.1.0", "S216-A2.1.1", "S216-A2.1.5", "S216-A2.1.6", "S216-18.1")
def test_an_announcement_is_transferred_and_the_acceptance_comes_back_at_once(house: House) -> None:
    tender = house.announce()
    assert house.states(tender) == ["WAITING"]
    house.send()
    [version] = house.versions(tender)
    assert version.state == "SYNCHRONISED"
    assert version.late is False
    assert [one.originator_id for one in house.recorded()] == [version.registry_id]
    assert house.unsynchronised() == []
    assert house.send() == 0


@pytest.mark.clause("S216-18.2", "S216-A2.1.1")
def test_versions_leave_in_their_order_and_tenders_of_a_customer_share_a_package(
    house: House,
) -> None:
    first, second = house.announce(), house.announce("auction")
    other = house.announce("single-source", "customer2-head")
    house.extend(first)
    house.extend(first, days=3)
    house.send()
    assert house.states(first) == ["SYNCHRONISED"] * 3
    assert house.states(second) == house.states(other) == ["SYNCHRONISED"]
    carried = {
        tuple((one.object_id, one.version) for one in formed.records)
        for formed in house.events(PackageFormed)
    }
    assert carried == {((first, 1), (first, 2), (first, 3), (second, 1)), ((other, 1),)}


def test_a_package_is_tried_once_in_a_step_however_soon_it_is_due_again(house: House) -> None:
    delivery = house.system.sender.delivery
    delivery.pauses = replace(delivery.pauses, first=0.0)
    house.road.accidents.append(answer_lost)
    tender = house.announce_with_files()
    assert house.send() == 1
    assert house.states(tender) == ["IN_FLIGHT"]
    assert house.send() == 1
    assert house.states(tender) == ["SYNCHRONISED"]


@pytest.mark.clause("S216-18.2")
def test_while_a_package_is_on_its_way_the_next_version_of_its_object_waits(house: House) -> None:
    house.road.cut = True
    tender = house.announce()
    house.send()
    house.extend(tender)
    house.system.sender.step()
    assert house.states(tender) == ["IN_FLIGHT", "WAITING"]
    house.road.cut = False
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"] * 2)
    assert house.recorded_versions() == [(tender, 1), (tender, 2)]
    assert len(house.events(PackageFormed)) == 2


@pytest.mark.clause("S216-18.7", "S216-A2.1.6")
def test_when_the_answer_is_lost_the_same_bytes_go_again_and_nothing_is_recorded_twice(
    house: House,
) -> None:
    house.road.accidents.append(answer_lost)
    tender = house.announce_with_files()
    house.send()
    assert house.states(tender) == ["IN_FLIGHT"]
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert len(set(house.road.packages)) == 1
    assert house.recorded_versions() == [(tender, 1)]


@pytest.mark.clause("S216-18.7")
def test_pauses_between_attempts_grow_up_to_the_longest(house: House) -> None:
    house.road.accidents.extend([never_arrives] * 5)
    tender = house.announce()
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    failures = house.events(DeliveryFailed)
    pauses = [(one.next_attempt_at - one.failed_at).total_seconds() for one in failures]
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.4]
    assert [one.attempt for one in failures] == [1, 2, 3, 4, 5]
    assert {one.reason for one in failures} == {"UNREACHABLE"}


@pytest.mark.clause("S216-18.7")
def test_whoever_is_told_when_to_come_again_comes_then_and_not_before(house: House) -> None:
    house.system.sender.delivery.pauses = Pauses(first=0.05, longest=300)
    house.road.accidents.append(come_later(7))
    tender = house.announce()
    house.send()
    [failure] = house.events(DeliveryFailed)
    assert failure.next_attempt_at - failure.failed_at == timedelta(seconds=7)
    assert house.send() == 0
    house.watch.offset += timedelta(seconds=8)
    house.send()
    assert house.states(tender) == ["SYNCHRONISED"]


@pytest.mark.clause("S216-18.3", "S216-18.7")
def test_nobody_makes_a_package_wait_longer_than_the_longest_pause(house: House) -> None:
    house.road.accidents.append(come_later(99_999_999))
    tender = house.announce_with_files()
    house.send()
    [failure] = house.events(DeliveryFailed)
    assert failure.next_attempt_at - failure.failed_at == timedelta(seconds=0.4)
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])


@pytest.mark.clause("S216-18.3", "S216-A3.3")
def test_a_clock_that_is_set_right_leaves_no_package_asleep(house: House) -> None:
    house.watch.offset = timedelta(hours=3)
    house.road.accidents.append(never_arrives)
    tender = house.announce_with_files()
    house.send()
    assert house.states(tender) == ["IN_FLIGHT"]
    house.watch.offset = timedelta(0)
    house.send()
    assert len(house.road.packages) == 2


def by_another_system(house: House) -> Callable[[Letter], Response]:
    """The Registry's answer, signed again by a system that is not the Registry."""

    def forge(letter: Letter) -> Response:
        body = bytes(letter.deliver().body)
        receipt = codec.read(payload_of(open_envelope(body, None), RECEIPT), Receipt)
        element = codec.write(receipt, root_id=f"receipt-{receipt.receipt_id}")
        again = sign_system(element, house.pki.signer("sez2"))
        return replaced(
            enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecordsResponse", again)
        )

    return forge


def test_an_answer_that_was_altered_on_its_way_is_not_believed(house: House) -> None:
    house.road.accidents.append(altered(b">ACCEPTED<", b">REFUSED<"))
    tender = house.announce_with_files()
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert [one.reason for one in house.events(DeliveryFailed)] == ["RECEIPT_INVALID"]
    assert len(house.events(ReceiptReceived)) == 1


@pytest.mark.clause("S216-13a", "S216-13b")
def test_an_answer_of_another_system_is_not_believed(house: House) -> None:
    house.road.accidents.append(by_another_system(house))
    tender = house.announce_with_files()
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    [failure] = house.events(DeliveryFailed)
    assert failure.reason == "RECEIPT_INVALID"
    assert "who is not expected" in failure.detail


def test_an_answer_to_another_package_is_not_believed(house: House) -> None:
    kept: list[Response] = []

    def keep(letter: Letter) -> Response:
        kept.append(letter.deliver())
        return kept[0]

    house.road.accidents.extend([keep, lambda _letter: kept[0]])
    first = house.announce_with_files()
    house.send_until(lambda: house.states(first) == ["SYNCHRONISED"])
    second = house.announce_with_files()
    house.send_until(lambda: house.states(second) == ["SYNCHRONISED"])
    [failure] = house.events(DeliveryFailed)
    assert failure.reason == "RECEIPT_INVALID"
    assert str(house.package(first).message_id) in failure.detail


def test_an_answer_that_nobody_can_read_is_a_failure_like_any_other(house: House) -> None:
    page = b"<html><body>Welcome</body></html>"
    house.road.accidents.extend([lambda _: replaced(page), lambda _: replaced(b"\x00\xff")])
    tender = house.announce_with_files()
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert {one.reason for one in house.events(DeliveryFailed)} == {"UNREACHABLE"}


@pytest.mark.clause("S216-18.5", "S216-A2.1.1")
def test_files_that_the_registry_misses_are_sent_and_the_package_again_at_once(
    house: House,
) -> None:
    tender = house.announce()
    named = [file.sha256 for file in house.purchase(tender).documents]
    house.send()
    assert house.states(tender) == ["SYNCHRONISED"]
    assert sorted(house.road.files) == sorted(named)
    assert len(house.road.packages) == 2
    assert house.events(DeliveryFailed) == []


@pytest.mark.clause("S216-18.7", "S216-A2.1.3")
def test_while_nobody_can_say_what_is_revoked_the_package_waits(house: House) -> None:
    tender = house.announce("single-source")
    with house.pki.silence():
        house.send()
        [failure] = house.events(DeliveryFailed)
        assert failure.reason == "REVOCATION_UNAVAILABLE"

    def is_there_after_another_pause() -> bool:
        house.watch.offset += timedelta(minutes=2)
        return house.states(tender) == ["SYNCHRONISED"]

    house.send_until(is_there_after_another_pause)


@pytest.mark.clause("S216-A2.1.8", "S216-A2.1.7")
def test_what_a_refusal_does_not_name_goes_again_at_once_and_the_named_waits_for_a_person(
    house: House,
) -> None:
    tender = house.announce()
    house.change(tender, wrong_unit(house.purchase(tender)))
    house.extend(tender)
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED", "REFUSED", "WAITING"])
    refused = house.versions(tender)[1]
    assert [finding.rule_id for finding in refused.findings] == ["F-CLF-1"]
    [finding] = refused.findings
    assert finding.path == "/Purchase/Lots/Lot[1]/Unit"
    assert all((finding.text.kk, finding.text.ru, finding.text.en, finding.cure.kk))
    assert house.send() == 0
    assert house.recorded_versions() == [(tender, 1)]


@pytest.mark.clause("S216-A2.1.8")
def test_a_refused_version_is_formed_anew_under_its_number_and_after_its_predecessor(
    house: House,
) -> None:
    tender = house.announce()
    good = house.purchase(tender)
    house.send()
    house.change(tender, wrong_unit(good))
    house.extend(tender)
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED", "REFUSED", "WAITING"])
    withdraw(house.system.publisher, tender, 2, "Неверный код единицы измерения")
    assert house.states(tender) == ["SYNCHRONISED"]
    house.change(tender, good)
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"] * 2)
    first, second = house.versions(tender)
    assert house.purchase(tender).act.version == 2
    assert house.purchase(tender).act.previous_hash == first.document_hash
    assert second.registry_id == first.registry_id
    assert house.recorded_versions() == [(tender, 1), (tender, 2)]


def test_a_package_that_somebody_else_will_post_is_not_sent_from_here(house: House) -> None:
    sender = house.system.sender
    tender, held = house.announce("single-source"), None
    with sender.forming.holding(tender):
        assert house.send() == 0
        held = sender.forming.form_held(tender)
    house.send()
    assert house.states(tender) == ["HELD"]
    assert house.road.packages == []
    package = house.package(tender)
    assert house.system.log.evidence(package.originator_id, 1, "package") == held


@pytest.mark.clause("S216-A3.3")
def test_when_the_clock_is_off_nothing_new_is_stamped_but_what_is_on_its_way_arrives(
    house: House,
) -> None:
    house.road.accidents.append(never_arrives)
    under_way, waiting = house.announce("single-source"), None
    house.send()
    waiting = house.announce("single-source")
    house.watch.offset = timedelta(minutes=3)
    house.system.compare_clocks()
    with pytest.raises(ClockOff):
        house.announce()
    house.send_until(lambda: house.states(under_way) == ["SYNCHRONISED"])
    assert house.states(waiting) == ["WAITING"]
    house.watch.offset = timedelta()
    house.system.compare_clocks()
    house.send_until(lambda: house.states(waiting) == ["SYNCHRONISED"])


@pytest.mark.clause("S216-18.2", "S216-A2.1.1")
def test_every_change_of_a_tender_reaches_the_registry_until_it_is_deleted(house: House) -> None:
    tender = house.announce()
    documents = house.purchase(tender).documents
    renewed = msgspec.structs.replace(documents[0], version=2)
    house.publish(tender, versions.documentation((renewed, *documents[1:]), "Уточнение"))
    house.extend(tender)
    house.publish(tender, versions.deletion("Ошибка", house.system.clock(), "Бекова А. М."))
    house.send_until(lambda: house.unsynchronised() == [])
    assert house.recorded_versions() == [(tender, number) for number in (1, 2, 3, 4)]
    accepted = [one.event for one in house.registry.log.read(0, 1000)]
    verdicts = [one for one in accepted if isinstance(one, PackageAccepted | PackageRefused)]
    assert [type(one) for one in verdicts] == [PackageAccepted]

"""What is formed reaches the Registry once, whatever happens on the way."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from fastapi import Response

from registry.messages.message import PackageAccepted, PackageRefused
from sez.publication.publish import withdraw
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.package_events import DeliveryFailed, PackageFormed, ReceiptReceived
from sez.tendering import versions
from sez.time_sync.drift import ClockOff
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_system
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.sez.link import Letter, altered, answer_lost, come_later, never_arrives, replaced
from tests.sez.systems import BothSystems, wrong_unit

RECEIPT = "Receipt"


@pytest.mark.clause("S216-A2.1.0", "S216-A2.1.1", "S216-A2.1.5", "S216-A2.1.6", "S216-18.1")
def test_an_announcement_is_transferred_and_the_acceptance_comes_back_at_once(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    assert systems.states(tender) == ["WAITING"]
    systems.send()
    [version] = systems.versions(tender)
    assert version.state == "SYNCHRONISED"
    assert version.late is False
    assert [one.originator_id for one in systems.recorded()] == [version.registry_id]
    assert systems.unsynchronised() == []
    assert systems.send() == 0


@pytest.mark.clause("S216-18.2", "S216-A2.1.1")
def test_versions_leave_in_their_order_and_tenders_of_a_customer_share_a_package(
    systems: BothSystems,
) -> None:
    first, second = systems.announce(), systems.announce("auction")
    other = systems.announce("single-source", "customer2-head")
    systems.extend(first)
    systems.extend(first, days=3)
    systems.send()
    assert systems.states(first) == ["SYNCHRONISED"] * 3
    assert systems.states(second) == systems.states(other) == ["SYNCHRONISED"]
    carried = {
        tuple((one.object_id, one.version) for one in formed.records)
        for formed in systems.events(PackageFormed)
    }
    assert carried == {((first, 1), (first, 2), (first, 3), (second, 1)), ((other, 1),)}


def test_a_package_is_tried_once_in_a_step_however_soon_it_is_due_again(
    systems: BothSystems,
) -> None:
    delivery = systems.system.sender.delivery
    delivery.pauses = replace(delivery.pauses, first=0.0)
    systems.link.accidents.append(answer_lost)
    tender = systems.announce_with_files()
    assert systems.send() == 1
    assert systems.states(tender) == ["IN_FLIGHT"]
    assert systems.send() == 1
    assert systems.states(tender) == ["SYNCHRONISED"]


@pytest.mark.clause("S216-18.2")
def test_while_a_package_is_on_its_way_the_next_version_of_its_object_waits(
    systems: BothSystems,
) -> None:
    systems.link.cut = True
    tender = systems.announce()
    systems.send()
    systems.extend(tender)
    systems.system.sender.step()
    assert systems.states(tender) == ["IN_FLIGHT", "WAITING"]
    systems.link.cut = False
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"] * 2)
    assert systems.recorded_versions() == [(tender, 1), (tender, 2)]
    assert len(systems.events(PackageFormed)) == 2


@pytest.mark.clause("S216-18.7", "S216-A2.1.6")
def test_when_the_answer_is_lost_the_same_bytes_go_again_and_nothing_is_recorded_twice(
    systems: BothSystems,
) -> None:
    systems.link.accidents.append(answer_lost)
    tender = systems.announce_with_files()
    systems.send()
    assert systems.states(tender) == ["IN_FLIGHT"]
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert len(set(systems.link.packages)) == 1
    assert systems.recorded_versions() == [(tender, 1)]


@pytest.mark.clause("S216-18.7")
def test_pauses_between_attempts_grow_up_to_the_longest(systems: BothSystems) -> None:
    systems.link.accidents.extend([never_arrives] * 5)
    tender = systems.announce()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    failures = systems.events(DeliveryFailed)
    pauses = [(one.next_attempt_at - one.failed_at).total_seconds() for one in failures]
    assert pauses == [0.05, 0.1, 0.2, 0.4, 0.4]
    assert [one.attempt for one in failures] == [1, 2, 3, 4, 5]
    assert {one.reason for one in failures} == {"UNREACHABLE"}


@pytest.mark.clause("S216-18.7")
def test_whoever_is_told_when_to_come_again_comes_then_and_not_before(systems: BothSystems) -> None:
    systems.system.sender.delivery.pauses = Pauses(first=0.05, longest=300)
    systems.link.accidents.append(come_later(7))
    tender = systems.announce()
    systems.send()
    [failure] = systems.events(DeliveryFailed)
    assert failure.next_attempt_at - failure.failed_at == timedelta(seconds=7)
    assert systems.send() == 0
    systems.watch.offset += timedelta(seconds=8)
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]


@pytest.mark.clause("S216-18.3", "S216-18.7")
def test_nobody_makes_a_package_wait_longer_than_the_longest_pause(systems: BothSystems) -> None:
    systems.link.accidents.append(come_later(99_999_999))
    tender = systems.announce_with_files()
    systems.send()
    [failure] = systems.events(DeliveryFailed)
    assert failure.next_attempt_at - failure.failed_at == timedelta(seconds=0.4)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])


@pytest.mark.clause("S216-18.3", "S216-A3.3")
def test_a_clock_that_is_set_right_leaves_no_package_asleep(systems: BothSystems) -> None:
    systems.watch.offset = timedelta(hours=3)
    systems.link.accidents.append(never_arrives)
    tender = systems.announce_with_files()
    systems.send()
    assert systems.states(tender) == ["IN_FLIGHT"]
    systems.watch.offset = timedelta(0)
    systems.send()
    assert len(systems.link.packages) == 2


@pytest.mark.clause("S216-18.3", "S216-A3.3")
def test_what_was_never_tried_is_due_whatever_the_clock_said_when_it_was_formed(
    systems: BothSystems,
) -> None:
    sender = systems.system.sender
    sender.delivery.pauses = Pauses(first=0.05, longest=300)
    systems.watch.offset = timedelta(seconds=40)
    tender = systems.announce_with_files()
    sender.forming.form(sender.gate, lambda: None)
    assert systems.states(tender) == ["IN_FLIGHT"]
    systems.watch.offset = timedelta(0)
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]


@pytest.mark.clause("S216-18.2", "S216-18.3")
def test_a_package_is_handed_over_before_the_next_one_is_formed(systems: BothSystems) -> None:
    systems.announce_with_files()
    systems.announce("single-source", "customer2-head")
    packer, stopped = systems.system.sender.packer, threading.Event()
    arrived, clock, until = list[int](), packer.clock, time.monotonic() + 20

    def created_at() -> datetime:
        while arrived and not systems.link.packages and time.monotonic() < until:
            time.sleep(0.02)
        arrived.append(len(systems.link.packages))
        return clock()

    packer.clock = created_at
    runner = threading.Thread(target=systems.system.sender.run, args=(stopped, 1))
    runner.start()
    while len(arrived) < 2 and time.monotonic() < until + 5:
        time.sleep(0.02)
    stopped.set()
    runner.join(20)
    assert arrived == [0, 1]


def by_another_system(systems: BothSystems) -> Callable[[Letter], Response]:
    """The Registry's answer, signed again by a system that is not the Registry."""

    def forge(letter: Letter) -> Response:
        body = bytes(letter.deliver().body)
        receipt = codec.read(payload_of(open_envelope(body, None), RECEIPT), Receipt)
        element = codec.write(receipt, root_id=f"receipt-{receipt.receipt_id}")
        again = sign_system(element, systems.pki.signer("sez2"))
        return replaced(
            enclose(SoapVersion.V11, REGISTRY.namespace, "TransferRecordsResponse", again)
        )

    return forge


def test_an_answer_that_was_altered_on_its_way_is_not_believed(systems: BothSystems) -> None:
    systems.link.accidents.append(altered(b">ACCEPTED<", b">REFUSED<"))
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert [one.reason for one in systems.events(DeliveryFailed)] == ["RECEIPT_INVALID"]
    assert len(systems.events(ReceiptReceived)) == 1


@pytest.mark.clause("S216-13a", "S216-13b")
def test_an_answer_of_another_system_is_not_believed(systems: BothSystems) -> None:
    systems.link.accidents.append(by_another_system(systems))
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    [failure] = systems.events(DeliveryFailed)
    assert failure.reason == "RECEIPT_INVALID"
    assert "who is not expected" in failure.detail


def test_an_answer_to_another_package_is_not_believed(systems: BothSystems) -> None:
    kept: list[Response] = []

    def keep(letter: Letter) -> Response:
        kept.append(letter.deliver())
        return kept[0]

    systems.link.accidents.extend([keep, lambda _letter: kept[0]])
    first = systems.announce_with_files()
    systems.send_until(lambda: systems.states(first) == ["SYNCHRONISED"])
    second = systems.announce_with_files()
    systems.send_until(lambda: systems.states(second) == ["SYNCHRONISED"])
    [failure] = systems.events(DeliveryFailed)
    assert failure.reason == "RECEIPT_INVALID"
    assert str(systems.package(first).message_id) in failure.detail


def test_an_answer_that_nobody_can_read_is_a_failure_like_any_other(systems: BothSystems) -> None:
    page = b"<html><body>Welcome</body></html>"
    systems.link.accidents.extend([lambda _: replaced(page), lambda _: replaced(b"\x00\xff")])
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert {one.reason for one in systems.events(DeliveryFailed)} == {"UNREACHABLE"}


@pytest.mark.clause("S216-18.5", "S216-A2.1.1")
def test_files_that_the_registry_misses_are_sent_and_the_package_again_at_once(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    named = [file.sha256 for file in systems.purchase(tender).documents]
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert sorted(systems.link.files) == sorted(named)
    assert len(systems.link.packages) == 2
    assert systems.events(DeliveryFailed) == []


@pytest.mark.clause("S216-18.7", "S216-A2.1.3")
def test_while_nobody_can_say_what_is_revoked_the_package_waits(systems: BothSystems) -> None:
    tender = systems.announce("single-source")
    with systems.pki.silence():
        systems.send()
        [failure] = systems.events(DeliveryFailed)
        assert failure.reason == "REVOCATION_UNAVAILABLE"

    def is_there_after_another_pause() -> bool:
        systems.watch.offset += timedelta(minutes=2)
        return systems.states(tender) == ["SYNCHRONISED"]

    systems.send_until(is_there_after_another_pause)


@pytest.mark.clause("S216-A2.1.8", "S216-A2.1.7")
def test_what_a_refusal_does_not_name_goes_again_at_once_and_the_named_waits_for_a_person(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.extend(tender)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED", "WAITING"])
    refused = systems.versions(tender)[1]
    assert [finding.rule_id for finding in refused.findings] == ["F-CLF-1"]
    [finding] = refused.findings
    assert finding.path == "/Purchase/Lots/Lot[1]/Unit"
    assert all((finding.text.kk, finding.text.ru, finding.text.en, finding.cure.kk))
    assert systems.send() == 0
    assert systems.recorded_versions() == [(tender, 1)]


@pytest.mark.clause("S216-A2.1.8")
def test_a_refused_version_is_formed_anew_under_its_number_and_after_its_predecessor(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    good = systems.purchase(tender)
    systems.send()
    systems.change(tender, wrong_unit(good))
    systems.extend(tender)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED", "WAITING"])
    withdraw(systems.system.publisher, tender, 2, "Неверный код единицы измерения")
    assert systems.states(tender) == ["SYNCHRONISED"]
    systems.change(tender, good)
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"] * 2)
    first, second = systems.versions(tender)
    assert systems.purchase(tender).act.version == 2
    assert systems.purchase(tender).act.previous_hash == first.document_hash
    assert second.registry_id == first.registry_id
    assert systems.recorded_versions() == [(tender, 1), (tender, 2)]


def test_a_package_that_somebody_else_will_post_is_not_sent_from_here(systems: BothSystems) -> None:
    sender = systems.system.sender
    tender, held = systems.announce("single-source"), None
    with sender.forming.holding(tender):
        assert systems.send() == 0
        held = sender.forming.form_held(tender)
    systems.send()
    assert systems.states(tender) == ["HELD"]
    assert systems.link.packages == []
    package = systems.package(tender)
    assert systems.system.log.evidence(package.originator_id, 1, "package") == held


@pytest.mark.clause("S216-A3.3")
def test_when_the_clock_is_off_nothing_new_is_stamped_but_what_is_on_its_way_arrives(
    systems: BothSystems,
) -> None:
    systems.link.accidents.append(never_arrives)
    under_way, waiting = systems.announce("single-source"), None
    systems.send()
    waiting = systems.announce("single-source")
    systems.watch.offset = timedelta(minutes=3)
    systems.system.compare_clocks()
    with pytest.raises(ClockOff):
        systems.announce()
    systems.send_until(lambda: systems.states(under_way) == ["SYNCHRONISED"])
    assert systems.states(waiting) == ["WAITING"]
    systems.watch.offset = timedelta()
    systems.system.compare_clocks()
    systems.send_until(lambda: systems.states(waiting) == ["SYNCHRONISED"])


@pytest.mark.clause("S216-18.2", "S216-A2.1.1")
def test_every_change_of_a_tender_reaches_the_registry_until_it_is_deleted(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    documents = systems.purchase(tender).documents
    renewed = msgspec.structs.replace(documents[0], version=2)
    systems.publish(tender, versions.documentation((renewed, *documents[1:]), "Уточнение"))
    systems.extend(tender)
    systems.publish(tender, versions.deletion("Ошибка", systems.system.clock(), "Бекова А. М."))
    systems.send_until(lambda: systems.unsynchronised() == [])
    assert systems.recorded_versions() == [(tender, number) for number in (1, 2, 3, 4)]
    accepted = [one.event for one in systems.registry.log.read(0, 1000)]
    verdicts = [one for one in accepted if isinstance(one, PackageAccepted | PackageRefused)]
    assert [type(one) for one in verdicts] == [PackageAccepted]

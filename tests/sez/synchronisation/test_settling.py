"""What cannot be delivered waits for a person, who has a command for it."""

import hashlib

import pytest

from sez.app import open_system
from sez.publication.publish import withdraw
from sez.synchronisation.delivering import BELIEVED
from sez.synchronisation.delivery_problem import DeliveryProblem, may_be_damage
from sez.synchronisation.package_events import DeliveryFailed, PackageFormed, PackageStopped
from shared_contracts.errors import RefusedByRule
from shared_contracts.faults import RETRYABLE, Fault
from shared_contracts.identifiers import uuid7
from tests.sez.link import never_arrives, refuses
from tests.sez.systems import BothSystems

pytestmark = pytest.mark.clause("S216-18.3", "S216-A2.1.8")
FINAL = [fault for fault in Fault if fault not in RETRYABLE | {Fault.FILE_NOT_ASKED}]


def told_before_believed(fault: Fault) -> int:
    """How often in a row a fault is told until a person is asked: damage may be its cause."""
    return BELIEVED if may_be_damage(fault) else 1


def asked(
    systems: BothSystems, path: str, body: dict[str, str] | None = None
) -> tuple[int, dict[str, object]]:
    """What a person is told who decides something."""
    with systems.program() as program:
        told = program.post(f"/api/v1/{path}", json=body or {})
    return told.status_code, told.json()


@pytest.mark.parametrize("fault", FINAL)
def test_after_a_fault_that_no_repeat_can_cure_a_package_waits_for_a_person(
    systems: BothSystems, fault: Fault
) -> None:
    times = told_before_believed(fault)
    systems.link.accidents.extend([refuses(fault)] * times)
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["STOPPED"])
    assert systems.send() == 0
    [stopped] = systems.events(PackageStopped)
    failed = [one.reason for one in systems.events(DeliveryFailed)]
    assert (stopped.reason, failed) == (fault, [fault] * (times - 1))
    status, told = asked(systems, f"packages/{stopped.message_id}/retry")
    assert (status, told["state"]) == (200, "IN_FLIGHT")
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert len(set(systems.link.packages)) == 1
    status, told = asked(systems, f"packages/{stopped.message_id}/retry")
    assert (status, "is answered" in str(told)) == (409, True)


def test_a_package_that_is_damaged_on_the_way_arrives_without_a_person(
    systems: BothSystems,
) -> None:
    damages = [Fault.NOT_XML, Fault.NOT_SOAP, Fault.BUSY, Fault.NOT_A_PACKAGE, Fault.NOT_XML]
    systems.link.accidents.extend(refuses(fault) for fault in damages)
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert [one.reason for one in systems.events(DeliveryFailed)] == damages
    assert (systems.events(PackageStopped), len(set(systems.link.packages))) == ([], 1)


def test_a_restart_does_not_forget_how_often_in_a_row_a_package_was_called_malformed(
    systems: BothSystems,
) -> None:
    systems.link.accidents.extend([refuses(Fault.NOT_XML)] * BELIEVED)
    tender = systems.announce_with_files()
    systems.send_until(lambda: len(systems.events(DeliveryFailed)) == BELIEVED - 1)
    systems.system.close()
    systems.system = open_system(systems.system.settings, systems.watch)
    systems.send_until(lambda: systems.states(tender) == ["STOPPED"])
    assert not systems.link.accidents


def test_a_file_whose_hash_was_damaged_in_the_answer_stops_nothing(systems: BothSystems) -> None:
    systems.link.accidents.append(refuses(Fault.FILES_MISSING, "0" * 64))
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert [one.reason for one in systems.events(DeliveryFailed)] == ["FILE_NOT_HERE"]
    assert systems.events(PackageStopped) == []


def test_no_file_leaves_that_the_documents_of_the_package_do_not_name(
    systems: BothSystems,
) -> None:
    path, other = systems.system.files.path, hashlib.sha256(b"of another tender").hexdigest()
    path(other).parent.mkdir(parents=True, exist_ok=True)
    path(other).write_bytes(b"of another tender")
    assert systems.system.sender.delivery.file(other) is not None
    systems.link.accidents.append(refuses(Fault.FILES_MISSING, other))
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert [one.reason for one in systems.events(DeliveryFailed)] == ["FILE_NOT_HERE"]
    assert other not in systems.link.files


def test_a_file_that_is_not_here_is_told_by_its_hash_and_the_package_goes_when_it_is(
    systems: BothSystems,
) -> None:
    tender = systems.announce("single-source")
    [file] = systems.purchase(tender).documents
    path = systems.system.files.path(file.sha256)
    content = path.read_bytes()
    path.unlink()
    systems.send_until(lambda: systems.states(tender) == ["STOPPED"])
    [stopped] = systems.events(PackageStopped)
    assert (stopped.reason, stopped.hashes) == ("FILE_NOT_HERE", (file.sha256,))
    path.write_bytes(content)
    assert systems.send() == 0
    systems.system.settling.retry(stopped.message_id)
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]


def test_the_number_of_a_stopped_package_is_closed_and_each_of_its_tenders_leaves_alone(
    systems: BothSystems,
) -> None:
    systems.link.accidents.extend([refuses(Fault.TOO_LARGE), refuses(Fault.TOO_LARGE)])
    bad, good = systems.announce_with_files(), systems.announce_with_files()
    systems.send()
    assert systems.states(bad) + systems.states(good) == ["STOPPED"] * 2
    status, told = asked(systems, "sequence/1/void", {"reason": "Слишком велик"})
    assert (status, told["state"]) == (200, "VOIDED")
    systems.send()
    assert (systems.states(bad), systems.states(good)) == (["STOPPED"], ["SYNCHRONISED"])
    with pytest.raises(RefusedByRule, match="did not refuse"):
        withdraw(systems.system.publisher, bad, 1, "Ещё не закрыт")
    assert asked(systems, "sequence/2/void", {"reason": "Слишком велик"})[0] == 200
    assert (systems.states(bad), systems.send()) == (["STOPPED"], 0)
    withdraw(systems.system.publisher, bad, 1, "Слишком велик")
    assert systems.states(bad) == []
    assert len(systems.recorded_versions()) == 1


def test_after_its_number_is_closed_a_tender_can_also_leave_as_it_is(systems: BothSystems) -> None:
    systems.link.accidents.extend([refuses(Fault.TOO_DEEP)] * BELIEVED)
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["STOPPED"])
    asked(systems, "sequence/1/void", {"reason": "Ошибка посредника"})
    [formed] = systems.events(PackageFormed)
    assert asked(systems, f"packages/{formed.message_id}/retry")[0] == 200
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert [one.sequence for one in systems.events(PackageFormed)] == [1, 2]


def test_what_fails_again_and_again_a_person_can_stop(systems: BothSystems) -> None:
    systems.link.accidents.extend([never_arrives] * 50)
    tender = systems.announce_with_files()
    systems.send()
    path = f"packages/{systems.package(tender).message_id}"
    assert asked(systems, f"{path}/retry")[0] == 409
    assert asked(systems, f"{path}/stop", {"reason": ""})[0] == 422
    status, told = asked(systems, f"{path}/stop", {"reason": "Выясняем"})
    assert (status, told["state"], told["detail"]) == (200, "STOPPED", "Выясняем")
    assert (asked(systems, f"{path}/stop", {"reason": "x"})[0], systems.send()) == (409, 0)
    assert asked(systems, f"packages/{uuid7()}/stop", {"reason": "x"})[0] == 404
    [row] = systems.unsynchronised()
    with systems.program() as program:
        shown = program.get("/api/v1/outbox").json()["unsynchronised"]
    assert [(one["state"], one["last_reason"]) for one in shown] == [(row.state, "BY_HAND")]
    systems.link.accidents.clear()
    systems.system.settling.retry(systems.package(tender).message_id)
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]


def test_a_file_that_is_asked_for_no_longer_is_asked_for_by_the_next_attempt() -> None:
    assert not DeliveryProblem(Fault.FILE_NOT_ASKED, "", None, ()).final
    assert DeliveryProblem(Fault.FILE_TOO_LARGE, "", None, ()).final

"""What keeps all packages is written down once, and one attempt at a time finds out its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sez.app import open_system
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.gate import (
    MANY,
    WAY,
    RegistryReachable,
    RegistryUnreachable,
    SendingResumed,
    SendingStopped,
    WayEvent,
    decide,
)
from sez.synchronisation.package_events import DeliveryFailed, PackageFormed
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from tests.samples import AT
from tests.sez.link import never_arrives, refuses
from tests.sez.systems import BothSystems

pytestmark = pytest.mark.clause("S216-18.3", "S216-18.7")
EVENTS: tuple[WayEvent, ...] = (
    RegistryUnreachable(reason="UNREACHABLE", since=AT),
    RegistryReachable(since=AT, again_at=AT, reasons=()),
    SendingStopped(message_id=uuid7(), rules=("C-05",), stopped_at=AT),
    SendingResumed(resumed_at=AT),
)


@given(st.lists(st.sampled_from(EVENTS)))
def test_each_hindrance_begins_and_ends_in_turn(found: list[WayEvent]) -> None:
    way, recorded = WAY.initial, []
    for one in found:
        for event in decide(way, one):
            way = WAY.evolve(way, event)
            recorded.append(event)
    for begins, ends in ((EVENTS[0], EVENTS[1]), (EVENTS[2], EVENTS[3])):
        own = [one for one in recorded if one in {begins, ends}]
        assert own == [begins, ends] * (len(own) // 2) + [begins] * (len(own) % 2)


@contextmanager
def away(systems: BothSystems) -> Iterator[None]:
    """No way leads to the Registry."""
    systems.link.cut = True
    yield
    systems.link.cut = False


def test_an_outage_is_written_down_once_and_the_backlog_leaves_at_once_when_it_is_over(
    systems: BothSystems,
) -> None:
    systems.system.sender.delivery.pauses = Pauses(first=60, longest=300)
    systems.link.accidents.append(never_arrives)
    tenders = [systems.announce_with_files()]
    systems.send()
    with away(systems):
        tenders += [
            systems.announce("single-source", signer)
            for signer in ("customer1-head", "customer2-head") * 4
        ]
        for _ in range(20):
            systems.send()
        [lost] = systems.events(RegistryUnreachable)
        assert (lost.reason, lost.answers_questions) == ("UNREACHABLE", False)
        assert len(systems.events(DeliveryFailed)) == 1, "before the outage"
    systems.send_until(lambda: systems.events(RegistryReachable) != [])
    while systems.send():
        pass
    assert [systems.states(tender) for tender in tenders] == [["SYNCHRONISED"]] * len(tenders)
    sequences = [one.sequence for one in systems.events(PackageFormed)]
    assert len(sequences) <= 4, "what waited shares packages"


def test_while_the_registry_is_away_one_question_at_a_time_is_put_with_growing_pauses(
    systems: BothSystems,
) -> None:
    systems.system.sender.gate.pauses = Pauses(first=60, longest=300)
    systems.announce_with_files()
    with away(systems):
        for _ in range(10):
            systems.send()
        questions = [one for one in systems.link.passed if one.is_call("GetCapabilities")]
        assert (len(systems.link.packages), len(questions)) == (1, 1)


def test_however_long_it_was_away_the_registry_is_found_again_soon(systems: BothSystems) -> None:
    systems.system.sender.gate.pauses = Pauses(first=300, longest=300, question=0.05)
    tender = systems.announce_with_files()
    with away(systems):
        systems.send_until(
            lambda: sum(one.is_call("GetCapabilities") for one in systems.link.passed) > 3
        )
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert Pauses(first=0.5, longest=300).question <= 10, "within 30 s of its return all is equal"


def test_an_outage_outlives_a_restart_and_is_told(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    with away(systems):
        systems.send()
        systems.system.close()
        systems.system = open_system(systems.system.settings, systems.watch)
        with systems.program() as program:
            told = program.get("/readyz").json()["checks"]["sending"]
            assert told["reason"] == "UNREACHABLE"
            assert 'reason="REGISTRY_UNREACHABLE"} 1.0' in program.get("/metrics").text
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert len(systems.events(RegistryUnreachable)) == len(systems.events(RegistryReachable)) == 1


def test_when_no_package_gets_through_though_questions_do_they_no_longer_all_try(
    systems: BothSystems,
) -> None:
    systems.link.accidents.extend([refuses(Fault.INTERNAL_ERROR)] * (MANY + 2))
    with systems.system.sender.forming.holding(uuid7()):
        for _ in range(MANY + 4):  # each in a package of its own
            systems.announce_with_files()
            systems.system.sender.forming.form(systems.system.sender.gate)
    systems.system.sender.gate.pauses = Pauses(first=0.05, longest=0.1)
    systems.send()
    [lost] = systems.events(RegistryUnreachable)
    assert (lost.reason, lost.answers_questions) == ("INTERNAL_ERROR", True)
    assert len(systems.events(DeliveryFailed)) == MANY
    systems.send_until(lambda: systems.unsynchronised() == [])
    assert len(systems.events(RegistryReachable)) == 1


def test_a_package_that_fails_by_itself_is_its_own_affair(systems: BothSystems) -> None:
    systems.link.accidents.append(never_arrives)
    failing = systems.announce_with_files()
    systems.send()
    assert systems.events(RegistryUnreachable) == []
    assert [one.reason for one in systems.events(DeliveryFailed)] == ["UNREACHABLE"]
    systems.send_until(lambda: systems.states(failing) == ["SYNCHRONISED"])


@pytest.mark.clause("S216-A2.1.3", "S216-A2.1.8")
def test_a_refusal_of_the_sez_itself_costs_one_package_and_waits_for_a_person(
    systems: BothSystems,
) -> None:
    systems.system.sender.gate.pauses = Pauses(first=0.05, longest=300)
    with systems.pki.revoked("sez"):
        first = systems.announce_with_files()
        systems.send()
        second = systems.announce_with_files()
        for _ in range(10):
            systems.send()
    [formed] = systems.events(PackageFormed)
    [version] = systems.versions(first)
    assert (version.state, systems.states(second)) == ("REFUSED", ["WAITING"])
    assert [finding.rule_id for finding in version.findings] == ["C-05"]
    [stopped] = systems.events(SendingStopped)
    assert (stopped.message_id, stopped.rules) == (formed.message_id, ("C-05",))
    systems.watch.offset += timedelta(minutes=30)  # what was said of the certificate is forgotten
    with systems.program() as program:
        assert 'sez_sending_hindered{reason="SEZ_REFUSED"} 1.0' in program.get("/metrics").text
        assert program.get("/api/v1/sending").json()["rules"] == ["C-05"]
        assert program.post("/api/v1/sending/resume").json()["stopped_at"] is None
        retry = f"/api/v1/packages/{formed.message_id}/retry"
        assert program.post(retry).status_code == 200
    systems.send()
    assert systems.states(first) + systems.states(second) == ["SYNCHRONISED"] * 2
    assert len(systems.events(SendingResumed)) == 1


def test_the_first_package_that_is_taken_again_ends_a_refusal_of_the_sez(
    systems: BothSystems,
) -> None:
    with systems.pki.revoked("sez"):
        refused = systems.announce_with_files()
        systems.send()
    waiting = systems.announce_with_files()
    systems.send_until(lambda: systems.states(waiting) == ["SYNCHRONISED"])
    assert (systems.states(refused), len(systems.events(SendingResumed))) == (["REFUSED"], 1)

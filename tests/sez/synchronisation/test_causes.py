"""All that waits for a person for one cause is let go by one request."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from sez.synchronisation import causes
from sez.synchronisation.package_events import PackageStopped
from shared_contracts.faults import Fault
from tests.sez.link import refuses
from tests.sez.systems import BothSystems, wrong_unit

pytestmark = pytest.mark.clause("S216-18.3", "S216-A2.1.8")


@pytest.fixture
def waiting(systems: BothSystems) -> dict[str, list[UUID]]:
    """Tenders whose packages wait for a person, by cause."""
    found: dict[str, list[UUID]] = {}
    for fault in (Fault.TOO_LARGE, Fault.FILE_TOO_LARGE, Fault.TOO_LARGE):
        tender = systems.announce_with_files()
        systems.link.accidents.append(refuses(fault))
        systems.send()
        found.setdefault(fault, []).append(tender)
    bad = systems.announce_with_files()
    systems.change(bad, wrong_unit(systems.purchase(bad)))
    systems.send_until(lambda: systems.states(bad) == ["SYNCHRONISED", "REFUSED"])
    return {**found, "F-CLF-1": [bad]}


def retried(program: httpx.Client, **asked: Any) -> Any:
    """What a person is told who lets packages go."""
    return program.post("/api/v1/sending/retry", json=asked).json()


def test_the_causes_are_told_with_how_many_wait_for_each(
    systems: BothSystems, waiting: dict[str, list[UUID]]
) -> None:
    with systems.program() as program:
        told = program.get("/api/v1/sending/causes").json()
    assert {one["cause"]: one["packages"] for one in told} == {
        cause: len(tenders) for cause, tenders in waiting.items()
    }


def test_all_of_one_cause_is_let_go_and_the_rest_goes_on_waiting(
    systems: BothSystems, waiting: dict[str, list[UUID]]
) -> None:
    with systems.program() as program:
        assert retried(program, cause="TOO_LARGE") == {
            "retried": 2,
            "left": [],
            "after": None,
            "until": None,
            "waiting": 0,
        }
        assert retried(program, cause="TOO_LARGE")["retried"] == 0
    systems.send_until(lambda: states(systems, waiting["TOO_LARGE"]) == ["SYNCHRONISED"] * 2)
    assert states(systems, waiting["FILE_TOO_LARGE"] + waiting["F-CLF-1"]) == ["STOPPED", "REFUSED"]


def test_everything_is_let_go_some_packages_at_a_time(
    systems: BothSystems, waiting: dict[str, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "AT_ONCE", 3)
    with systems.program() as program:
        first = retried(program)
        assert (first["retried"], first["after"] is None) == (3, False)
        assert retried(program, after=first["after"])["retried"] == 1
    assert "STOPPED" not in states(systems, [one for own in waiting.values() for one in own])


@pytest.mark.usefixtures("waiting")
def test_what_stops_after_the_first_request_goes_on_waiting(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "AT_ONCE", 2)
    with systems.program() as program:
        first = retried(program)
        late = systems.announce_with_files()
        systems.link.accidents.extend([refuses(Fault.TOO_LARGE)] * 3)
        systems.send_until(lambda: states(systems, [late]) == ["STOPPED"])
        rest = retried(program, after=first["after"], until=first["until"])
    assert (first["retried"], rest["retried"]) == (2, 2)
    assert (first["waiting"], rest["waiting"]) == (2, 3)  # all three have stopped again
    assert states(systems, [late]) == ["STOPPED"]


def test_a_package_that_cannot_be_let_go_is_told_and_holds_up_no_other(
    systems: BothSystems, waiting: dict[str, list[UUID]]
) -> None:
    stopped = systems.events(PackageStopped)[0]
    systems.link.strikes = "VoidSequence"
    systems.link.accidents.append(refuses(Fault.INTERNAL_ERROR))
    with systems.program() as program:
        asked = {"reason": "Слишком велик"}
        assert program.post("/api/v1/sequence/1/void", json=asked).status_code == 502
        told = retried(program, cause="TOO_LARGE")
    assert (told["retried"], len(waiting["TOO_LARGE"])) == (1, 2)
    [left] = told["left"]
    assert left["message_id"] == str(stopped.message_id)
    assert "a statement that closes its number" in left["why"]


def states(systems: BothSystems, tenders: list[UUID]) -> list[str]:
    """Where the last version of each stands."""
    return [systems.states(tender)[-1] for tender in tenders]

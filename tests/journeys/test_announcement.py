"""A purchase announced in the SEZ is seen in the Registry, over processes and sockets."""

import time
from collections import Counter

import pytest

from tests.journeys.stand import Reader, Stand, synchronised, until
from tests.pki import Pki

TENDERS = 15


def start(stand: Stand) -> None:
    """Start both systems, and enter the SEZ in the register."""
    stand.start_registry()
    stand.enter("SEZ01", "sez", "1.2.398.5.216.1.1")
    stand.start_sez()


def announce(stand: Stand, example: str) -> str:
    """Have an example announced; its id."""
    body = {"example": example}
    return str(stand.sez.post("/api/v1/examples/tenders", body)["object_id"])


@pytest.mark.clause(
    "S216-3", "S216-9.1", "S216-15", "S216-18.1", "S216-18.3", "S216-A2.1.0", "S216-A3.3"
)
def test_an_announcement_is_synchronised_by_itself_and_seen_in_the_registry(
    stand: Stand, pki: Pki
) -> None:
    start(stand)
    tender = announce(stand, "announcement")
    version = synchronised(stand, tender)
    assert version["late"] is False
    shown = stand.registry.get(f"/api/v1/purchases/{version['registry_id']}")
    assert [one["event"]["header"]["object_id"] for one in shown["history"]] == [tender]
    [listed] = until(lambda: stand.registry.get("/api/v1/purchases") or None)
    assert (listed["object_id"], listed["status"]) == (tender, "ANNOUNCED")
    receipt = stand.sez.get_bytes(f"/api/v1/packages/{version['message_id']}/receipt")
    assert Reader.of(pki).read(receipt).result == "ACCEPTED"
    evidence = f"/api/v1/messages/SEZ01/{version['message_id']}/receipt"
    assert stand.registry.get_bytes(evidence) == receipt
    assert abs(stand.sez.get("/api/v1/clock")["offset_seconds"]) < 2


@pytest.mark.clause("S216-18.7", "S216-18.2")
def test_a_sez_killed_while_it_sends_loses_nothing_and_sends_nothing_twice(stand: Stand) -> None:
    start(stand)
    tenders = [announce(stand, "single-source") for _ in range(TENDERS)]
    time.sleep(0.1)
    stand.kill("sez")
    stand.start_sez()
    for tender in tenders:
        assert synchronised(stand, tender)["late"] is False
    events = stand.registry.get("/api/v1/changes", limit=1000)["events"]
    recorded = [one["event"]["header"]["object_id"] for one in events if "header" in one["event"]]
    assert Counter(recorded) == Counter(tenders)
    numbers = [one["event"]["sequence"] for one in events if "signer_sha256" in one["event"]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.clause("S216-18.2", "S216-18.7")
def test_what_was_announced_while_the_registry_was_away_arrives_when_it_is_back(
    stand: Stand,
) -> None:
    start(stand)
    stand.kill("registry")
    tender = announce(stand, "announcement")
    away = until(lambda: stand.sez.get("/api/v1/sending")["unreachable_since"])
    assert [one["state"] for one in stand.sez.get(f"/api/v1/outbox/{tender}")] == ["IN_FLIGHT"]
    stand.start_registry()
    assert synchronised(stand, tender)["state"] == "SYNCHRONISED"
    assert away
    assert stand.sez.get("/api/v1/sending")["unreachable_since"] is None

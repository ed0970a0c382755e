"""An SEZ serves and sends only the bytes that its chained events name."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from sez.synchronisation.package import VoidStated
from tests.sez.foreign import held
from tests.sez.house import House
from tests.sez.road import answer_lost, never_arrives

FORGED = b"<forged/>"


def forge(house: House, name: str) -> None:
    """A change by the owner, past every guard of the log."""
    with psycopg.connect(house.system.settings.database_url or "") as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER only_grows")
        owner.execute("UPDATE log.evidence SET body = %s WHERE name = %s", (FORGED, name))


def message_id(house: House, tender: UUID) -> str:
    """The package of a tender's first version."""
    with house.program() as program:
        [version] = program.get(f"/api/v1/outbox/{tender}").json()
        return str(version["message_id"])


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("name", ["package", "receipt"])
def test_evidence_that_differs_from_what_is_recorded_is_not_served(house: House, name: str) -> None:
    tender = house.announce_with_files()
    house.send()
    sent = message_id(house, tender)
    forge(house, name)
    with house.program() as program:
        answer = program.get(f"/api/v1/packages/{sent}/{name}")
    assert answer.status_code == 500
    assert "differs from what is recorded" in answer.json()["detail"]
    assert FORGED not in answer.content


def test_a_package_that_differs_from_what_is_recorded_is_not_sent(house: House) -> None:
    house.road.accidents.append(never_arrives)
    tender = house.announce_with_files()
    house.send()
    sent_before = len(house.road.packages)
    forge(house, "package")
    house.watch.offset += timedelta(minutes=10)
    sent = message_id(house, tender)
    with house.program() as program:

        def package() -> Any:
            return program.get(f"/api/v1/packages/{sent}").json()

        house.send_until(lambda: package()["last_reason"] == "BYTES_NOT_HERE")
        told = package()
    assert "differs from what is recorded" in told["detail"]
    assert len(house.road.packages) == sent_before


def test_a_statement_that_differs_from_what_is_recorded_is_neither_served_nor_sent_again(
    house: House,
) -> None:
    house.road.strikes = "VoidSequence"
    held(house)
    house.road.accidents.append(answer_lost)
    ask = {"reason": "Пакет не был отправлен"}
    with house.program() as program:
        assert program.post("/api/v1/sequence/1/void", json=ask).status_code == 502
    [stated] = house.events(VoidStated)
    went = len(house.road.passed)
    forge(house, "void-statement")
    with house.program() as program:
        served = program.get(f"/api/v1/packages/{stated.message_id}/void-statement")
        again = program.post("/api/v1/sequence/1/void", json=ask)
    for answer in (served, again):
        assert answer.status_code == 500
        assert "differs from what is recorded" in answer.json()["detail"]
    assert len(house.road.passed) == went

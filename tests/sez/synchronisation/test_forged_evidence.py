"""An SEZ serves and sends only the bytes that its chained events name."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from sez.synchronisation.package_events import VoidStated
from tests.postgres import owner_of
from tests.sez.foreign import held
from tests.sez.link import answer_lost, never_arrives
from tests.sez.systems import BothSystems

FORGED = b"<forged/>"


def forge(systems: BothSystems, name: str) -> None:
    """A change by the owner, past every guard of the log."""
    with psycopg.connect(owner_of(systems.system.settings.database_url)) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER only_grows")
        owner.execute("UPDATE log.evidence SET body = %s WHERE name = %s", (FORGED, name))


def remove(systems: BothSystems, name: str) -> None:
    """The same, of what is gone."""
    with psycopg.connect(owner_of(systems.system.settings.database_url)) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER ALL")
        owner.execute("DELETE FROM log.evidence WHERE name = %s", (name,))


def message_id(systems: BothSystems, tender: UUID) -> str:
    """The package of a tender's first version."""
    with systems.program() as program:
        [version] = program.get(f"/api/v1/outbox/{tender}").json()
        return str(version["message_id"])


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("name", ["package", "receipt"])
def test_evidence_that_differs_from_what_is_recorded_is_not_served(
    systems: BothSystems, name: str
) -> None:
    tender = systems.announce_with_files()
    systems.send()
    sent = message_id(systems, tender)
    forge(systems, name)
    with systems.program() as program:
        answer = program.get(f"/api/v1/packages/{sent}/{name}")
    assert answer.status_code == 500
    assert "differs from what is recorded" in answer.json()["detail"]
    assert FORGED not in answer.content


def test_a_package_that_differs_from_what_is_recorded_is_not_sent(systems: BothSystems) -> None:
    systems.link.accidents.append(never_arrives)
    tender = systems.announce_with_files()
    systems.send()
    sent_before = len(systems.link.packages)
    forge(systems, "package")
    systems.watch.offset += timedelta(minutes=10)
    sent = message_id(systems, tender)
    with systems.program() as program:

        def package() -> Any:
            return program.get(f"/api/v1/packages/{sent}").json()

        systems.send_until(lambda: package()["last_reason"] == "BYTES_NOT_HERE")
        told = package()
    assert "differs from what is recorded" in told["detail"]
    assert len(systems.link.packages) == sent_before


def test_a_statement_that_differs_from_what_is_recorded_is_neither_served_nor_sent_again(
    systems: BothSystems,
) -> None:
    systems.link.strikes = "VoidSequence"
    held(systems)
    systems.link.accidents.append(answer_lost)
    ask = {"reason": "Пакет не был отправлен"}
    with systems.program() as program:
        assert program.post("/api/v1/sequence/1/void", json=ask).status_code == 502
    [stated] = systems.events(VoidStated)
    went = len(systems.link.passed)
    forge(systems, "void-statement")
    with systems.program() as program:
        served = program.get(f"/api/v1/packages/{stated.message_id}/void-statement")
        again = program.post("/api/v1/sequence/1/void", json=ask)
    for answer in (served, again):
        assert answer.status_code == 500
        assert "differs from what is recorded" in answer.json()["detail"]
    assert len(systems.link.passed) == went

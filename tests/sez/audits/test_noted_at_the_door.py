"""The log of events tells who was not let in and what left in packages of evidence (S216-9.6)."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from sez.administration.exported import EvidenceExported
from sez.administration.refused_tokens import ADDRESSES, OTHERS, TokensRefused
from sez.app import SezSystem
from shared_contracts.event_log.acting import HEADER
from tests.postgres import owner_of
from tests.sez.audits.asked import audited, tamper
from tests.sez.systems import BothSystems

AWAY = "ALTER TABLE log.events ADD CONSTRAINT away CHECK (topic <> 'tokens-refused.1')"
BACK = "ALTER TABLE log.events DROP CONSTRAINT away"
WAITING = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.mark.clause("S216-9.6")
def test_refused_tokens_are_one_event_of_an_address_and_hour(systems: BothSystems) -> None:
    system = systems.system
    with systems.program() as program:
        before = system.log.last_position()
        for shown in ("", "Bearer wrong", "Basic eA=="):
            refused = program.get("/api/v1/event-log", headers={"authorization": shown})
            assert refused.status_code == 401
        assert system.log.last_position() == before
        system.refused.note()
        [row] = program.get("/api/v1/event-log", params={"after": before}).json()
    [event] = systems.events(TokensRefused)
    assert (event.refused_address, event.count) == ("127.0.0.1", 3)
    assert event.first_at < event.last_at
    told = (row["action"], row["address"], row["outcome"], row.get("actor"))
    assert told == ("tokens-refused.1", "127.0.0.1", "REFUSED 3", None)
    system.refused.note()
    assert len(systems.events(TokensRefused)) == 1


@pytest.mark.clause("S216-9.6")
def test_strangers_of_any_number_cause_so_many_events_and_no_more(systems: BothSystems) -> None:
    refused = systems.system.refused
    for number in range(ADDRESSES + 40):
        refused.count(f"2001:db8::{number:x}")
    refused.note()
    events = systems.events(TokensRefused)
    assert len(events) == ADDRESSES + 1
    assert [one.count for one in events if one.refused_address == OTHERS] == [40]


def test_what_cannot_be_written_is_counted_on(systems: BothSystems) -> None:
    refused = systems.system.refused
    refused.count("192.0.2.7")
    tamper(systems.system, AWAY)
    with pytest.raises(psycopg.errors.CheckViolation):
        refused.note()
    tamper(systems.system, BACK)
    refused.count("192.0.2.7")
    refused.note()
    assert [one.count for one in systems.events(TokensRefused)] == [2]


@pytest.mark.clause("S216-9.6")
def test_of_addresses_that_came_while_an_append_failed_no_more_are_told_apart(
    systems: BothSystems,
) -> None:
    system = systems.system
    _count_from(system, "192.0.2.{}")
    tamper(system, AWAY)
    with (
        ThreadPoolExecutor() as pool,
        psycopg.connect(owner_of(system.settings.database_url)) as owner,
    ):
        owner.execute("SELECT 1 FROM log.tail FOR UPDATE")
        noted = pool.submit(system.refused.note)
        while not owner.execute(WAITING).fetchall():
            time.sleep(0.01)
        _count_from(system, "198.51.100.{}")
        owner.rollback()
        assert isinstance(noted.exception(), psycopg.errors.CheckViolation)
    tamper(system, BACK)
    system.refused.note()
    counts = [one.count for one in systems.events(TokensRefused)]
    assert (len(counts), sum(counts)) == (ADDRESSES + 1, 2 * ADDRESSES)


def _count_from(system: SezSystem, address: str) -> None:
    for number in range(ADDRESSES):
        system.refused.count(address.format(number))


@pytest.mark.clause("S216-9.6", "S216-12a")
def test_each_export_of_evidence_is_an_event_with_who_asked(systems: BothSystems) -> None:
    tender = systems.announce()
    headers = {HEADER: "%D0%91%D0%B5%D0%BA"}
    with systems.program() as program:
        given = program.post(f"/api/v1/evidence/{tender}", headers=headers)
        assert given.status_code == 200, given.text
        absent = program.post(f"/api/v1/evidence/{_stranger(systems)}", headers=headers)
        assert absent.status_code == 404
    [event] = systems.events(EvidenceExported)
    assert event.exported_id == tender
    with audited(systems) as auditor:
        entries = auditor.ask("EVENT_LOG").logged_events
    [entry] = [one for one in entries if one.action == "evidence-exported.1"]
    assert (entry.actor, entry.address, entry.object_id) == ("Бек", "127.0.0.1", tender)


@pytest.mark.clause("S216-9.6", "S216-12a")
def test_an_export_that_cannot_be_written_down_gives_nothing_and_holds_no_place(
    systems: BothSystems,
) -> None:
    tender, path = systems.announce(), "/api/v1/evidence/{}"
    away = "ALTER TABLE log.events ADD CONSTRAINT away CHECK (topic <> 'evidence-exported.1')"
    with systems.program() as program:
        tamper(systems.system, away)
        gc.disable()  # a process that serves searches for garbage seldom
        try:
            one_each = {"connection": "close"}
            codes = [program.post(path.format(tender), headers=one_each) for _ in range(3)]
        finally:
            gc.enable()
        tamper(systems.system, BACK)
        given = program.post(path.format(tender)).status_code
    assert ([one.status_code for one in codes], given) == ([500] * 3, 200)
    assert len(systems.events(EvidenceExported)) == 1


def _stranger(systems: BothSystems) -> str:
    """An id of no object."""
    return str(systems.system.log.read(0, 1)[0].originator_id)

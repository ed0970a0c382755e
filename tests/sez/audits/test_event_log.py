"""The log of events tells who acted and from where, whatever stands in it (S216-9.6)."""

import pytest

from sez.administration.started import SystemStarted, note_start
from sez.audits.describing import UNREADABLE
from sez.audits.pages import CHUNK
from sez.records.version import VersionSigned
from shared_contracts.event_log.acting import HEADER, Acting
from tests.sez.audits.asked import audited, tamper
from tests.sez.systems import SIGNER, BothSystems


@pytest.mark.clause("S216-9.6", "S216-A2.6.2")
def test_what_is_done_over_the_interface_has_actor_and_address(systems: BothSystems) -> None:
    order = {"example": "announcement", "signer": SIGNER}
    with systems.program() as program:
        made = program.post(
            "/api/v1/examples/tenders", json=order, headers={HEADER: "%D0%91%D0%B5%D0%BA"}
        )
        assert made.status_code == 201, made.text
        bad = program.post("/api/v1/examples/tenders", json=order, headers={HEADER: "a%0Ab"})
        assert (bad.status_code, HEADER in bad.text) == (422, True)
        false = program.post("/api/v1/examples/tenders", json=order, headers={HEADER: "REGISTRY"})
        assert (false.status_code, "your own name" in false.text) == (422, True)
        rows = program.get("/api/v1/event-log").json()
    note_start(
        systems.system.log, systems.system.settings, systems.system.signer, systems.system.clock
    )
    with audited(systems) as auditor:
        entries = auditor.ask("EVENT_LOG").logged_events
        again = auditor.ask("EVENT_LOG").logged_events
    assert [one["address"] for one in rows] == [one.address for one in entries[: len(rows)]]
    announced = [one for one in entries if one.outcome == "SIGNED"]
    assert [one.address for one in announced] == ["127.0.0.1"]
    [signed] = systems.events(VersionSigned)
    assert signed.acting == Acting(actor="Бек", address="127.0.0.1")
    [asked] = [one for one in again if one.action == "audit-asked.1"][:1]
    assert (asked.actor, asked.address) == ("Сәрсенова А.", "127.0.0.1")
    started = systems.events(SystemStarted)
    assert [one.certificate_sha256 for one in started] != []
    assert [one.object_type for one in entries if one.action == "system-started.1"] == ["SETTINGS"]


@pytest.mark.clause("S216-9.6")
def test_an_event_that_cannot_be_read_is_an_entry_and_no_failure(systems: BothSystems) -> None:
    systems.announce()
    last = systems.system.log.last_position()
    tamper(systems.system, "UPDATE log.events SET topic = 'other.1' WHERE position = %s", last)
    with audited(systems) as auditor, systems.program() as program:
        rows = program.get("/api/v1/event-log", params={"after": last - 1, "limit": 1}).json()
        answer = auditor.ask("EVENT_LOG")
    assert rows[0]["outcome"] == UNREADABLE
    [entry] = [one for one in answer.logged_events if one.position == last]
    assert (entry.action, entry.outcome) == ("other.1", UNREADABLE)


@pytest.mark.clause("S216-9.6")
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("UPDATE log.events SET topic = E'x\\x01\\u202Ey' WHERE position = %s", r"x\u0001\u202ey"),
        ("UPDATE log.events SET recorded_at = 'infinity' WHERE position = %s", "2999-12-30"),
        ("UPDATE log.events SET recorded_at = '-infinity' WHERE position = %s", "2000-01-02"),
        ("UPDATE log.events SET recorded_at = '4713-01-01 BC' WHERE position = %s", "2000-01-02"),
    ],
)
def test_no_row_of_the_log_keeps_its_page_from_being_answered(
    systems: BothSystems, changed: str, told: str
) -> None:
    systems.announce()
    last = systems.system.log.last_position()
    tamper(systems.system, changed, last)
    with audited(systems) as auditor, systems.program() as program:
        rows = program.get("/api/v1/event-log", params={"after": last - 1, "limit": 1}).json()
        answer = auditor.ask("EVENT_LOG")
    [one] = [one for one in answer.logged_events if one.position == last]
    assert told in (rows[0]["action"] + rows[0]["recorded_at"])
    assert told in (one.action + one.recorded_at.isoformat())


def test_a_long_listing_is_read_in_parts_and_misses_nothing(systems: BothSystems) -> None:
    system = systems.system
    for _ in range(CHUNK + 5):
        note_start(system.log, system.settings, system.signer, system.clock)
    last = system.log.last_position()
    with systems.program() as program:
        for limit in (CHUNK - 1, CHUNK, CHUNK + 1, 500):
            rows = program.get("/api/v1/event-log", params={"after": 1, "limit": limit}).json()
            assert [one["position"] for one in rows] == [*range(2, last + 1)][:limit]

"""The SEZ as a whole: it is put together, asked, closed and opened again."""

import threading
import time
from dataclasses import replace

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from sez.app import SezSystem, open_system
from sez.soap.exchange import Exchange
from sez.synchronisation.package_events import PackageFormed
from shared_contracts.errors import NotReady
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.signing.validation.trust_profile import TrustProfileError
from tests.postgres import owner_of
from tests.sez.link import answer_lost
from tests.sez.systems import BothSystems


@pytest.mark.clause("S216-18.7", "S216-18.2")
def test_a_sez_that_ended_before_the_answer_came_goes_on_with_the_same_bytes(
    systems: BothSystems,
) -> None:
    systems.link.accidents.append(answer_lost)
    tender = systems.announce_with_files()
    systems.send()
    systems.system.close()
    systems.system = open_system(systems.system.settings, systems.watch)
    assert systems.states(tender) == ["IN_FLIGHT"]
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert len(systems.events(PackageFormed)) == 1
    assert len(set(systems.link.packages)) == 1
    assert systems.recorded_versions() == [(tender, 1)]


def test_certificates_of_the_stand_never_serve_production(systems: BothSystems) -> None:
    settings = replace(systems.system.settings, environment=Environment.PRODUCTION)
    with pytest.raises(TrustProfileError, match="PRODUCTION"):
        open_system(settings)


@pytest.mark.clause("S216-19")
def test_whoever_shows_no_token_is_told_what_is_missing(systems: BothSystems) -> None:
    with systems.program() as program:
        for shown in ("", "Bearer", "Bearer wrong", "Basic wrong", "Bearer é"):
            answer = program.get("/api/v1/outbox", headers={b"authorization": shown.encode()})
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json() == {"detail": "a bearer token is needed"}
        put = program.put(f"/files/{'0' * 64}", content=b"x", headers={"authorization": ""})
        assert put.status_code == 401


def test_the_interface_is_described_without_asking_anybody_outside(systems: BothSystems) -> None:
    with systems.program() as program:
        page = program.get("/api/docs", headers={"authorization": ""})
        described = program.get("/api/openapi.json").json()["paths"]
    assert page.headers["content-security-policy"] == "default-src 'none'"
    assert "://" not in page.text
    assert "src=" not in page.text
    assert "<link" not in page.text
    assert all(path in page.text for path in described)
    for path, operations in described.items():
        for operation in operations.values():
            assert operation.get("description"), path


@pytest.mark.clause("S216-14", "S216-18.5", "S216-18.6")
def test_the_services_of_the_sez_are_published_where_it_is_reached(systems: BothSystems) -> None:
    with systems.program() as program:
        wsdl = program.get("/soap/?wsdl", headers={"authorization": ""})
        ready = program.get("/readyz").json()
    assert systems.system.settings.public_address in wsdl.text
    assert "urn:kz:tru-registry:sez:1" in wsdl.text
    assert "GetCapabilities" in wsdl.text
    assert ready["ready"] is True
    assert {"writer", "position", "follower lag", "signing key"} <= ready["checks"].keys()


def test_a_sez_signs_its_log_at_the_start_and_before_the_end(systems: BothSystems) -> None:
    def newest() -> int:
        rows = systems.system.log.recorder.select("SELECT max(size) FROM log.checkpoints", ())
        return int(rows[0][0])

    systems.announce()
    stop = threading.Event()
    systems.system.watch.begin(stop)
    stop.set()
    systems.system.watch.end()
    assert newest() > 0


@pytest.mark.clause("S216-18.2", "S216-18.3", "S216-18.7")
def test_readers_that_were_cut_do_not_end_the_sending(systems: BothSystems) -> None:
    system = systems.system
    stop = threading.Event()
    system.watch.begin(stop)
    try:
        for _ in range(3):
            cut_readers(system)
            tender = systems.announce_with_files()
            deadline = time.monotonic() + 60
            while systems.states(tender) != ["SYNCHRONISED"]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert system.watch.statuses["sending"].is_running
    finally:
        stop.set()
        system.watch.end()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_delivers_cannot_end_unseen(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    exchange = Exchange.transfer

    def once(registry: Exchange, message: bytes, operation: str) -> bytes:
        if not ended:
            ended.append(1)
            raise SystemExit  # which no handler of errors would catch
        return exchange(registry, message, operation)

    monkeypatch.setattr(Exchange, "transfer", once)
    stop = threading.Event()
    systems.system.watch.begin(stop)
    try:
        tender, sending = systems.announce_with_files(), systems.system.watch.statuses["sending"]
        deadline = time.monotonic() + 60
        while systems.states(tender) != ["SYNCHRONISED"] or not sending.failures:
            assert time.monotonic() < deadline  # another thread may deliver before it is noticed
            time.sleep(0.05)
        assert sending.failures == 1
        assert sending.is_running
    finally:
        stop.set()
        systems.system.watch.end()


def cut_readers(system: SezSystem) -> None:
    """The server ends every session that reads."""
    with psycopg.connect(owner_of(system.settings.database_url), autocommit=True) as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
            "pg_backend_pid() AND datname = current_database() "
            "AND application_name NOT LIKE 'writer%'"
        )


def test_a_sez_names_an_event_that_a_newer_program_wrote(systems: BothSystems) -> None:
    system = systems.system
    known = system.log.last_position()
    event = StoredEvent(uuid7(), 1, "from-the-future.1", b"{}")
    system.log.recorder.insert_events([event])
    stop = threading.Event()
    system.watch.begin(stop)
    try:
        deadline = time.monotonic() + 60
        while system.watch.statuses["sending"].row < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with pytest.raises(NotReady, match=f"position {known + 1} holds the topic"):
            system.watch.check()
    finally:
        stop.set()
        system.watch.end()

"""A system that is told to end does so soon, and lets go of its store (S216-18.7)."""

import socket
from pathlib import Path

import pytest

from deploy.supervisor import State, read_state
from tests.journeys.stand import Stand, running_stand, until
from tests.pki import Pki
from tests.postgres import Databases, database_name

SOON = 10.0
"""Seconds within which a process ends."""


def leaves_a_server(stand: Stand, name: str) -> bool:
    """Whether the embedded PostgreSQL of a system still runs."""
    marks = [stand.folder / name / "postgres"]
    path = marks[0] / "postgres.path"
    home = Path(path.read_text().strip()) if path.exists() else marks[0] / "postgres"
    return (home / "cluster" / "postmaster.pid").exists()


@pytest.mark.clause("S216-18.7")
def test_a_sez_told_to_end_ends_and_takes_its_postgresql_along(own_stand: Stand) -> None:
    stand = own_stand
    stand.start_sez()
    assert leaves_a_server(stand, "sez")
    code, seconds = stand.terminate("sez")
    assert (code, seconds < SOON, leaves_a_server(stand, "sez")) == (0, True, False)


@pytest.mark.clause("S216-18.7")
def test_a_registry_told_to_end_ends_and_takes_its_postgresql_along(own_stand: Stand) -> None:
    stand = own_stand
    stand.start_registry()
    code, seconds = stand.terminate("registry")
    assert (code, seconds < SOON, leaves_a_server(stand, "registry")) == (0, True, False)


def test_a_sez_whose_registry_never_answers_ends_soon_all_the_same(
    pki: Pki, tmp_path: Path, databases: Databases
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with running_stand(
            pki, tmp_path, databases, sez_changes={"SEZ_REGISTRY": address}
        ) as stand:
            stand.start_sez()
            tender = stand.sez.post("/api/v1/examples/tenders", {"example": "auction"})["object_id"]
            until(lambda: stand.sez.get(f"/api/v1/outbox/{tender}")[0]["message_id"])
            code, seconds = stand.terminate("sez")
    assert (code, seconds < SOON) == (0, True), seconds


@pytest.mark.clause("S216-18.7")
def test_a_registry_that_lost_the_writers_lock_ends_and_is_begun_again(
    pki: Pki, tmp_path: Path, databases: Databases
) -> None:
    with running_stand(pki, tmp_path, databases, supervised=True) as stand:
        stand.start_registry()
        first = read_state(tmp_path, "registry")
        assert first is not None
        databases.owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE 'writer%%' AND datname = %s",
            (database_name(stand.registry_changes["REGISTRY_DATABASE_URL"]),),
        )

        def begun_again() -> State | None:
            state = read_state(tmp_path, "registry")
            return state if state and state.pid and state.pid != first.pid else None

        again = until(begun_again, 60)
        assert (again.ends, again.last_exit) == (1, 130)
        until(lambda: stand.registry.get("/healthz") if is_open(stand.ports.registry) else None, 60)
        assert stand.registry.get("/readyz")["checks"]["duties"]["writer"] == "runs"


def is_open(port: int) -> bool:
    """Whether something listens on a port of the loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

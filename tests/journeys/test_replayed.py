"""Both systems on servers of their own are rebuilt by their commands, running and stopped."""

import subprocess

import psycopg
import pytest

from shared_contracts.event_log.database.binaries import find_binaries
from shared_contracts.event_log.database.placement import place
from tests.journeys.stand import Stand, synchronised
from tests.journeys.test_announcement import announce, start
from tests.registry.test_tamperings import OFF, ON

SYSTEMS = ("registry", "sez")


def replay(stand: Stand, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """How the command ended; what it made beside the store is gone."""
    ended = stand.command(name, "replay", *words)
    assert not (stand.folder / name / "replay").exists()
    return ended


def equal(stand: Stand, name: str) -> None:
    """A store is what its events make of it, each of its tables."""
    ended = replay(stand, name)
    assert ended.returncode == 0, f"{name}: {ended.stdout}{ended.stderr}"
    assert ended.stdout.splitlines()[-1] == "EQUAL"
    assert "OTHER" not in ended.stdout


def runs(stand: Stand, name: str) -> bool:
    """Whether the server of a system's store runs."""
    return bool(place(stand.folder / name / "postgres", find_binaries()).postmaster_lines())


@pytest.mark.clause("S216-12a")
def test_a_store_on_a_server_of_its_own_is_rebuilt_while_its_system_runs_and_when_it_has_stopped(
    own_stand: Stand,
) -> None:
    start(own_stand)
    synchronised(own_stand, announce(own_stand, "announcement"))
    for name in SYSTEMS:
        equal(own_stand, name)
        assert own_stand.is_running(name)
    for name in reversed(SYSTEMS):
        own_stand.terminate(name)
    for name in SYSTEMS:
        assert not runs(own_stand, name)
        equal(own_stand, name)
        assert not runs(own_stand, name), "the server that was begun for the replay goes on"
        altered(own_stand, name)


def altered(stand: Stand, name: str) -> None:
    """A row that somebody alters in a store that has stopped is named."""
    with stand.own_postgres(name) as dsn, psycopg.connect(dsn) as owner:
        for statement in (OFF, "UPDATE log.claims SET value = value || 'x'", ON):
            owner.execute(statement.encode())
    ended = replay(stand, name)
    assert ended.returncode == 1, ended.stderr
    assert "DIFFERS: log.claims" in ended.stdout

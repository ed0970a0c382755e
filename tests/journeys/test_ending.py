"""A system that is told to end does so soon, and lets go of its store (S216-18.7)."""

import socket
from pathlib import Path

import pytest

from tests.journeys.stand import Stand, standing, until
from tests.pki import Pki

SOON = 10.0
"""Seconds within which a process ends."""


def leaves_a_server(stand: Stand, name: str) -> bool:
    """Whether the embedded PostgreSQL of a system still runs."""
    marks = [stand.folder / name / "postgres"]
    path = marks[0] / "postgres.path"
    home = Path(path.read_text().strip()) if path.exists() else marks[0] / "postgres"
    return (home / "cluster" / "postmaster.pid").exists()


@pytest.mark.clause("S216-18.7")
def test_a_sez_told_to_end_ends_and_takes_its_postgresql_along(stand: Stand) -> None:
    stand.start_sez()
    assert leaves_a_server(stand, "sez")
    code, seconds = stand.terminate("sez")
    assert (code, seconds < SOON, leaves_a_server(stand, "sez")) == (0, True, False)


@pytest.mark.clause("S216-18.7")
def test_a_registry_told_to_end_ends_and_takes_its_postgresql_along(stand: Stand) -> None:
    stand.start_registry()
    code, seconds = stand.terminate("registry")
    assert (code, seconds < SOON, leaves_a_server(stand, "registry")) == (0, True, False)


def test_a_sez_whose_registry_never_answers_ends_soon_all_the_same(
    pki: Pki, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with standing(pki, tmp_path, sez_changes={"SEZ_REGISTRY": address}) as stand:
            stand.start_sez()
            tender = stand.sez.post("/api/v1/examples/tenders", {"example": "auction"})["object_id"]
            until(lambda: stand.sez.get(f"/api/v1/outbox/{tender}")[0]["message_id"])
            code, seconds = stand.terminate("sez")
    assert (code, seconds < SOON) == (0, True), seconds

"""Where the stores lie, and that each has one writer (S216-18.7)."""

from pathlib import Path

import httpx
import psycopg
import pytest

from tests.journeys.stand import Stand, running_stand, synchronised, until
from tests.pki import Pki
from tests.postgres import Databases


def test_both_systems_work_on_an_outside_postgresql(
    pki: Pki, tmp_path: Path, databases: Databases
) -> None:
    with (
        databases.empty() as empty,
        databases.fresh() as other,
        running_stand(
            pki,
            tmp_path,
            None,
            registry_changes={"REGISTRY_DATABASE_URL": empty},
            sez_changes={"SEZ_DATABASE_URL": other},
        ) as stand,
    ):
        stand.start_registry()
        stand.enter("SEZ01", "sez", "1.2.398.5.216.1.1")
        stand.start_sez()
        body = {"example": "announcement"}
        tender = stand.sez.post("/api/v1/examples/tenders", body)["object_id"]
        registry_id = synchronised(stand, tender)["registry_id"]
        stand.terminate("sez")
        stand.terminate("registry")
        assert not (tmp_path / "registry" / "postgres").exists()
        with psycopg.connect(empty) as connection:
            found = connection.execute(
                "SELECT topic FROM log.events WHERE originator_id = %s", (registry_id,)
            )
            assert found.fetchall() == [("purchase-announced.1",)]


@pytest.mark.clause("S216-18.7")
def test_a_registry_is_not_ready_while_its_database_may_only_be_read(own_stand: Stand) -> None:
    stand = own_stand
    stand.start_registry()

    def switch(statement: str, ready: bool) -> str:  # noqa: FBT001  # what is then awaited
        with (
            stand.own_postgres("registry") as dsn,
            psycopg.connect(dsn, autocommit=True) as owner,
        ):
            owner.execute(statement.encode())
            owner.execute("SELECT pg_reload_conf()")
        url = f"{stand.registry_address}/readyz"

        def look() -> str | None:
            told = httpx.get(url, trust_env=False).json()
            return str(told["checks"]["writer"]) if told["ready"] is ready else None

        return until(look)

    only_read = "ALTER SYSTEM SET default_transaction_read_only = on"
    assert "may only be read" in switch(only_read, ready=False)
    assert stand.registry.get("/api/v1/purchases", limit=1) == []  # questions are answered
    assert switch("ALTER SYSTEM RESET default_transaction_read_only", ready=True) == "None"


@pytest.mark.clause("S216-18.7")
@pytest.mark.parametrize("name", ["registry", "sez"])
def test_a_second_process_on_the_same_store_is_turned_away_and_told_who_writes(
    stand: Stand, name: str
) -> None:
    {"registry": stand.start_registry, "sez": stand.start_sez}[name]()
    first = (tmp := stand.folder / f"{name}.pid").read_text()
    assert tmp.exists()
    refused = stand.command(name, "serve", **{f"{name.upper()}_PORT": "0"})
    assert refused.returncode == 1
    assert f"another process writes to this store: writer pid {first} on" in refused.stderr
    system = stand.registry if name == "registry" else stand.sez
    assert system.get("/readyz")["ready"] is True

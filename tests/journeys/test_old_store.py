"""The stores of an earlier version are migrated, read and gone on with by this one."""

import json
import lzma
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from shared_contracts.event_log.database.migrate import application_dsn
from tests.journeys.stand import Stand, running_stand, synchronised
from tests.journeys.test_announcement import announce
from tests.pki import Pki
from tests.postgres import Databases

STORES = Path(__file__).parents[1] / "golden" / "stores"
DUMPED = b"tru_application"
"""The role of the application in the dumps, whose login owns the views."""

GROUP = f"tru_old_{os.getpid()}"
"""The same role in the test."""

HISTORY = [
    "purchase-announced.1",
    "tender-documentation-changed.1",
    "purchase-extended.1",
    "purchase-changed.1",
    "purchase-changed.1",
]
"""What happened to the purchase that changed most often."""

SECRET = "of-the-old-store"  # noqa: S105  # of a database of this test


@contextmanager
def roles(owner: "psycopg.Connection[Any]") -> Iterator[None]:
    """The roles of the application, as long as there are databases with things of theirs."""
    group, login = sql.Identifier(GROUP), sql.Identifier(f"{GROUP}_login")
    owner.execute(sql.SQL("CREATE ROLE {}").format(group))
    owner.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(login, group))
    yield
    owner.execute(sql.SQL("DROP ROLE {}, {}").format(login, group))


@contextmanager
def restored(databases: Databases, system: str) -> Iterator[str]:
    """The owner's DSN of a database in which the dump of a system's store was run."""
    statements = lzma.decompress((STORES / f"{system}.sql.xz").read_bytes())
    with databases.empty() as dsn:
        with psycopg.connect(dsn, autocommit=True) as inside:
            inside.execute(statements.replace(DUMPED, GROUP.encode()))
        yield dsn


@pytest.fixture(scope="module")
def owners(databases: Databases) -> Iterator[dict[str, str]]:
    """The owners' DSNs of both stores, as the earlier version left them."""
    with (
        roles(databases.owner),
        restored(databases, "registry") as registry,
        restored(databases, "sez") as sez,
    ):
        yield {"registry": registry, "sez": sez}


@pytest.fixture(scope="module")
def stand(
    pki: Pki, tmp_path_factory: pytest.TempPathFactory, owners: dict[str, str]
) -> Iterator[Stand]:
    """A stand of this version on those stores, migrated by its own commands."""
    changes = {
        f"{name}_changes": {f"{name.upper()}_DATABASE_URL": application_dsn(dsn, GROUP, SECRET)}
        for name, dsn in owners.items()
    }
    changes["sez_changes"]["SEZ_CONDITIONS"] = "1"  # it goes on under those it has on record
    with running_stand(pki, tmp_path_factory.mktemp("old"), None, **changes) as made:
        for name, dsn in owners.items():
            migrated = made.command(name, "migrate", "--owner-url", dsn)
            assert migrated.returncode == 0, migrated.stderr
        made.start_registry()
        made.start_sez()
        yield made


def asked(stand: Stand, *words: str) -> Any:
    """What a command tells as JSON."""
    answer = stand.command(*words, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def audited(stand: Stand, owners: dict[str, str]) -> None:
    """Both stores are as recorded, and all that follows from their events is as they make it."""
    for name, dsn in owners.items():
        told = stand.command("contracts", "audit", dsn)
        assert told.returncode == 0, f"{name}: {told.stdout}{told.stderr}"
        assert "as recorded" in told.stdout


def rebuilt(stand: Stand) -> None:
    """Both stores are what this version makes of their events, old and new."""
    for name in ("registry", "sez"):
        told = stand.command(name, "replay")
        assert told.returncode == 0, f"{name}: {told.stdout}{told.stderr}"
        assert told.stdout.splitlines()[-1] == "EQUAL"


def test_a_store_that_was_not_migrated_yet_is_not_replayed(
    stand: Stand, databases: Databases
) -> None:
    for name in ("registry", "sez"):
        with restored(databases, name) as dsn:
            told = stand.command(name, "replay", **{f"{name.upper()}_DATABASE_URL": dsn})
        assert told.returncode == 3, told.stdout
        assert "is not one of this version" in told.stderr
        assert "run the command migrate" in told.stderr


def test_a_store_that_was_not_migrated_yet_is_not_audited(
    stand: Stand, databases: Databases
) -> None:
    for name in ("registry", "sez"):
        with restored(databases, name) as dsn:
            told = stand.command("contracts", "audit", dsn)
        assert (told.returncode, told.stdout) == (2, "")
        assert "is not migrated to this version: it lacks the migrations 5 (nodes)" in told.stderr
        assert "run `registry migrate` or `sez migrate`" in told.stderr


def test_both_migrated_stores_are_rebuilt_from_their_events(stand: Stand) -> None:
    rebuilt(stand)


def test_an_audit_finds_both_migrated_stores_as_recorded(
    stand: Stand, owners: dict[str, str]
) -> None:
    audited(stand, owners)


def test_listings_and_histories_have_what_was_recorded_before(stand: Stand) -> None:
    listed = asked(stand, "registry", "purchases", "list")
    assert Counter(one["status"] for one in listed) == {"ANNOUNCED": 18, "FAILED": 1, "DELETED": 1}
    [extended] = [one for one in listed if one["version"] == 5]
    known = asked(stand, "registry", "purchases", "show", extended["registry_id"])
    assert known["state"]["status"] == "ANNOUNCED"
    assert [one["topic"] for one in known["history"]] == HISTORY
    pair = asked(stand, "sez", "tender", "show", extended["object_id"])
    assert pair["tender"]["status"] == "RUNNING"
    assert Counter(one["state"] for one in pair["versions"]) == {"SYNCHRONISED": 5}
    assert asked(stand, "sez", "outbox")["unsynchronised"] == []
    punctual = {one["sez_code"]: one["versions"] for one in asked(stand, "registry", "lateness")}
    assert punctual == {"SEZ01": 28, "SEZ02": 1}


def test_a_receipt_of_before_is_the_same_bytes_on_both_sides(stand: Stand) -> None:
    [one] = [one for one in asked(stand, "registry", "purchases", "list") if one["version"] == 5]
    [first, *_] = stand.sez.get(f"/api/v1/outbox/{one['object_id']}")
    message = first["message_id"]
    taken = stand.sez.get_bytes(f"/api/v1/packages/{message}/receipt")
    assert taken == stand.registry.get_bytes(f"/api/v1/messages/SEZ01/{message}/receipt")


def test_the_stores_are_gone_on_with(stand: Stand, owners: dict[str, str]) -> None:
    tender = announce(stand, "announcement")
    numbered = synchronised(stand, tender)["registry_id"]
    assert asked(stand, "registry", "purchases", "show", numbered)["state"]["version"] == 1
    audited(stand, owners)
    rebuilt(stand)

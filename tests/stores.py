"""Settings of both systems on the stand, and databases in which each has been opened once.

In such a database the views are there, and nothing has happened. To make them takes PostgreSQL
longer than to copy them, and most tests open a system or two.
"""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import psycopg

import registry.settings
from deploy.authority.identities import REGISTRY_OPERATOR
from registry.app import open_registry
from sez.app import open_system
from sez.settings import SezSettings
from shared_contracts.messages.versions import OF_CONDITIONS
from tests.calendars import further_editions
from tests.pki import Pki
from tests.postgres import Databases, owner_of


def registry_store(databases: Databases, pki: Pki) -> AbstractContextManager[str]:
    """A database of a Registry; gives its application's DSN."""
    return databases.prepared("registry", partial(_prepare, partial(_open_registry, pki)))


def sez_store(databases: Databases, pki: Pki) -> AbstractContextManager[str]:
    """A database of a SEZ; gives its application's DSN."""
    return databases.prepared("sez", partial(_prepare, partial(_open_sez, pki)))


def _prepare(opening: Callable[[Path, str], None], dsn: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        opening(Path(folder), dsn)
    with psycopg.connect(owner_of(dsn)) as owner:
        owner.execute("ALTER TABLE log.checkpoints DISABLE TRIGGER USER")
        owner.execute("DELETE FROM log.checkpoints")
        for guard in ("only_grows", "within_log"):
            owner.execute(f"ALTER TABLE log.checkpoints ENABLE ALWAYS TRIGGER {guard}".encode())


def _open_registry(pki: Pki, folder: Path, dsn: str) -> None:
    open_registry(registry_settings(pki, folder, dsn)).close()


def _open_sez(pki: Pki, folder: Path, dsn: str) -> None:
    open_system(settings(pki, folder, dsn, "http://127.0.0.1:1")).close()


def registry_settings(
    pki: Pki, data: Path, dsn: str, address: str = "http://127.0.0.1:8401"
) -> registry.settings.RegistrySettings:
    """Settings of a Registry on the stand, whose descriptions name an address."""
    return registry.settings.RegistrySettings(
        data=data,
        database_url=dsn,
        trust=pki.trust,
        key=pki.authority.key("registry"),
        certificate=pki.authority.chain("registry"),
        workers=0,
        calendar=further_editions(data / "calendar"),
        public_address=address,
        call_timeout=5,
        first_pause=0.05,
        longest_pause=0.4,
    )


def settings(pki: Pki, data: Path, dsn: str, address: str) -> SezSettings:
    """Settings of a SEZ on the stand that is quick to try again."""
    return SezSettings(
        data=data,
        database_url=dsn,
        registry=address,
        registry_bin=REGISTRY_OPERATOR.bin,
        trust=pki.trust,
        key=pki.authority.key("sez"),
        certificate=pki.authority.chain("sez"),
        users=pki.authority.folder,
        conditions=max(OF_CONDITIONS),
        call_timeout=10,
        first_pause=0.05,
        longest_pause=0.4,
    )

"""A Registry on a database of its own, with the test authority, and a SEZ that may transmit."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.authority.identities import SEZ2_OPERATOR, SEZ2_SYSTEM, SEZ_OPERATOR, SEZ_SYSTEM
from registry.app import RegistrySystem, open_registry
from registry.settings import RegistrySettings
from registry.systems.entry import RegisterEntry
from shared_contracts.messages.versions import OF_CONDITIONS
from tests.pki import Pki
from tests.registry.asking import Asker, asking
from tests.story import Clock, Story

_numbers = itertools.count(1)

SEZ = RegisterEntry(
    code="SEZ01",
    bin=SEZ_OPERATOR.bin,
    name=SEZ_OPERATOR.name,
    system_uid=SEZ_SYSTEM[0],
    access_date=date(2020, 1, 1),
    conditions=tuple(OF_CONDITIONS),
)
SEZ2 = RegisterEntry(
    code="SEZ02",
    bin=SEZ2_OPERATOR.bin,
    name=SEZ2_OPERATOR.name,
    system_uid=SEZ2_SYSTEM[0],
    access_date=date(2020, 1, 1),
    conditions=tuple(OF_CONDITIONS),
)


@contextmanager
def database(server: str, template: str) -> Iterator[str]:
    """A database of its own for as long as it is needed; gives the owner's DSN."""
    name = f"tru_intake_{os.getpid()}_{next(_numbers)}"
    names = (sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        yield make_conninfo(server, dbname=name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))


def settings(pki: Pki, data: Path, dsn: str) -> RegistrySettings:
    """Settings of a Registry on the stand."""
    return RegistrySettings(
        data=data,
        database_url=dsn,
        trust=pki.trust,
        key=pki.authority.key("registry"),
        certificate=pki.authority.chain("registry"),
        workers=0,
        arrivals_per_peer=3,
        arrivals_bytes=200_000,
    )


@contextmanager
def opened(pki: Pki, data: Path, dsn: str) -> Iterator[Story]:
    """A Registry at work, two SEZs registered; the story is told by the first of them."""
    clock = Clock()
    registry: RegistrySystem = open_registry(settings(pki, data, dsn), clock)
    registry.register.add(SEZ)
    registry.register.add(SEZ2)
    try:
        yield Story(registry, pki, clock)
    finally:
        registry.close()


@pytest.fixture
def story(
    pki: Pki, postgres_server: str, migrated_template: str, tmp_path: Path
) -> Iterator[Story]:
    """A Registry in which nothing has happened yet."""
    with database(postgres_server, migrated_template) as dsn, opened(pki, tmp_path, dsn) as told:
        yield told


@pytest.fixture(scope="module")
def shared(
    pki: Pki,
    postgres_server: str,
    migrated_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """A Registry that the tests of a module share: each looks at what it added itself."""
    data = tmp_path_factory.mktemp("registry")
    with database(postgres_server, migrated_template) as dsn, opened(pki, data, dsn) as told:
        yield told


@pytest.fixture
def ask(story: Story) -> Iterator[Asker]:
    """Asks the web application of the story's Registry."""
    with asking(story) as asker:
        yield asker

"""A Registry on a database of its own, with the test authority, and a SEZ that may transmit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from deploy.authority.identities import SEZ2_OPERATOR, SEZ2_SYSTEM, SEZ_OPERATOR, SEZ_SYSTEM
from registry.app import RegistrySystem, open_registry
from registry.settings import RegistrySettings
from registry.systems.entry import RegisterEntry
from shared_contracts.messages.versions import OF_CONDITIONS
from tests.calendars import further_editions
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.asking import Asker, asking
from tests.stores import registry_store
from tests.story import Clock, Story

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


def settings(pki: Pki, data: Path, dsn: str) -> RegistrySettings:
    """Settings of a Registry on the stand."""
    return RegistrySettings(
        data=data,
        database_url=dsn,
        trust=pki.trust,
        key=pki.authority.key("registry"),
        certificate=pki.authority.chain("registry"),
        workers=0,
        calendar=further_editions(data / "calendar"),
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
def story(pki: Pki, databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A Registry in which nothing has happened yet."""
    with registry_store(databases, pki) as dsn, opened(pki, tmp_path, dsn) as told:
        yield told


@pytest.fixture(scope="module")
def shared(
    pki: Pki,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """A Registry that the tests of a module share: each looks at what it added itself."""
    data = tmp_path_factory.mktemp("registry")
    with registry_store(databases, pki) as dsn, opened(pki, data, dsn) as told:
        yield told


@pytest.fixture
def ask(story: Story) -> Iterator[Asker]:
    """Asks the web application of the story's Registry."""
    with asking(story) as asker:
        yield asker

"""A store rebuilt on another major version of PostgreSQL, in another locale, has one digest."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg.conninfo import make_conninfo

from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.event_log.replaying.replay import as_text, replay
from tests.pki import Pki
from tests.postgres import Databases, memory_folder
from tests.registry.conftest import opened
from tests.registry.test_replay import ASKED
from tests.shared_contracts.event_log.database.test_embedded import installed


@contextmanager
def server(major: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The owner's DSN of an empty server of a major version."""
    monkeypatch.setenv("TRU_PG_BINDIR", str(installed()[major]))
    with memory_folder() as folder:
        own = EmbeddedPostgres(folder / str(major), database="rebuilt")
        try:
            yield own.start()
        finally:
            own.destroy()


@pytest.fixture(scope="module")
def store(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with databases.fresh() as dsn:
        with opened(pki, tmp_path_factory.mktemp("registry"), dsn) as story:
            for _ in range(3):
                story.post(story.packed(story.tender()))
            story.registry.intake.checkpointer.make()
            story.registry.follower.catch_up()
        yield dsn


@pytest.mark.skipif(15 not in installed(), reason="Debian's PostgreSQL 15 is not on this machine")
def test_postgresql_15_and_18_give_the_same_digest(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(15, monkeypatch) as fifteen:
        first = replay(store, fifteen, ASKED)
    with server(18, monkeypatch) as eighteen:
        second = replay(store, eighteen, ASKED)
    assert first.holds, "\n".join(as_text(first))
    assert (second.digest, second.holds) == (first.digest, True)


def test_another_locale_gives_the_same_digest(store: str, databases: Databases) -> None:
    """One in which the order of texts is not that of their bytes."""
    name = "tru_test_other_locale"
    databases.owner.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'kk' LOCALE 'C'"
    )
    try:
        outcome = replay(store, make_conninfo(databases.server, dbname=name), ASKED)
    finally:
        databases.owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert outcome.holds, "\n".join(as_text(outcome))

"""A store opens with the owner's DSN, which it does not keep, or with the application's alone."""

from pathlib import Path

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.migrate import migrate_for
from shared_contracts.event_log.store import PASSWORD, open_store
from tests.shared_contracts.event_log.database.test_migrate import drop_roles


def test_the_applications_password_is_made_once_and_only_its_user_reads_it(
    tmp_path: Path, empty_database: str
) -> None:
    open_store(tmp_path / "data", empty_database).close()
    file = tmp_path / "data" / PASSWORD
    first = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    open_store(tmp_path / "data", empty_database).close()
    assert file.read_text() == first
    drop_roles(empty_database, f"{conninfo_to_dict(empty_database)['dbname']}_application")


def test_a_store_opens_with_the_applications_url_alone(tmp_path: Path, empty_database: str) -> None:
    name = str(conninfo_to_dict(empty_database)["dbname"])
    url = make_conninfo(empty_database, user=f"{name}_login", password="own")  # noqa: S106
    migrate_for(empty_database, url)
    open_store(tmp_path, url).close()
    assert not (tmp_path / PASSWORD).exists()
    drop_roles(empty_database, name)


def test_a_database_that_may_only_be_read_is_told_in_words(
    tmp_path: Path, empty_database: str
) -> None:
    only_read = make_conninfo(empty_database, options="-c default_transaction_read_only=on")
    with pytest.raises(OperationalError, match=r"cannot be used: .*read-only transaction"):
        open_store(tmp_path, only_read)


def test_an_url_of_neither_owner_nor_application_is_told_the_cure(
    tmp_path: Path, owner_dsn: str
) -> None:
    stranger = f"{conninfo_to_dict(owner_dsn)['dbname']}_stranger"
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {stranger} LOGIN PASSWORD 'x'".encode())
    url = make_conninfo(owner_dsn, user=stranger, password="x")  # noqa: S106
    with pytest.raises(NeedsPerson, match=r"may not read the log.*registry migrate"):
        open_store(tmp_path, url)
    with psycopg.connect(owner_dsn, autocommit=True) as owner:
        owner.execute(f"DROP ROLE {stranger}".encode())

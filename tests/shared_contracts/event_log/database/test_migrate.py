"""Migrations go forward only, may be repeated, and leave the application no way around."""

import psycopg
import pytest
from eventsourcing.persistence import NotSupportedError
from psycopg import Connection, OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.migrate import (
    application_dsn,
    ensure_migrated,
    migrate,
    migrate_for,
    migrations,
    owns,
    pending,
)
from shared_contracts.event_log.log import Commit, EventLog
from shared_contracts.event_log.writing.writer import Writer
from tests.shared_contracts.event_log.facts import fact


def drop_roles(administrator_dsn: str, group: str | None, owner: str | None = None) -> None:
    roles = [f"{group}_login", group] if group else []
    with psycopg.connect(administrator_dsn, autocommit=True) as administrator:
        if owner:
            name = administrator.info.dbname
            administrator.execute(f"ALTER DATABASE {name} OWNER TO CURRENT_USER".encode())
            administrator.execute(f"REASSIGN OWNED BY {owner} TO CURRENT_USER".encode())
            roles.append(owner)
        for role in roles:
            administrator.execute(f"DROP OWNED BY {role}".encode())
            administrator.execute(f"DROP ROLE {role}".encode())


def test_migration_makes_an_empty_database_ready_and_may_be_repeated(empty_database: str) -> None:
    application = migrate(empty_database, password="kept")  # noqa: S106 - a sample
    assert migrate(empty_database, password="kept") == application  # noqa: S106 - a sample
    name = conninfo_to_dict(empty_database)["dbname"]
    assert conninfo_to_dict(application)["user"] == f"{name}_application_login"
    log = EventLog(application)
    assert log.append(Commit((fact(),))) == 1
    log.close()
    with psycopg.connect(empty_database) as owner:
        assert pending(owner) == ()
    assert migrate(empty_database) != application  # each has a password of its own
    drop_roles(empty_database, f"{name}_application")


def test_a_database_of_a_newer_program_is_refused(owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn) as owner:
        owner.execute("INSERT INTO log.migrations VALUES (9999, 'later', 'x')")
    with pytest.raises(NeedsPerson, match=r"migration 9999.*start the newer program"):
        migrate(owner_dsn)


def test_an_edited_migration_is_refused(owner_dsn: str) -> None:
    with psycopg.connect(owner_dsn) as owner:
        owner.execute("UPDATE log.migrations SET digest = 'x' WHERE number = 1")
    with pytest.raises(NeedsPerson, match=r"migration 1 \(log\) was edited"):
        migrate(owner_dsn)


def test_steps_are_numbered_without_a_gap() -> None:
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_an_owner_that_is_no_superuser_migrates(empty_database: str) -> None:
    name = str(conninfo_to_dict(empty_database)["dbname"])
    owner = f"{name}_owner"
    with psycopg.connect(empty_database, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD 'x'".encode())
        administrator.execute(f"ALTER DATABASE {name} OWNER TO {owner}".encode())
    log = EventLog(migrate(make_conninfo(empty_database, user=owner, password="x")))  # noqa: S106
    assert log.append(Commit((fact(),))) == 1
    log.close()
    drop_roles(empty_database, f"{name}_application", owner)


def test_an_owner_that_may_make_no_roles_is_told_the_cure(empty_database: str) -> None:
    name = str(conninfo_to_dict(empty_database)["dbname"])
    owner = f"{name}_owner"
    with psycopg.connect(empty_database, autocommit=True) as administrator:
        administrator.execute(f"CREATE ROLE {owner} LOGIN PASSWORD 'x'".encode())
        administrator.execute(f"ALTER DATABASE {name} OWNER TO {owner}".encode())
    with pytest.raises(NeedsPerson, match=r"may not create role.*give .* CREATEROLE"):
        migrate(make_conninfo(empty_database, user=owner, password="x"))  # noqa: S106
    drop_roles(empty_database, None, owner)


FORBIDDEN_TO_APPLICATION = (
    "INSERT INTO log.events SELECT * FROM log.events",
    "INSERT INTO log.evidence SELECT * FROM log.evidence",
    "INSERT INTO log.claims VALUES ('a', 'b')",
    "INSERT INTO log.heads SELECT * FROM log.heads",
    "UPDATE log.events SET topic = 'x.1'",
    "UPDATE log.heads SET version = 0",
    "UPDATE log.tail SET position = 0",
    "DELETE FROM log.events",
    "DELETE FROM log.evidence",
    "DELETE FROM log.claims",
    "DELETE FROM log.checkpoints",
    "UPDATE log.checkpoints SET note = ''",
    "DELETE FROM log.nodes",
    "UPDATE log.nodes SET hash = sha256('x')",
    "TRUNCATE log.events",
    "TRUNCATE log.evidence, log.claims",
    "DROP TABLE log.events",
    "ALTER TABLE log.events DISABLE TRIGGER only_grows",
    "CREATE TABLE log.other (x int)",
    "CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "SET ROLE postgres",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_creat(-1)",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT pg_cancel_backend(pg_backend_pid())",
    "CREATE TABLE public.mine (x int)",
)

FORBIDDEN_TO_OWNER = (
    "UPDATE log.events SET topic = 'x.1'",
    "DELETE FROM log.events",
    "TRUNCATE log.events",
    "UPDATE log.evidence SET body = ''",
    "DELETE FROM log.evidence",
    "TRUNCATE log.evidence",
    "UPDATE log.claims SET value = ''",
    "DELETE FROM log.claims",
    "TRUNCATE log.claims",
    "DELETE FROM log.checkpoints",
    "TRUNCATE log.checkpoints",
    "UPDATE log.nodes SET hash = sha256('x')",
    "DELETE FROM log.nodes",
    "TRUNCATE log.nodes",
)


def refused(connection: Connection, statement: str) -> bool:
    try:
        connection.execute(statement.encode())
    except InsufficientPrivilege:
        return True
    finally:
        connection.rollback()
    return False


@pytest.mark.clause("S216-12a")
def test_the_application_cannot_alter_the_log(log: EventLog, dsn: str) -> None:
    log.append(Commit((fact(),)))
    with psycopg.connect(dsn) as application:
        allowed = [each for each in FORBIDDEN_TO_APPLICATION if not refused(application, each)]
    assert allowed == []


@pytest.mark.clause("S216-12a")
def test_the_application_does_not_become_the_owner_over_the_same_socket(dsn: str) -> None:
    for changes in ({"password": None}, {"password": ""}, {}):
        with pytest.raises(OperationalError):
            psycopg.connect(make_conninfo(dsn, user="postgres", **changes))


def test_the_applications_dsn_has_no_secret_of_the_owner() -> None:
    owner = "user=o password=secret passfile=/p sslkey=/k host=h dbname=d"
    known = conninfo_to_dict(application_dsn(owner, "app", "own"))
    assert known == {"user": "app_login", "password": "own", "host": "h", "dbname": "d"}


def test_the_owner_migrates_and_the_application_serves_with_its_own_url(
    empty_database: str,
) -> None:
    name = str(conninfo_to_dict(empty_database)["dbname"])
    url = make_conninfo(empty_database, user=f"{name}_login", password="its-own")  # noqa: S106
    migrate_for(empty_database, url)
    assert owns(empty_database)
    assert not owns(url)
    ensure_migrated(url)
    log = EventLog(url)
    assert log.append(Commit((fact(),))) == 1
    log.close()
    with psycopg.connect(url) as application:
        assert refused(application, "CREATE TEMPORARY TABLE mine (x int)")
    drop_roles(empty_database, name)


def test_the_applications_url_on_a_database_without_all_steps_is_refused_with_the_cure(
    owner_dsn: str, dsn: str
) -> None:
    with psycopg.connect(owner_dsn) as owner:
        owner.execute("DELETE FROM log.migrations WHERE number = 3")
    with pytest.raises(NeedsPerson, match=r"lacks 1 migrations.*registry migrate"):
        ensure_migrated(dsn)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "names user ''"),
        ("user=postgres password=x dbname=d", "names user 'postgres'"),
        ("user=_login password=x dbname=d", "names user '_login'"),
        ("user=a_login dbname=d", "with a password"),
        ("user=a_login password=x dbname=other", "different databases"),
    ],
)
def test_an_url_that_names_no_login_of_the_application_is_told(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        migrate_for("user=o dbname=d", url)


@pytest.mark.clause("S216-12a")
def test_the_owner_cannot_alter_the_log_by_a_slip(log: EventLog, owner_dsn: str) -> None:
    log.append(Commit((fact(),)))
    with psycopg.connect(owner_dsn) as owner:
        assert [each for each in FORBIDDEN_TO_OWNER if not refused(owner, each)] == []
        owner.execute("SET session_replication_role = replica")
        assert refused(owner, "DELETE FROM log.events")


def test_the_owner_is_no_writer(owner_dsn: str) -> None:
    with pytest.raises(NotSupportedError, match="with the DSN that migrate gives"):
        Writer(owner_dsn)

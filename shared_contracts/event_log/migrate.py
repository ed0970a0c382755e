"""Brings a database to the present schema: forward only, by the owner's role."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import InsufficientPrivilege

_MIGRATING = 7_218_001
"""Key of the advisory lock that lets one migration run at a time."""


class MigrationRefused(Exception):
    """The database and the program do not belong together; the text says how and what to do."""


@dataclass(frozen=True)
class Migration:
    """One step forward; a published step is never edited."""

    number: int
    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the step's text, lower hex."""
        return sha256(self.text.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """The steps this program knows, in their order."""
    return tuple(sorted(_read(), key=lambda step: step.number))


def _read() -> Iterator[Migration]:
    for file in files("shared_contracts.event_log").joinpath("migrations").iterdir():
        number, _, name = file.name.removesuffix(".sql").partition("_")
        if file.name.endswith(".sql"):
            yield Migration(int(number), name, file.read_text(encoding="utf-8"))


def migrate(owner_dsn: str, *, application: str | None = None, password: str | None = None) -> str:
    """Migrate the database of ``owner_dsn`` and give the application's own DSN.

    ``application`` names the group role that may append and read (by default DBNAME_application);
    its login user is that name with ``_login``. Without a ``password`` the login relies on what
    the server's pg_hba.conf allows (peer, a private socket, a password file). Raises
    MigrationRefused if the database is newer than this program or was migrated by an edited step.
    """
    with psycopg.connect(owner_dsn, autocommit=False) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        group = application or f"{connection.info.dbname}_application"
        _apply_missing(connection)
        _make_roles(connection, group, password)
    return application_dsn(owner_dsn, group, password)


def application_dsn(owner_dsn: str, application: str, password: str | None = None) -> str:
    """The owner's DSN with the application's login in the place of the owner."""
    login = f"{application}_login"
    return make_conninfo(owner_dsn, user=login, password=password)


def pending(connection: Connection) -> tuple[Migration, ...]:
    """The steps that the database still lacks."""
    done = _applied(connection)
    return tuple(step for step in migrations() if step.number not in done)


def _applied(connection: Connection) -> dict[int, str]:
    known = connection.execute("SELECT to_regclass('log.migrations')").fetchone()
    if known is None or known[0] is None:
        return {}
    return dict(connection.execute("SELECT number, digest FROM log.migrations").fetchall())


def _apply_missing(connection: Connection) -> None:
    done = _applied(connection)
    _check_history(done)
    for step in migrations():
        if step.number not in done:
            connection.execute(step.text.encode())
            _note(connection, step)


def _check_history(done: dict[int, str]) -> None:
    known = {step.number: step for step in migrations()}
    for number, digest in sorted(done.items()):
        if number not in known:
            raise MigrationRefused(
                f"the database has migration {number}, this program ends at {max(known)}: "
                "start the newer program"
            )
        if known[number].digest != digest:
            raise MigrationRefused(
                f"migration {number} ({known[number].name}) was edited after it was applied: "
                "restore its text and put the change into a new step"
            )


def _note(connection: Connection, step: Migration) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS log.migrations (number int PRIMARY KEY, name text NOT NULL, "
        "digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
    )
    connection.execute(
        "INSERT INTO log.migrations (number, name, digest) VALUES (%s, %s, %s)",
        (step.number, step.name, step.digest),
    )


def _make_roles(connection: Connection, group: str, password: str | None) -> None:
    login = f"{group}_login"
    _create_role(connection, group, "NOLOGIN")
    if _create_role(connection, login, "LOGIN"):
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(login))
        )
    if password is not None:
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(login), sql.Literal(password)
            )
        )
    grants = files("shared_contracts.event_log").joinpath("grants.sql").read_text(encoding="utf-8")
    name = sql.Identifier(group).as_string(connection)
    connection.execute(grants.replace(":application", name).encode())


def _create_role(connection: Connection, name: str, kind: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    if found is None:
        statement = sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), sql.SQL(kind))
        try:
            connection.execute(statement)
        except InsufficientPrivilege as error:
            raise MigrationRefused(
                f"{connection.info.user} may not create role {name}: let an administrator create "
                f"it ({kind}), its login as a member, or give {connection.info.user} CREATEROLE"
            ) from error
    return found is None

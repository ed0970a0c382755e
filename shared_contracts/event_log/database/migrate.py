"""Brings a database to the present schema: forward only, by the owner's role."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from eventsourcing.persistence import OperationalError
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.session import AWAY, connect

_MIGRATING = 7_218_001
"""Key of the advisory lock that lets one migration run at a time."""

LOGIN = "_login"
"""What the name of the application's login has after that of its group."""

_SECRETS = frozenset({"password", "passfile", "service", "sslkey", "sslcert", "sslpassword"})
"""Parts of a DSN by which the owner proves who it is."""


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
    its login user is that name with ``_login``, with ``password``, or a new one that only the DSN
    tells. Raises NeedsPerson if the database is newer than this program, was migrated by an
    edited step, or if the owner may not make the roles.
    """
    secret = password or secrets.token_urlsafe(24)
    with connect(owner_dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        group = application or f"{connection.info.dbname}_application"
        _apply_missing(connection)
        _make_roles(connection, group, secret)
    return application_dsn(owner_dsn, group, secret)


def application_dsn(owner_dsn: str, application: str, password: str) -> str:
    """The DSN of the application's login on the owner's database; of the owner it has no secret."""
    known = conninfo_to_dict(owner_dsn)
    kept = {name: value for name, value in known.items() if name not in _SECRETS}
    return make_conninfo("", **{**kept, "user": f"{application}{LOGIN}", "password": password})


def migrate_for(owner_dsn: str, url: str | None) -> None:
    """Migrate, and let the login of ``url``, the application's DSN, work with its password.

    Raises NeedsPerson, OperationalError if the database does not answer, ValueError if
    ``url`` names no login that ends in _login, or no password, or another database.
    """
    known = conninfo_to_dict(url or "")
    user, password = str(known.get("user") or ""), str(known.get("password") or "")
    if not user.removesuffix(LOGIN) or not user.endswith(LOGIN) or not password:
        raise ValueError(
            f"the application's URL names user {user!r}: a user whose name ends in {LOGIN} is "
            "wanted, with a password; that login is made and given this password"
        )
    if known.get("dbname") != conninfo_to_dict(owner_dsn).get("dbname"):
        raise ValueError("the owner's URL and the application's name different databases")
    try:
        migrate(owner_dsn, application=user.removesuffix(LOGIN), password=password)
    except AWAY as error:
        raise OperationalError(f"the database cannot be used: {error}") from error


def owns(dsn: str) -> bool:
    """Whether this DSN is the owner's of the database, who migrates it."""
    with connect(dsn) as connection:
        row = connection.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
        return row.fetchone() == (True,)


def ensure_migrated(dsn: str) -> None:
    """Raise NeedsPerson unless the owner has brought the database to this program's steps."""
    with connect(dsn) as connection:
        try:
            missing = pending(connection)
        except InsufficientPrivilege as error:
            user = connection.info.user
            raise NeedsPerson(
                f"role {user} may not read the log: name it in the application's URL and migrate "
                "with the owner's (`registry migrate`, `sez migrate`)"
            ) from error
        _check_history(_applied(connection))
    if missing:
        raise NeedsPerson(
            f"the database lacks {len(missing)} migrations, and the URL is not its owner's: run "
            "`registry migrate` or `sez migrate` with the owner's URL first"
        )


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
            raise NeedsPerson(
                f"the database has migration {number}, this program ends at {max(known)}: "
                "start the newer program"
            )
        if known[number].digest != digest:
            raise NeedsPerson(
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


def _make_roles(connection: Connection, group: str, password: str) -> None:
    login = f"{group}{LOGIN}"
    _create_role(connection, group, "NOLOGIN")
    if _create_role(connection, login, "LOGIN"):
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(login))
        )
    _set_password(connection, login, password)
    grants = files("shared_contracts.event_log").joinpath("grants.sql").read_text(encoding="utf-8")
    name = sql.Identifier(group).as_string(connection)
    connection.execute(grants.replace(":application", name).encode())


def _set_password(connection: Connection, login: str, password: str) -> None:
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    try:
        connection.execute(statement.format(sql.Identifier(login), sql.Literal(password)))
    except InsufficientPrivilege as error:
        raise NeedsPerson(
            f"{connection.info.user} may not set the password of role {login}: let whoever "
            "created that role give the owner ADMIN OPTION on it, or remove it"
        ) from error


def _create_role(connection: Connection, name: str, kind: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    if found is None:
        statement = sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(name), sql.SQL(kind))
        try:
            connection.execute(statement)
        except InsufficientPrivilege as error:
            raise NeedsPerson(
                f"{connection.info.user} may not create role {name}: let an administrator create "
                f"it ({kind}), its login as a member, or give {connection.info.user} CREATEROLE"
            ) from error
    return found is None

"""Sessions with the database, on which no wait is without an end (S216-18.7).

Three limits, for three kinds of silence: the server ends a statement or a wait for a lock that
takes too long; the kernels of both sides break a connection whose data nobody acknowledges; and
where the server's kernel acknowledges but its process does not go on, the session gives up by
itself.
"""

import select
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import (
    IdleInTransactionSessionTimeout,
    OperationalError,
    ReadOnlySqlTransaction,
)
from psycopg_pool import ConnectionPool
from typing_extensions import override

STATEMENT = 30
"""Most seconds of one statement, by the server's clock."""

LOCK = 10
"""Most seconds of a wait for a lock of the database."""

IDLE = 30
"""Most seconds that a transaction may stand open with nobody asking."""

TIMEOUT = 40.0
"""Most seconds that a session waits for any answer; more than the server itself allows."""

AWAY = (OperationalError, ReadOnlySqlTransaction, IdleInTransactionSessionTimeout)
"""What is raised while the database cannot do what it otherwise does: it is away, full, or only to
be read, or a session of a process that was stopped stood still for longer than ``IDLE``."""

_NETWORK = {
    "connect_timeout": 10,
    "tcp_user_timeout": 10_000,  # ms; keepalives do not count while sent data are unacknowledged
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
"""When a TCP connection counts as broken; a unix socket has no use for it."""

_NETWORK_AT_SERVER = {
    "tcp_user_timeout": 10_000,
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
}
"""The same at the server, whose own default keeps the locks of a lost session for two hours."""


class Session(Connection[Any]):
    """A connection that waits at most ``TIMEOUT`` seconds, and is closed when that was in vain."""

    @override
    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer; raises OperationalError where none came, and ends the session."""
        try:
            return super().wait(gen, interval, TIMEOUT if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as silence:  # noqa: SLF001  # what psycopg raises
            if timeout is not None:
                raise  # psycopg's own question, which it answers itself
            self.close()
            raise OperationalError(f"the database gave no answer in {TIMEOUT:g} s") from silence


def check(session: Session) -> None:
    """Raise OperationalError if an idle session was cut; it costs no question while it is silent.

    The server says nothing to an idle session unless it ends it, so only then is it asked.
    """
    idle = select.poll()
    idle.register(session.fileno(), select.POLLIN)
    if idle.poll(0):
        ConnectionPool.check_connection(session)


def connect(dsn: str, *, autocommit: bool = False) -> Connection[Any]:
    """A session without limits of its own, as who migrates or audits needs it."""
    return psycopg.connect(_over_network(dsn), autocommit=autocommit)


def _over_network(dsn: str) -> str:
    """A DSN by which a silent network is noticed; what it sets already stays as it is."""
    known = conninfo_to_dict(dsn)
    options = str(known.get("options") or "")
    for name, value in _NETWORK_AT_SERVER.items():
        if name not in options:
            options = f"{options} -c {name}={value}"
    return make_conninfo(dsn, **{**_NETWORK, **known, "options": options.strip()})


def limited(dsn: str, *, timezone: str, **more: str) -> str:
    """A DSN for a session of the application: all limits, a time zone, and ``more`` parameters."""
    known = _over_network(dsn)
    options = (
        f"{conninfo_to_dict(known)['options']} -c timezone={timezone} -c lock_timeout={LOCK}s "
        f"-c statement_timeout={STATEMENT}s -c idle_in_transaction_session_timeout={IDLE}s"
    )
    return make_conninfo(known, **{**more, "options": options})

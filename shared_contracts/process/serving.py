"""A system as a process: it serves until it is told to stop, and lets go of what it holds."""

import faulthandler
import os
import signal
import socket
import sys
import threading
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from ssl import SSLContext
from types import FrameType
from typing import Protocol

import structlog
import uvicorn
from eventsourcing.persistence import OperationalError, PersistenceError
from fastapi import FastAPI
from typing_extensions import override

from shared_contracts.errors import Diagnosed
from shared_contracts.http.connections.bounds import BACKLOG, Bounds, raise_descriptors
from shared_contracts.http.connections.protocol_factory import bounded, loop_for
from shared_contracts.http.connections.tls import tls_context
from shared_contracts.process import journal
from shared_contracts.process.command_line import ExitCode, failed
from shared_contracts.process.garbage import collect_seldom

log = structlog.get_logger(__name__)

REASONS = (ValueError, OSError, PersistenceError, Diagnosed)
"""Why a system may not open: settings, keys, database, another writer; the text says it."""


GRACE = 4
"""Seconds that requests under way have to end when the process is told to."""

LAST = 20.0
"""Seconds after which a process that was told to end is ended, whatever it still does."""


WATCHDOG_INTERVAL = 5
"""Seconds between two signs of life to systemd."""


class ListenAddress(Protocol):
    """Where a system is served: its host and port, and its TLS key and certificate if any."""

    @property
    def host(self) -> str:
        """Address to bind."""

    @property
    def port(self) -> int:
        """Port to bind."""

    @property
    def tls_key(self) -> Path | None:
        """PEM file of the TLS key."""

    @property
    def tls_certificate(self) -> Path | None:
        """PEM file of the TLS certificate chain."""

    @property
    def connections(self) -> int:
        """Most connections at once."""

    @property
    def connections_per_peer(self) -> int:
        """Most connections at once from one address."""


class WebServer(uvicorn.Server):
    """The web server; from the moment it is told to end it has ``LAST`` seconds."""

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End; whatever hangs, the process does not hang with it."""
        if not self.should_exit:
            last = threading.Timer(LAST, _leave)
            last.daemon = True
            last.start()
        super().handle_exit(sig, frame)


async def _tell_systemd() -> None:
    """Tell systemd, where it began this process, that the event loop goes round (sd_notify)."""
    if address := os.environ.get("NOTIFY_SOCKET"):
        where = "\0" + address[1:] if address.startswith("@") else address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as system, suppress(OSError):
            system.sendto(b"READY=1\nWATCHDOG=1", where)


def _leave() -> None:
    log.critical("the process did not end in time: it is ended", seconds=LAST)
    faulthandler.dump_traceback(all_threads=True)
    os._exit(1)


def serve(
    system: AbstractContextManager[FastAPI], place: ListenAddress, client_ca: Path | None = None
) -> None:
    """Open a system, serve it at a place, and close it, whatever ends it.

    ``client_ca`` vouches for the certificates that clients show in TLS; without it none is asked.

    SIGTERM ends the process through every ``finally``: the web server passes it on when it has
    ended, and unheard it would end the process there. Requests under way then have ``GRACE``
    seconds. SIGUSR1 writes the stack of every thread to standard error. What keeps the system from
    opening ends the process with the exit code of its family.
    """
    os.umask(0o077)  # what it writes is for its own user alone
    journal.set_up()
    faulthandler.register(signal.SIGUSR1)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    with ExitStack() as held:
        try:
            tls = tls_context(place.tls_key, place.tls_certificate, client_ca)
            app = held.enter_context(system)
            collect_seldom()
        except REASONS as reason:
            raise failed(f"cannot serve: {reason}", _exit_code(reason)) from reason
        server = WebServer(_config(app, place, tls))
        try:
            server.run()
        except KeyboardInterrupt:  # an operator's, or the guard's: no success either way
            sys.exit(130)
        if not server.started:
            sys.exit(ExitCode.DEFECT)


def _exit_code(reason: ValueError | OSError | PersistenceError | Diagnosed) -> ExitCode:
    match reason:
        case Diagnosed():
            return ExitCode(reason.exit_code)
        case OperationalError():
            return ExitCode.UNREACHABLE
        case PersistenceError():  # the database is there and cannot be used in this way
            return ExitCode.REFUSED
        case ValueError() | OSError():  # a file or a setting
            return ExitCode.USAGE


def _config(app: FastAPI, place: ListenAddress, tls: SSLContext | None) -> uvicorn.Config:
    wanted = Bounds(connections=place.connections, per_peer=place.connections_per_peer)
    bounds = wanted.within(raise_descriptors())
    return uvicorn.Config(
        app,
        host=place.host,
        port=place.port,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,  # who connects is told by the connection, not by who connects
        callback_notify=_tell_systemd,
        timeout_notify=WATCHDOG_INTERVAL,
        ws="none",
        loop=loop_for(tls),
        backlog=BACKLOG,
        http=bounded(bounds, tls),  # type: ignore[arg-type]  # a maker is enough
    )

"""A system as a process: it serves until it is told to stop, and lets go of what it holds."""

import faulthandler
import signal
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

import uvicorn
from eventsourcing.persistence import PersistenceError
from fastapi import FastAPI

from shared_contracts.event_log.binaries import PostgresMissing
from shared_contracts.event_log.migrate import MigrationRefused
from shared_contracts.signing.gost.backends import BackendUnavailable

REASONS = (
    ValueError,
    OSError,
    PersistenceError,
    MigrationRefused,
    PostgresMissing,
    BackendUnavailable,
)
"""Why a system may not open: settings, keys, database, another writer; the text says it."""


class Place(Protocol):
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


def serve(system: AbstractContextManager[FastAPI], place: Place) -> None:
    """Open a system, serve it at a place, and close it, whatever ends it.

    SIGTERM ends the process through every ``finally``: the web server passes it on when it has
    ended, and unheard it would end the process there. SIGUSR1 writes the stack of every thread to
    standard error.
    """
    faulthandler.register(signal.SIGUSR1)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    with ExitStack() as held:
        try:
            app = held.enter_context(system)
        except REASONS as reason:
            sys.exit(f"cannot serve: {reason}")
        uvicorn.run(
            app,
            host=place.host,
            port=place.port,
            log_level="warning",
            access_log=False,
            ssl_keyfile=place.tls_key,
            ssl_certfile=place.tls_certificate,
        )

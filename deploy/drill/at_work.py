"""Both systems at work on copies of their stores, as they are served, in this process."""

import logging
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

import registry.app
import registry.web
import sez.app
import sez.web
from deploy.drill.sides import SIDES, Side
from deploy.drill.snapshot import Snapshot
from registry.settings import RegistrySettings
from sez.settings import SezSettings
from shared_contracts.errors import NeedsPerson
from shared_contracts.event_log.database.migrate import application_dsn
from shared_contracts.event_log.store import PASSWORD
from shared_contracts.http.remote import Remote
from shared_contracts.process import configuration
from shared_contracts.process.serving import REASONS

APPLICATION = "tru_application"
"""The group role of the application on the stand's servers."""


class DoesNotOpen(NeedsPerson):
    """A system does not start on its store; the words say which, and why."""


@dataclass(frozen=True, slots=True)
class Work:
    """Both systems as their people's programs reach them, and the parts that are asked to go on."""

    remotes: dict[Side, Remote]
    registry: registry.app.RegistrySystem
    sez: sez.app.SezSystem


@contextmanager
def at_work(snapshot: Snapshot, dsns: dict[Side, str], folder: Path) -> Iterator[Work]:
    """Open and serve both systems on these stores; raises DoesNotOpen.

    Their data folders are copied, for files and tokens are there. Nothing runs by the clock: who
    asks has each step done.
    """
    stand = snapshot.stand
    for side in SIDES:
        left_out = shutil.ignore_patterns("postgres")
        shutil.copytree(stand.folder / side, folder / side, ignore=left_out)
    registry_own = {"REGISTRY_DATA": str(folder / "registry"), "REGISTRY_WORKERS": "0"}
    registry_own["REGISTRY_DATABASE_URL"] = _login(folder / "registry", dsns["registry"])
    sez_own = {"SEZ_DATA": str(folder / "sez")}
    sez_own["SEZ_DATABASE_URL"] = _login(folder / "sez", dsns["sez"])
    with ExitStack() as held:
        with _opening("registry"):
            settings = configuration.read(
                RegistrySettings, "REGISTRY", stand.registry_environment() | registry_own
            )
            public = registry.app.open_registry(settings)
        held.callback(public.close)
        held.enter_context(_served(registry.web.web(public), stand.ports.registry))
        with _opening("sez"):
            own = configuration.read(SezSettings, "SEZ", stand.sez_environment() | sez_own)
            private = sez.app.open_system(own)
        held.callback(private.close)
        held.enter_context(_served(sez.web.web(private), stand.ports.sez))
        remotes: dict[Side, Remote] = {"registry": stand.registry, "sez": stand.sez}
        yield Work(remotes, public, private)


def _login(data: Path, owner: str) -> str:
    """The DSN of the application, which the system serves with."""
    return application_dsn(owner, APPLICATION, (data / PASSWORD).read_text("ascii").strip())


@contextmanager
def _opening(side: Side) -> Iterator[None]:
    try:
        yield
    except REASONS as why:
        raise DoesNotOpen(f"{side}: {why}") from why


@contextmanager
def _served(app: FastAPI, port: int) -> Iterator[None]:
    """Serve on loopback from a thread of its own; only on request does anything happen."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, log_level="error", ws="none",
        lifespan="off", access_log=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def be_quiet() -> None:
    """Leave what the systems write to their journals unsaid: the table says what was found."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

"""Both systems as processes on loopback, started by their commands, in a folder of their own."""

import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from typing_extensions import override

from deploy.authority.identities import REGISTRY_OPERATOR
from deploy.stand import DemoStand, Ports, free_ports
from shared_contracts.astana_time import now
from shared_contracts.counterpart import Counterpart, believe
from shared_contracts.event_log.database.embedded import EmbeddedPostgres
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.trust import CertificateChecker, load_profile
from shared_contracts.signing.validation.revocation import HttpFetch
from tests.pki import Pki
from tests.postgres import Databases
from tests.prepared.client import Begun, Prepared, prepared, ran

T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds to wait for what comes by itself."""


@dataclass(frozen=True)
class Stand(DemoStand):
    """The stand of the demonstration, with the session's authority and what a test changes."""

    registry_changes: Mapping[str, str] = field(default_factory=dict)
    sez_changes: Mapping[str, str] = field(default_factory=dict)
    begun: dict[int, Begun] = field(default_factory=dict)

    @override
    def registry_environment(self) -> dict[str, str]:
        return {**super().registry_environment(), **self.registry_changes}

    @override
    def sez_environment(self) -> dict[str, str]:
        return {**super().sez_environment(), **self.sez_changes}

    @override
    def _begin(
        self, command: tuple[str, ...], environment: dict[str, str], journal: BinaryIO
    ) -> int:
        if not Prepared.can_begin(command, environment):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # it is followed by its id
                return super()._begin(command, environment, journal)
        with Path(os.devnull).open("rb") as nothing:
            files = (nothing.fileno(), journal.fileno(), journal.fileno())
            begun = prepared().begin(command, environment, files)
        self.begun[begun.pid] = begun
        return begun.pid

    def command(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a command of either system to its end, as an operator would."""
        settings = {**self.registry_environment(), **self.sez_environment(), **changes}
        ours = ("REGISTRY_", "SEZ_")
        clean = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        return ran(*words, environment=clean | settings)

    def terminate(self, name: str) -> tuple[int, float]:
        """Tell a process to end (SIGTERM): its exit code, negative for a signal, and seconds."""
        pid = int((self.folder / f"{name}.pid").read_text())
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        if pid in self.begun:
            code = self.begun.pop(pid).wait(TIMEOUT)
        else:
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        (self.folder / f"{name}.pid").unlink()
        return code, time.monotonic() - began

    def own_postgres(self, name: str) -> EmbeddedPostgres:
        """The embedded server of a system."""
        return EmbeddedPostgres(self.folder / name / "postgres")


@contextmanager
def running_stand(
    pki: Pki, folder: Path, databases: Databases | None, **changes: Any
) -> Iterator[Stand]:
    """A stand in ``folder`` on which nothing runs yet; nothing of it is left afterwards.

    The stores lie in ``databases``; without, each system makes its own server, which takes longer.
    """
    with ExitStack() as stack:
        if databases:
            changes |= {
                f"{name}_changes": {
                    f"{name.upper()}_DATABASE_URL": stack.enter_context(databases.fresh()),
                    **changes.get(f"{name}_changes", {}),
                }
                for name in ("registry", "sez")
            }
        stand = Stand(folder, places(pki, folder), **changes)
        stack.enter_context(cleared(stand))
        yield stand


def places(pki: Pki, folder: Path) -> Ports:
    """The ports of a stand in ``folder``, which finds the session's authority there."""
    (folder / "authority").symlink_to(pki.authority.folder)
    ports = free_ports()
    return Ports(pki.server.port, ports.registry, ports.sez)


@contextmanager
def cleared(stand: Stand) -> Iterator[None]:
    """A stand that is used meanwhile; nothing of it is left afterwards."""
    try:
        yield
    finally:
        stand.stop()
        for begun in stand.begun.values():
            begun.forget()
        for name in ("registry", "sez"):
            if (stand.folder / name / "postgres").exists():
                stand.own_postgres(name).destroy()
        shutil.rmtree(stand.folder / "registry", ignore_errors=True)


def until(look: Callable[[], T | None], timeout: float = TIMEOUT) -> T:
    """What ``look`` sees as soon as it sees something."""
    deadline = time.monotonic() + timeout
    while (seen := look()) is None:
        assert time.monotonic() < deadline, f"not seen within {timeout} s"
        time.sleep(0.05)
    return seen


@dataclass(frozen=True)
class Reader:
    """Reads receipts as the SEZ does: believes only the pinned Registry."""

    counterpart: Counterpart

    @classmethod
    def of(cls, pki: Pki) -> "Reader":
        """A reader who trusts the test authority."""
        profile = load_profile(pki.trust)
        checker = CertificateChecker(profile, HttpFetch(profile.limits))
        return cls(Counterpart(checker, REGISTRY_OPERATOR.bin, "1.2.398.5.216.1"))

    def read(self, data: bytes) -> Receipt:
        """What a receipt says, once it has proven itself."""
        return believe(data, Receipt, self.counterpart, now())


def synchronised(stand: Stand, tender: str, version: int = 1) -> dict[str, Any]:
    """A version in the SEZ's outbox, once the Registry has accepted it."""

    def look() -> dict[str, Any] | None:
        for one in stand.sez.get(f"/api/v1/outbox/{tender}"):
            if one["version"] == version and one["state"] == "SYNCHRONISED":
                found: dict[str, Any] = one
                return found
        return None

    return until(look)

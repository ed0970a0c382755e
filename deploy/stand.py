"""A stand on one machine: the test authority, the Registry and an SEZ as processes on loopback."""

import os
import secrets
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import httpx

from deploy.authority import StandAuthority, make
from deploy.authority.identities import SEZ_SYSTEM, identity
from deploy.authority.people import SOLID_AUTHORITY
from deploy.processes import begin, private, runs_here
from deploy.supervisor import read_state
from deploy.users import gather_users
from shared_contracts.errors import NeedsPerson
from shared_contracts.http.remote import Remote
from shared_contracts.messages.versions import OF_CONDITIONS

TIMEOUT = 180.0
"""Seconds a process may take to be ready, or to end."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports of the three, on loopback."""

    authority: int
    registry: int
    sez: int


@dataclass(frozen=True, slots=True)
class DemoStand:
    """The stand in its folder; ``journals`` and process ids lie beside the data.

    Where it is ``supervised`` a process that ends by itself is begun again.
    """

    folder: Path
    ports: Ports
    supervised: bool = False

    @property
    def authority(self) -> StandAuthority:
        """The test authority."""
        return StandAuthority(self.folder / "authority")

    @property
    def registry(self) -> Remote:
        """The running Registry."""
        return Remote.of(self.registry_address, self.folder / "registry")

    @property
    def sez(self) -> Remote:
        """The running SEZ."""
        return Remote.of(self.sez_address, self.folder / "sez")

    @property
    def registry_address(self) -> str:
        """Where the Registry listens."""
        return f"http://127.0.0.1:{self.ports.registry}"

    @property
    def sez_address(self) -> str:
        """Where the SEZ listens."""
        return f"http://127.0.0.1:{self.ports.sez}"

    def prepare(self) -> None:
        """Make the test authority, unless it is there already, whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.authority.is_whole:
            make(self.authority.folder, self.ports.authority)

    def start(self) -> None:
        """Start all three, wait until they are ready, and enter the SEZ in the register."""
        self.start_authority()
        self.start_registry()
        self.start_sez()
        self.enter_sez()

    def enter_sez(self) -> None:
        """Enter the SEZ in the register of the Registry."""
        self.enter("SEZ01", "sez", SEZ_SYSTEM[0], self.sez_address)

    def start_authority(self) -> None:
        """Start OCSP and CRLs."""
        folder, port = str(self.authority.folder), str(self.ports.authority)
        serve = (sys.executable, "-m", "deploy.authority", "serve", "--dir", folder)
        self._start("authority", (*serve, "--port", port), {})
        self._await_port("authority", self.ports.authority)

    def start_registry(self) -> None:
        """Start the Registry."""
        self._start("registry", (_script("registry"), "serve"), self.registry_environment())
        self._await_ready("registry", self.registry_address)

    def start_sez(self) -> None:
        """Start the SEZ."""
        gather_users(self.authority, self.folder / "users")
        self._start("sez", (_script("sez"), "serve"), self.sez_environment())
        self._await_ready("sez", self.sez_address)

    def registry_environment(self) -> dict[str, str]:
        """The settings of the Registry here."""
        return {
            "REGISTRY_DATA": str(self.folder / "registry"),
            "REGISTRY_PORT": str(self.ports.registry),
            "REGISTRY_PUBLIC_ADDRESS": self.registry_address,
            "REGISTRY_TRUST": str(self.authority.trust),
            "REGISTRY_KEY": str(self.authority.key("registry")),
            "REGISTRY_CERTIFICATE": str(self.authority.chain("registry")),
            "REGISTRY_SOLID_AUTHORITY": SOLID_AUTHORITY.bin,
        }

    def sez_environment(self) -> dict[str, str]:
        """The settings of the SEZ here."""
        registry = identity("registry")
        return {
            "SEZ_DATA": str(self.folder / "sez"),
            "SEZ_PORT": str(self.ports.sez),
            "SEZ_PUBLIC_ADDRESS": self.sez_address,
            "SEZ_REGISTRY": self.registry_address,
            "SEZ_REGISTRY_BIN": registry.organisation.bin if registry.organisation else "",
            "SEZ_REGISTRY_UID": registry.system[0] if registry.system else "",
            "SEZ_TRUST": str(self.authority.trust),
            "SEZ_KEY": str(self.authority.key("sez")),
            "SEZ_CERTIFICATE": str(self.authority.chain("sez")),
            "SEZ_USERS": str(self.folder / "users"),
            "SEZ_CONDITIONS": str(max(OF_CONDITIONS)),
        }

    def announce_first(self) -> None:
        """Have one example announced, if none is on record: the Registry then has its files.

        What others post of the examples is accepted at once after that.
        """
        if self.registry.get("/api/v1/purchases", limit=1):
            return
        tender = self.sez.post("/api/v1/examples/tenders", {"example": "announcement"})
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            versions = self.sez.get(f"/api/v1/outbox/{tender['object_id']}")
            if versions and versions[0]["state"] == "SYNCHRONISED":
                return
            time.sleep(0.1)
        raise NeedsPerson(f"the first example is not synchronised; see {self.journal('sez')}")

    def enter(self, code: str, name: str, uid: str, endpoint: str | None = None) -> None:
        """Enter a system of the test authority in the Registry's register."""
        who = identity(name)
        if who.organisation is None:
            raise NeedsPerson(f"{name} is not a system")
        entry = {
            "code": code,
            "bin": who.organisation.bin,
            "name": who.organisation.name,
            "system_uid": uid,
            "access_date": date(2020, 1, 1).isoformat(),
            "conditions": list(OF_CONDITIONS),
        }
        self.registry.post("/api/v1/systems", entry | {"endpoint": endpoint})

    def kill(self, name: str) -> None:
        """End a process at once, in the middle of whatever it does (SIGKILL)."""
        self._signal(name, signal.SIGKILL)

    def stop(self) -> None:
        """End everything that was started here, also what a killed supervisor left running."""
        for name in ("sez", "registry", "authority"):
            self._signal(name, signal.SIGTERM)
            left = read_state(self.folder, name)
            if left is not None and left.pid is not None and runs_here(left.pid):
                self._pid(name).write_text(str(left.pid))
                self._signal(name, signal.SIGTERM)
            (self.folder / f"{name}.state").unlink(missing_ok=True)

    def is_running(self, name: str) -> bool:
        """Whether the process of that name runs, or whoever supervises it."""
        path = self._pid(name)
        return path.exists() and runs_here(int(path.read_text()))

    def journal(self, name: str) -> Path:
        """Where the output of a process is written."""
        return self.folder / f"{name}.log"

    def _start(self, name: str, command: tuple[str, ...], settings: dict[str, str]) -> None:
        ours = ("REGISTRY_", "SEZ_")
        environment = {key: text for key, text in os.environ.items() if not key.startswith(ours)}
        if self.supervised:
            supervise = (sys.executable, "-m", "deploy.supervisor", name, str(self.folder))
            command = (*supervise, *command)
        with private(self.journal(name)) as journal:
            pid = self._begin(command, environment | settings, journal)
        self._pid(name).write_text(str(pid))

    def _begin(
        self, command: tuple[str, ...], environment: dict[str, str], journal: BinaryIO
    ) -> int:
        """Begin a process that writes to a journal: its id."""
        return begin(command, environment, journal)

    def _pid(self, name: str) -> Path:
        return self.folder / f"{name}.pid"

    def _signal(self, name: str, what: signal.Signals) -> None:
        """Signal the process of that name, if it is ours and runs, and wait for its end."""
        path = self._pid(name)
        if not path.exists():
            return
        pid = int(path.read_text())
        if not runs_here(pid):
            path.unlink()
            return
        os.kill(pid, what)
        deadline = time.monotonic() + TIMEOUT
        while runs_here(pid):
            if time.monotonic() > deadline:
                raise NeedsPerson(f"{name} (process {pid}) does not end")
            time.sleep(0.05)
        path.unlink()

    def _await_ready(self, name: str, address: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        with httpx.Client(timeout=2, trust_env=False) as client:
            while time.monotonic() < deadline:
                if not runs_here(int(self._pid(name).read_text())) or self._keeps_ending(name):
                    break
                with suppress(httpx.HTTPError):
                    if client.get(f"{address}/readyz").is_success:
                        return
                time.sleep(0.1)
        self._ask_where_it_stands(name)
        told = f"{name} is not ready at {address} (at most {TIMEOUT:.0f} s are waited)"
        raise NeedsPerson(f"{told}: see {self.journal(name)}, mend what it tells, begin again")

    def _keeps_ending(self, name: str) -> bool:
        state = read_state(self.folder, name) if self.supervised else None
        return state is not None and state.ends > 1

    def _ask_where_it_stands(self, name: str) -> None:
        """Have the process write the stack of every thread into its journal."""
        if runs_here(pid := int(self._pid(name).read_text())):
            os.kill(pid, signal.SIGUSR1)
            time.sleep(1)

    def _await_port(self, name: str, port: int) -> None:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise NeedsPerson(f"{name} does not listen on {port}; see {self.journal(name)}")


def free_ports() -> Ports:
    """Three ports that are free now, below those which outgoing connections are given."""
    return Ports(*(_free_port() for _ in range(3)))


def _free_port() -> int:
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def _script(name: str) -> str:
    return str(Path(sys.executable).parent / name)

"""A SEZ at work before a kit, whose relay stands between it and a Registry at work."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sez.app
import sez.web
from deploy.hook import hook_app
from deploy.transmitting import StandSez
from sez.app import SezSystem
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.relay import Relay
from shared_contracts.conformance.sez_exam import SezExam
from shared_contracts.conformance.wire import Caller
from shared_contracts.http.remote import Remote
from tests.conformance.stands import registry_stand
from tests.pki import Pki
from tests.postgres import Databases
from tests.serving import serving
from tests.sez.systems import ENTRY
from tests.stores import settings, sez_store


@dataclass
class SezStand:
    """A SEZ that is served, and the relay between it and a Registry."""

    system: SezSystem
    address: str
    hook: str
    relay: Relay
    pki: Pki

    @contextmanager
    def exam(self, address: str | None = None, relay: Relay | None = None) -> Iterator[SezExam]:
        """An examination of it, or of what stands before it, or of what it seems to send."""
        caller = Caller(address or self.address, 20)
        keys = KitKeys(self.pki.authority.folder, "registry")
        driver = Driver(self.hook, seconds=8)
        try:
            yield SezExam(caller, keys, "SEZ01", driver=driver, relay=relay or self.relay)
        finally:
            caller.close()


@contextmanager
def sez_stand(pki: Pki, folder: Path, databases: Databases) -> Iterator[SezStand]:
    """A SEZ that has announced one purchase."""
    with ExitStack() as stack:
        behind = stack.enter_context(registry_stand(pki, folder / "registry", databases))
        behind.registry.register.add(ENTRY)
        relay = Relay(behind.address)
        before = stack.enter_context(serving(relay.app()))
        dsn = stack.enter_context(sez_store(databases, pki))
        system = sez.app.open_system(settings(pki, folder / "sez", dsn, before))
        stack.callback(system.close)
        address = stack.enter_context(serving(sez.web.web(system)))
        stop = threading.Event()
        system.watch.begin(stop)
        stack.callback(system.watch.end)
        stack.callback(stop.set)
        ours = StandSez(Remote.of(address, folder / "sez"), pki.authority.folder)
        hook = stack.enter_context(serving(hook_app(sez=ours)))
        ours.transmit({"object_type": "PURCHASE"})
        ours.sez.post_bytes("/api/v1/checkpoint")
        yield SezStand(system, address, hook, relay, pki)

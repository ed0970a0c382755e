"""A Registry at work on a database of its own, as a kit finds it, and its hook."""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from typing_extensions import override

import registry.web
from deploy.authority.people import SOLID_AUTHORITY
from deploy.hook import hook_app
from registry.app import RegistrySystem, open_registry
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.kit_sez import HeardMessage, KitSez
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.registry_exam import (
    LoadBounds,
    RegistryExam,
    SequenceNumbers,
)
from shared_contracts.conformance.wire import Caller
from shared_contracts.http.remote import Remote
from tests.pki import Pki
from tests.postgres import Databases
from tests.prepared.client import ran as prepared_run
from tests.registry.conftest import SEZ2
from tests.serving import address_of, serving
from tests.stores import registry_settings, registry_store

CODE, KEY = "SEZ02", "sez2"
LOAD = LoadBounds(packages=12, senders=2, late_seconds=0.25, most_late=0.9)
"""A measurement of load that takes a second."""


Distortion = Callable[[HeardMessage, list[HeardMessage]], HeardMessage]
"""Makes of what is heard, and of what was heard before, what another Registry would have sent."""


@dataclass
class DistortedHearing(KitSez):
    """What a kit hears of a Registry that sends something else than ours does."""

    distortion: Distortion = lambda heard, _before: heard

    @override
    def noted(self, heard: HeardMessage) -> HeardMessage:
        return self.distortion(heard, self.heard)


@dataclass
class RegistryStand:
    """A Registry that is served with its hook, and the kit's numbers in it."""

    registry: RegistrySystem
    address: str
    hook: str
    pki: Pki
    numbers: SequenceNumbers
    kit_sez: DistortedHearing
    listens: str

    @contextmanager
    def exam(
        self, address: str | None = None, distortion: Distortion | None = None
    ) -> Iterator[RegistryExam]:
        """An examination of it, or of what stands before it, or of what it seems to send."""
        caller = Caller(address or self.address, 20)
        keys = KitKeys(self.pki.authority.folder, KEY)
        driver = Driver(self.hook, seconds=20)
        self.kit_sez.distortion = distortion or (lambda heard, _before: heard)
        try:
            exam = RegistryExam(caller, keys, CODE, numbers=self.numbers, driver=driver)
            exam.load, exam.kit_sez, exam.listens_at = LOAD, self.kit_sez, self.listens
            yield exam
        finally:
            caller.close()


@contextmanager
def registry_stand(pki: Pki, folder: Path, databases: Databases) -> Iterator[RegistryStand]:
    """A Registry in which nothing has happened yet."""
    with ExitStack() as stack:
        dsn = stack.enter_context(registry_store(databases, pki))
        listener = socket.create_server(("127.0.0.1", 0))
        address = address_of(listener)
        own = registry_settings(pki, folder, dsn, address)
        opened = open_registry(replace(own, solid_authority=SOLID_AUTHORITY.bin))
        stack.callback(opened.close)
        opened.register.add(SEZ2)
        stack.enter_context(serving(registry.web.web(opened), listener))
        stop = threading.Event()
        opened.watch.begin(stop)
        stack.callback(opened.watch.end)
        stack.callback(stop.set)
        hook = stack.enter_context(serving(hook_app(registry=Remote.of(address, folder))))
        kit_sez = DistortedHearing(lambda: pki.signer(KEY), CODE)
        listens = stack.enter_context(serving(kit_sez.app()))
        yield RegistryStand(opened, address, hook, pki, SequenceNumbers(), kit_sez, listens)


def ran(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command, run to its end."""
    return prepared_run(program, *arguments)

"""A Registry at work on a database of its own, as a kit finds it, and its hook."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from typing_extensions import override

import registry.app
from deploy.authority.people import SOLID_AUTHORITY
from deploy.hook import hook_app
from registry.app import RegistrySystem, open_registry
from shared_contracts.conformance.audited_sez import AuditedKit
from shared_contracts.conformance.driver import Driver
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.registry_exam import (
    LoadBounds,
    RegistryExam,
    SequenceNumbers,
)
from shared_contracts.conformance.wire import Caller
from shared_contracts.http.remote import Remote
from shared_contracts.messages.audit import AuditContent
from shared_contracts.xml.codec import Element
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.conftest import SEZ2
from tests.serving import address_of, serving
from tests.sez.systems import registry_settings

CODE, KEY = "SEZ02", "sez2"
LOAD = LoadBounds(packages=12, senders=2, late_seconds=0.25, most_late=0.9)
"""A measurement of load that takes a second."""


@dataclass
class UnboundAudits(AuditedKit):
    """What a kit hears of a Registry that binds no page of this content to a position."""

    unbound: AuditContent | None = None

    @override
    def _answered(self, element: Element) -> bytes:
        answered = super()._answered(element)
        if self.asked[-1].content is self.unbound:
            self.asked[-1] = msgspec.structs.replace(self.asked[-1], position=None)
        return answered


@dataclass
class RegistryStand:
    """A Registry that is served with its hook, and the kit's numbers in it."""

    registry: RegistrySystem
    address: str
    hook: str
    pki: Pki
    numbers: SequenceNumbers

    @contextmanager
    def exam(
        self, address: str | None = None, unbound: AuditContent | None = None
    ) -> Iterator[RegistryExam]:
        """An examination of it, or of what stands before it at another address.

        It seems to ask the pages of ``unbound`` without the position of the first.
        """
        caller = Caller(address or self.address, 20)
        keys = KitKeys(self.pki.authority.folder, KEY)
        driver = Driver(self.hook, seconds=20)
        audited = UnboundAudits(lambda: keys.signer, unbound=unbound)
        try:
            with serving(audited.app()) as listens:
                exam = RegistryExam(caller, keys, CODE, numbers=self.numbers, driver=driver)
                exam.load, exam.audited, exam.listens_at = LOAD, audited, listens
                yield exam
        finally:
            caller.close()


@contextmanager
def registry_stand(pki: Pki, folder: Path, databases: Databases) -> Iterator[RegistryStand]:
    """A Registry in which nothing has happened yet."""
    with ExitStack() as stack:
        dsn = stack.enter_context(databases.fresh())
        listener = socket.create_server(("127.0.0.1", 0))
        address = address_of(listener)
        own = registry_settings(pki, folder, dsn, address)
        opened = open_registry(replace(own, solid_authority=SOLID_AUTHORITY.bin))
        stack.callback(opened.close)
        opened.register.add(SEZ2)
        stack.enter_context(serving(registry.app.web(opened), listener))
        stop = threading.Event()
        opened.watch.begin(stop)
        stack.callback(opened.watch.end)
        stack.callback(stop.set)
        hook = stack.enter_context(serving(hook_app(registry=Remote.of(address, folder))))
        yield RegistryStand(opened, address, hook, pki, SequenceNumbers())


def ran(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command, run to its end."""
    command = [str(Path(sys.executable).parent / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

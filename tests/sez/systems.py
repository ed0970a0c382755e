"""A SEZ and a Registry, both real, joined by a link on which faults can be arranged."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from deploy.authority.identities import SEZ_OPERATOR, SEZ_SYSTEM
from registry.app import RegistrySystem, open_registry
from registry.purchases.purchase import PurchaseRecorded
from registry.systems.entry import RegisterEntry
from sez.app import SezSystem, open_system
from sez.examples.making import ExampleRequest, Examples
from sez.publication.publish import publish
from sez.synchronisation import listing
from sez.synchronisation.listing import OutgoingVersionRow, PackageRow
from sez.tendering import versions
from sez.tendering.examples import EXAMPLES
from sez.tendering.tender import EndedTender, RunningTender
from shared_contracts import astana_time
from shared_contracts.event_log.event import Recorded
from shared_contracts.http.api import bearer_token
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.versions import OF_CONDITIONS
from tests.on_demand import registry_app, sez_app
from tests.pki import Pki
from tests.postgres import Databases
from tests.samples import with_lot
from tests.serving import address_of, serving
from tests.sez.link import FaultyLink
from tests.stores import registry_settings, registry_store, settings, sez_store

SIGNER = "customer1-head"
TIMEOUT = 20.0
"""Seconds to wait for what must come by itself."""

ENTRY = RegisterEntry(
    code="SEZ01",
    bin=SEZ_OPERATOR.bin,
    name=SEZ_OPERATOR.name,
    system_uid=SEZ_SYSTEM[0],
    access_date=date(2020, 1, 1),
    conditions=tuple(OF_CONDITIONS),
)


@dataclass
class Watch:
    """A clock that goes wrong by ``offset``."""

    offset: timedelta = timedelta()

    def __call__(self) -> Any:
        return astana_time.now() + self.offset


@dataclass
class BothSystems:
    """Both systems; nothing is sent before ``send`` is called."""

    registry: RegistrySystem
    system: SezSystem
    link: FaultyLink
    watch: Watch
    pki: Pki

    # What people do in the SEZ

    def announce(self, example: str = "announcement", signer: str = SIGNER) -> UUID:
        """Announce an example; its id."""
        examples = Examples(
            self.system.publisher, self.system.users, self.system.files, (EXAMPLES,)
        )
        return examples.announce(ExampleRequest(example=example, signer=signer), uuid7())

    def announce_with_files(self, example: str = "single-source") -> UUID:
        """Announce a purchase whose files the Registry has already."""
        tender = self.announce(example)
        for file in self.purchase(tender).documents:
            path = self.registry.files.path(file.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.system.files.path(file.sha256).read_bytes())
        return tender

    def extend(self, tender: UUID, days: int = 1) -> None:
        """Move the end of bidding of a running tender."""
        bids_to = self.purchase(tender).bids_to
        assert bids_to is not None
        later = bids_to + timedelta(days=days)
        self.publish(tender, versions.extension(later, later, "Продление", "Бекова А. М."))

    def change(self, tender: UUID, purchase: Purchase, reason: str = "Изменение") -> None:
        """Change a tender to ``purchase``."""
        self.publish(tender, versions.change(purchase, reason))

    def publish(self, tender: UUID, maker: versions.Maker, *signers: str) -> None:
        """Sign and publish the next version."""
        hands = [self.system.users.signer(name) for name in signers or (SIGNER,)]
        publish(self.system.publisher, tender, maker, hands)

    def purchase(self, tender: UUID) -> Purchase:
        """A tender as it stands in the SEZ."""
        state = self.system.publisher.current_state(tender).state
        assert isinstance(state, RunningTender | EndedTender)
        return state.purchase

    # What the SEZ does by itself

    def send(self) -> int:
        """Ask what must be asked, form what can be formed, try what is due; how many were tried."""
        self.system.changes.first.ask_due()
        return self.system.sender.step()

    def send_until(self, reached: Callable[[], Any]) -> None:
        """Go on sending and judging, as both systems do, until something is reached."""
        deadline = time.monotonic() + TIMEOUT
        while not reached():
            assert time.monotonic() < deadline, self.unsynchronised()
            if not self.send() + self.registry.judging.step():
                time.sleep(0.02)

    # What can be seen

    def versions(self, tender: UUID) -> list[OutgoingVersionRow]:
        """The versions of a tender and what became of them."""
        self.system.sender.follower.catch_up()
        return listing.versions_of(self.system.log, tender)

    def states(self, tender: UUID) -> list[str]:
        """Where each version stands."""
        return [version.state for version in self.versions(tender)]

    def unsynchronised(self) -> list[OutgoingVersionRow]:
        """All that the Registry has not accepted."""
        self.system.sender.follower.catch_up()
        return listing.unsynchronised(self.system.log)

    def package(self, tender: UUID, version: int = 1) -> PackageRow:
        """The package that carries a version."""
        message_id = self.versions(tender)[version - 1].message_id
        assert message_id is not None
        row = listing.package(self.system.log, message_id)
        assert row is not None
        return row

    def events(self, kind: type[Any]) -> list[Any]:
        """The SEZ's events of a kind, in the order of the log."""
        return [one.event for one in _all(self.system) if isinstance(one.event, kind)]

    def recorded(self) -> list[Recorded]:
        """The versions of purchases that the Registry recorded, in the order of its log."""
        return [one for one in _all(self.registry) if isinstance(one.event, PurchaseRecorded)]

    def recorded_versions(self) -> list[tuple[UUID, int]]:
        """Object and version of each of them."""
        events = [one.event for one in self.recorded()]
        return [
            (event.header.object_id, event.header.version)
            for event in events
            if isinstance(event, PurchaseRecorded)
        ]

    def close(self) -> None:
        """Close the SEZ, also one that was opened again meanwhile."""
        self.system.close()

    @contextmanager
    def program(self) -> Iterator[httpx.Client]:
        """A program of the SEZ's users, which shows the token; nothing is sent meanwhile."""
        with (
            serving(sez_app(self.system)) as address,
            httpx.Client(base_url=address, trust_env=False, timeout=20) as client,
        ):
            token = bearer_token(self.system.settings.data)
            client.headers["authorization"] = f"Bearer {token}"
            yield client


def _all(system: SezSystem | RegistrySystem) -> list[Recorded]:
    return system.log.read(0, 100_000)


@contextmanager
def built(pki: Pki, folder: Path, databases: Databases) -> Iterator[BothSystems]:
    """Both systems at work, on databases of their own."""
    with ExitStack() as stack:
        theirs = stack.enter_context(registry_store(databases, pki))
        ours = stack.enter_context(sez_store(databases, pki))
        listener = socket.create_server(("127.0.0.1", 0))
        public = registry_settings(pki, folder / "registry", theirs, address_of(listener))
        opened = open_registry(public)
        stack.callback(opened.close)
        opened.register.add(ENTRY)
        link = FaultyLink(stack.enter_context(serving(registry_app(opened), listener)))
        address = stack.enter_context(serving(link.app()))
        watch = Watch()
        system = open_system(settings(pki, folder / "sez", ours, address), watch)
        systems = BothSystems(opened, system, link, watch, pki)
        stack.callback(systems.close)
        yield systems


def wrong_unit(purchase: Purchase) -> Purchase:
    """The purchase with a unit that is in no classifier: only the Registry can tell."""
    return with_lot(purchase, 1, unit="999")

"""The parts that send, put together (S216-18.2)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sez.settings import SezSettings
from sez.synchronisation import listing
from sez.synchronisation.asynchronous import TicketRule
from sez.synchronisation.attesting import Attesting, AttestingRegistry
from sez.synchronisation.delivering import Delivery, ReceivingRegistry
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.figures import SendingFigures
from sez.synchronisation.forming import Forming
from sez.synchronisation.gate import DeliveryGate
from sez.synchronisation.package_writer import Packer
from sez.synchronisation.receipts import Receipts
from sez.synchronisation.sender import Sender
from sez.synchronisation.tickets import Tickets
from shared_contracts.counterpart import Counterpart
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.messages.notice import AnnouncedWorks


class CalledRegistry(ReceivingRegistry, AttestingRegistry, Protocol):
    """All that the sender calls at the Registry; every call raises ``DeliveryProblem``."""

    @property
    def counterpart(self) -> Counterpart:
        """Whose answers are believed."""

    def operations(self) -> Collection[str]:
        """Which operations it has."""

    def ask(self) -> None:
        """A small question, to see whether it answers at all."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a sender is made of: ``find`` gives the files that it sends along.

    ``works`` gives the announced works of the Registry in which nothing leaves (S216-18.4).
    """

    packer: Packer
    registry: CalledRegistry
    find: Callable[[str], Path | None]
    clock: Callable[[], datetime]
    settings: SezSettings
    works: Callable[[], AnnouncedWorks | None]

    def sender(self) -> Sender:
        """The sender; its outbox follows the log from where it was."""
        log, owner, clock = self.packer.log, self.packer.owner, self.clock
        settings = self.settings
        pauses = Pauses(settings.first_pause, settings.longest_pause)
        registry, counterpart = self.registry, self.registry.counterpart
        attesting = Attesting(log, owner, counterpart, registry, self.packer.signer, clock)
        follower = Follower(log, listing.NAME, listing.apply)
        receipts = Receipts(log, owner, counterpart, clock, SendingFigures(), attesting)
        return Sender(
            forming=Forming(log, self.packer, follower, pauses),
            delivery=Delivery(
                registry=registry,
                receipts=receipts,
                file=self.find,
                gate=DeliveryGate(log, owner, registry.ask, clock, pauses, self.works),
                pauses=pauses,
                tickets=Tickets(receipts, self.packer.signer, pauses),
                by_ticket=TicketRule(
                    log, settings.asynchronous, settings.backlog, registry.operations
                ),
            ),
        )

"""What a person decides about a package that cannot be delivered: try again, or stop trying.

(S216-18.3, S216-A2.1.8)
"""

from dataclasses import dataclass
from uuid import UUID

from sez.synchronisation import listing
from sez.synchronisation.gate import DeliveryGate
from sez.synchronisation.package import (
    Answered,
    InFlight,
    Resume,
    State,
    Stop,
    Stopped,
    Ticketed,
    Unformed,
    Voided,
)
from sez.synchronisation.package_events import PackageResumed, PackageStopped
from sez.synchronisation.package_writer import package_key
from sez.synchronisation.receipts import Receipts
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.following.followers import Follower

BY_HAND = "BY_HAND"
"""The reason of a package that a person stopped."""


class NothingToDo(RefusedByRule):
    """A package is in a state in which this changes nothing; the text names the state."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Where a person's decisions are recorded; safe for all threads."""

    receipts: Receipts
    gate: DeliveryGate
    follower: Follower

    def retry(self, message_id: UUID) -> None:
        """Send a stopped package again as it is, or what was refused of another anew.

        One that the Registry holds goes again as it is too: then the Registry goes on. Raises
        ``Absent``, ``NothingToDo``.
        """
        resumed = PackageResumed(message_id=message_id, resumed_at=self.receipts.clock())
        self._settle(message_id, Resume(resumed))

    def stop(self, message_id: UUID, reason: str) -> None:
        """Try a package no more; raises ``Absent``, ``NothingToDo``."""
        state = self.receipts.current_state(message_id).state
        stopped = PackageStopped(
            message_id=message_id,
            attempt=state.attempts if isinstance(state, InFlight | Ticketed) else 0,
            reason=BY_HAND,
            detail=reason,
            stopped_at=self.receipts.clock(),
        )
        self._settle(message_id, Stop(stopped))

    def resume_sending(self) -> None:
        """Let all packages leave: why the Registry refused the SEZ itself is mended."""
        self.gate.resume()

    def _settle(self, message_id: UUID, command: Resume | Stop) -> None:
        with self.receipts.log.locks([package_key(self.receipts.owner, message_id)]):
            state = self.receipts.current_state(message_id).state
            if isinstance(state, Unformed):
                raise Absent(f"no package {message_id} was formed here")
            if not self.receipts.settle(message_id, command, {}):
                raise NothingToDo(_told(message_id, state))
        self.follower.catch_up()

    def shown(self, message_id: UUID) -> listing.PackageRow | None:
        """The present state of the package."""
        return listing.package(self.receipts.log, message_id)


def _told(message_id: UUID, state: State) -> str:
    match state:
        case InFlight(held=True):
            where = "is held: whoever holds it posts it, or its number is closed"
        case InFlight():
            where = "is tried until it is answered"
        case Ticketed():
            where = "is with the Registry, which answers it: its receipt is asked for"
        case Stopped(statement=None):
            where = "is stopped already"
        case Stopped():
            where = "is stopped, and a statement that closes its number waits for its answer"
        case Answered(resumed=True) | Voided(resumed=True):
            where = "is settled, and what waited for a person left anew"
        case Answered() | Voided() | Unformed():
            where = "is answered: there is nothing to be tried"
    return f"package {message_id} {where}"

"""The register in memory, kept in step with the log by its one writer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from registry.systems.entry import RegisterEntry, ensure_usable
from registry.systems.system import (
    Enter,
    State,
    SystemRegistered,
    Unregistered,
    decide,
    evolve,
    system_id,
)
from shared_contracts.event_log.decider import ObjectKind, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment

SYSTEM: ObjectKind[State] = ObjectKind("SYSTEM", Unregistered(), evolve, State)
"""Systems, by an id made from their code."""


@dataclass(slots=True)
class Register:
    """Who may transmit in this environment: ``known`` by code, as read when the process began."""

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    known: dict[str, SystemRegistered]

    def get(self, code: str) -> SystemRegistered | None:
        """The entry of a system, or None."""
        return self.known.get(code)

    def all(self) -> list[SystemRegistered]:
        """All entries, by code."""
        return [entry for _, entry in sorted(self.known.items())]

    def add(self, entry: RegisterEntry) -> SystemRegistered:
        """Enter a system, or replace its entry; known to all once it is in the log.

        ``BadInput`` tells what makes the entry one that cannot be used.
        """
        ensure_usable(entry)
        key = HeadKey(self.environment, entry.code, SYSTEM.name, system_id(entry.code))
        fact = SystemRegistered(
            environment=self.environment,
            registered_at=self.clock(),
            **msgspec.structs.asdict(entry),
        )
        with self.log.locks([key]):
            at = current_state(SYSTEM, key, self.log.heads([key]).get(key), uuid7)
            events = decide(at.state, Enter(fact))
            self.log.append(Commit(at.facts(events), (at.after(events).head(),)))
            self.known[entry.code] = fact
        return fact

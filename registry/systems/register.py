"""The register in memory, kept in step with the log by its one writer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from registry.systems.entry import RegisterEntry, ensure_usable
from registry.systems.system import (
    Enter,
    RegisteredSystem,
    State,
    StoppedSystem,
    StopSystem,
    SystemRegistered,
    SystemStopped,
    Unregistered,
    decide,
    evolve,
    system_id,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment

SYSTEM: ObjectKind[State] = ObjectKind("SYSTEM", Unregistered(), evolve, State)
"""Systems, by an id made from their code."""


@dataclass(frozen=True, slots=True)
class PreparedEntry:
    """What is to be recorded of a system, and what the register says of it afterwards."""

    code: str
    state: State
    commit: Commit


@dataclass(slots=True)
class Register:
    """Who may transmit in this environment: ``known`` by code, as read when the process began."""

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    known: dict[str, RegisteredSystem | StoppedSystem]

    def get(self, code: str) -> SystemRegistered | None:
        """The entry of a system, or None."""
        found = self.known.get(code)
        return None if found is None else found.entry

    def stop_of(self, code: str) -> SystemStopped | None:
        """The stop of a system whose synchronisation was stopped, else None."""
        found = self.known.get(code)
        return found.stop if isinstance(found, StoppedSystem) else None

    def all(self) -> list[SystemRegistered]:
        """All entries, by code."""
        return [state.entry for _, state in sorted(self.known.items())]

    def networks_of(self, endpoint: str) -> tuple[str, ...]:
        """To which networks alone an endpoint leads: those that the entries with it fix."""
        named = (one.networks for one in self.all() if one.endpoint == endpoint)
        return tuple(dict.fromkeys(one for networks in named for one in networks))

    def add(self, entry: RegisterEntry) -> SystemRegistered:
        """Enter a system by hand, or replace its entry; known to all once it is in the log.

        ``BadInput`` tells what makes the entry one that cannot be used; ``RefusedByRule`` that
        only an act enters a system in production, or lets a stopped one transmit (S216-10).
        """
        if self.environment is Environment.PRODUCTION:
            raise RefusedByRule(
                f"code {entry.code!r}: in production a system is entered by its act of "
                "commissioning alone (S216-10); let it apply: `registry admission file`"
            )
        ensure_usable(entry)
        fact = self.fact(entry)
        with self.log.locks([self.key(entry.code)]):
            taken = self.prepare(Enter(fact), entry.code)
            self.log.append(taken.commit)
            self.took(taken)
        return fact

    def key(self, code: str) -> HeadKey:
        """The key of a system, to be locked before ``prepare``."""
        return HeadKey(self.environment, code, SYSTEM.name, system_id(code))

    def fact(self, entry: RegisterEntry) -> SystemRegistered:
        """An entry as the event of now."""
        told = msgspec.structs.asdict(entry)
        return SystemRegistered(environment=self.environment, registered_at=self.clock(), **told)

    def prepare(self, command: Enter | StopSystem, code: str) -> PreparedEntry:
        """What is to be recorded for a command about a system, under its lock."""
        key = self.key(code)
        at = current_state(SYSTEM, key, self.log.heads([key]).get(key), uuid7)
        events = decide(at.state, command)
        after = at.after(events)
        return PreparedEntry(code, after.state, Commit(at.facts(events), (after.head(),)))

    def took(self, taken: PreparedEntry) -> None:
        """What was prepared is in the log: it holds from now on."""
        if not isinstance(taken.state, Unregistered):
            self.known[taken.code] = taken.state

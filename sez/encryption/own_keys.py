"""The keys of this SEZ at work: what leaves with data in it leaves enciphered (S95-15.1a)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

import msgspec

from sez.encryption.installed import INSTALLED, KEYS_ID, InstalledKeys, decide
from shared_contracts.encryption.enciphering import encipher
from shared_contracts.encryption.held_keys import HeldKeys
from shared_contracts.encryption.parameters import KeyParameters, at_moment, ensure_in_order
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import glance

WITHOUT_DATA: Final = frozenset(
    name
    for name, document in REGISTRY.documents.items()
    if document not in {"Package", "FileTransfer", "VoidSequence"}
)
"""Operations that ask alone: their messages leave plainly (reading R140)."""


class ShownKey(msgspec.Struct, frozen=True, kw_only=True):
    """An installed key as people are told of it."""

    parameters: KeyParameters
    in_force: bool
    problem: str | None


@dataclass(slots=True)
class OwnKeys:
    """The keys of this SEZ; safe for all threads."""

    log: EventLog
    environment: str
    sez_code: str
    clock: Callable[[], datetime]
    held: HeldKeys
    known: InstalledKeys = field(default_factory=InstalledKeys)
    _turn: Lock = field(default_factory=Lock)

    def load(self) -> "OwnKeys":
        """Read what was installed, and derive the key in force and those to come, at the start."""
        self.known, now = self._at().state, self.clock()
        in_force = at_moment(self.known.keys, now)
        for key in self.known.keys:
            if key.derivation is not None and (key == in_force or key.valid_from > now):
                self.held.try_to_hold(key)
        return self

    def install(self, key: KeyParameters) -> ShownKey:
        """Take parameters that the authority gave, once the passphrase in its file is their own.

        ``NeedsPerson`` names the file and what is wrong with it; ``RefusedByRule``, ``BadInput``.
        """
        ensure_in_order(key)
        with self._turn, self.log.locks([self._key()]):
            at = self._at()
            events = decide(at.state, key, self.sez_code, self.clock())
            if key.derivation is not None:
                self.held.hold(key)
            if events:
                after = at.after(events)
                self.log.append(Commit(at.facts(events), (after.head(),)))
                self.known = after.state
        return next(one for one in self.shown() if one.parameters == key)

    def shown(self) -> list[ShownKey]:
        """The installed keys, the oldest first."""
        now = at_moment(self.known.keys, self.clock())
        return [
            ShownKey(parameters=one, in_force=one == now, problem=self.held.problem(one))
            for one in self.known.keys
        ]

    def seal(self, message: bytes) -> bytes:
        """A message as it leaves: enciphered where it holds data and a key is in force.

        ``NeedsPerson`` where the key in force is not held: nothing leaves plainly instead.
        """
        key = at_moment(self.known.keys, self.clock())
        seen = glance(message)
        if key is None or key.derivation is None or (seen and seen.operation in WITHOUT_DATA):
            return message
        return encipher(message, self.held.get(key.name), key.name)

    def _key(self) -> HeadKey:
        return HeadKey(self.environment, self.sez_code, INSTALLED.name, KEYS_ID)

    def _at(self) -> AggregateState[InstalledKeys]:
        key = self._key()
        return current_state(INSTALLED, key, self.log.heads([key]).get(key), uuid7)

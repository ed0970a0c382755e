"""The keys of all systems at work: announced, held, and looked up by what messages name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from threading import Lock
from typing import Final

import msgspec

from registry.encryption.system_keys import (
    ENCRYPTION,
    AnnouncedKeys,
    EncryptionKeyAnnounced,
    decide,
    keys_id,
)
from shared_contracts.encryption.derivation import check_of, derive, new_passphrase
from shared_contracts.encryption.enciphering import Lifted, cipher_in, decipher
from shared_contracts.encryption.held_keys import HeldKeys
from shared_contracts.encryption.parameters import KeyParameters, at_moment, read_name, taken
from shared_contracts.errors import Absent, Defect
from shared_contracts.event_log.decider import current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.soap.peer import Enciphered, Peer
from shared_contracts.xml.envelope import Opened

WAIT: Final = 900
"""Most seconds after which a sender is told to come again for a key that does not hold yet."""


@dataclass(slots=True)
class KeyRing:
    """By which key each system sends, and from when to when; safe for all threads."""

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    held: HeldKeys
    known: dict[str, AnnouncedKeys] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def load(self, known: Mapping[str, AnnouncedKeys]) -> None:
        """Take what was announced, and derive what is taken now or later, at the start."""
        self.known, at = dict(known), self.clock()
        for found in self.known.values():
            for key in found.keys:
                wanted = key.number in taken(found.keys, at) or key.valid_from > at
                if key.derivation is not None and wanted:
                    self.held.try_to_hold(key)

    def keys(self, sez_code: str) -> tuple[KeyParameters, ...]:
        """The keys of a system, the oldest first; none where nothing was announced."""
        found = self.known.get(sez_code)
        return found.keys if found else ()

    def find(self, sez_code: str, number: int) -> KeyParameters:
        """A key by its number (``Absent``)."""
        found = next((one for one in self.keys(sez_code) if one.number == number), None)
        if found is None:
            raise Absent(f"no encryption key {number} of {sez_code}")
        return found

    def announce(self, asked: EncryptionKeyAnnounced) -> KeyParameters:
        """Form the passphrase of a key, keep it in its file, and record what was announced.

        ``asked`` has no check yet. ``RefusedByRule``, ``BadInput`` where it cannot be.
        """
        code = asked.key.sez_code
        key_of = HeadKey(self.environment, code, ENCRYPTION.name, keys_id(code))
        with self._turn, self.log.locks([key_of]):
            head = self.log.heads([key_of]).get(key_of)
            at = current_state(ENCRYPTION, key_of, head, uuid7)
            decide(at.state, asked)
            whole = msgspec.structs.replace(asked, key=self._formed(asked.key))
            events = decide(at.state, whole)
            after = at.after(events)
            self.log.append(Commit(at.facts(events), (after.head(),)))
            if not isinstance(after.state, AnnouncedKeys):
                raise Defect("an announced key is not among the keys of its system")
            self.known[code] = after.state
        return whole.key

    def decipher(
        self, opened: Opened, lifted: Lifted, body: bytes, peer: Peer
    ) -> tuple[bytes, Peer]:
        """The message in plain, and its sender with what came; ``Unprocessed`` says why not."""
        cipher, at = cipher_in(opened, lifted), self.clock()
        named = read_name(cipher.key_name)
        keys = self.keys(named[0]) if named else ()
        key = next((one for one in keys if named and one.number == named[1]), None)
        if named is None or key is None or key.derivation is None:
            raise Unprocessed(Fault.ENCRYPTION_KEY_UNKNOWN, f"KeyName {cipher.key_name!r}")
        self._ensure_taken(key, keys, at)
        plain = decipher(cipher, self.held.get(key.name))
        return plain, replace(peer, enciphered=Enciphered(*named, body))

    def ensure_enciphered(self, sez_code: str, enciphered: Enciphered | None) -> None:
        """Refuse a package of a system that came plainly, or by the key of another."""
        if enciphered is not None and enciphered.sez_code != sez_code:
            detail = f"package of {sez_code}, key {enciphered.sez_code}/{enciphered.number}"
            raise Unprocessed(Fault.ENCRYPTION_KEY_OF_ANOTHER, detail)
        keys = self.keys(sez_code)
        if enciphered is None and None not in taken(keys, at := self.clock()):
            now = at_moment(keys, at)
            detail = f"key {now.name} since {now.valid_from.isoformat()}" if now else ""
            raise Unprocessed(Fault.ENCRYPTION_WANTED, detail)

    def _ensure_taken(
        self, key: KeyParameters, keys: tuple[KeyParameters, ...], at: datetime
    ) -> None:
        if key.number in taken(keys, at):
            return
        if at < key.valid_from:
            wait = min(WAIT, ceil((key.valid_from - at).total_seconds()))
            detail = f"key {key.name} holds from {key.valid_from.isoformat()}"
            raise Unprocessed(Fault.ENCRYPTION_KEY_EARLY, detail, retry_after=wait)
        now = at_moment(keys, at)
        detail = f"key {key.name} has ended; number {now.number if now else 0} holds"
        raise Unprocessed(Fault.ENCRYPTION_KEY_ENDED, detail)

    def _formed(self, key: KeyParameters) -> KeyParameters:
        if key.derivation is None:
            return key
        passphrase = new_passphrase()
        made = derive(passphrase, key.derivation)
        whole = msgspec.structs.replace(key, check=check_of(made))
        self.held.put(whole, passphrase, made)
        return whole

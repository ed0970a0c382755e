"""The keys of a system: announced one after the other, each from a moment on (S95-15.1b)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID, uuid5

import msgspec

from shared_contracts.encryption.parameters import KeyParameters, ensure_in_order
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Environment

KEYS = UUID("6d0c9f0a-9b0f-5b7e-8a55-5f6b8c3f9e95")
"""Namespace in which the code of a system becomes the id of its keys."""


def keys_id(sez_code: str) -> UUID:
    """The id under which the keys of a system are kept."""
    return uuid5(KEYS, sez_code)


@topic("encryption-key-announced.1")
class EncryptionKeyAnnounced(Event, frozen=True, kw_only=True):
    """The authority announced by which key, or that plainly, a system sends from a moment on.

    The passphrase stands in no event. ``body`` and ``person`` are who announced it.
    """

    environment: Environment
    key: KeyParameters
    clause: str
    body: str
    person: str
    announced_at: datetime

    @property
    def object_id(self) -> UUID:
        """The id under which the keys of the system are kept."""
        return keys_id(self.key.sez_code)


class NoKeys(msgspec.Struct, frozen=True, tag="PLAIN"):
    """Nothing was ever announced: the system sends plainly."""


class AnnouncedKeys(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="ANNOUNCED"):
    """All that was announced for a system, the oldest first."""

    announced: tuple[EncryptionKeyAnnounced, ...]

    @property
    def keys(self) -> tuple[KeyParameters, ...]:
        """The keys alone."""
        return tuple(one.key for one in self.announced)


KeysState: TypeAlias = NoKeys | AnnouncedKeys


def decide(state: KeysState, asked: EncryptionKeyAnnounced) -> Sequence[Event]:
    """What follows; ``RefusedByRule`` while a change that was announced has not begun."""
    ensure_in_order(asked.key)
    if isinstance(state, AnnouncedKeys):
        last = state.keys[-1]
        if asked.announced_at < last.valid_from:
            raise RefusedByRule(
                f"number {last.number}: this change was announced and has not begun; announce the "
                f"next one after {last.valid_from.isoformat()} ({asked.clause})"
            )
    return [asked]


def evolve(state: KeysState, event: Event) -> KeysState:
    """What is known of a system's keys after ``event``."""
    if not isinstance(event, EncryptionKeyAnnounced):
        return state
    before = state.announced if isinstance(state, AnnouncedKeys) else ()
    return AnnouncedKeys(announced=(*before, event))


ENCRYPTION: ObjectKind[KeysState] = ObjectKind("ENCRYPTION", NoKeys(), evolve, KeysState)
"""Keys, by an id made from the code of their system."""

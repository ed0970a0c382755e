"""The keys that a SEZ was given: installed one after the other, each from a moment on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from shared_contracts.encryption.parameters import KeyParameters
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic

KEYS_ID: Final = UUID("c3f0a2f5-4c52-5e0a-9d42-3f1f9b1a9501")
"""The id under which the keys are kept: a SEZ has one row of them."""


@topic("encryption-key-installed.1")
class EncryptionKeyInstalled(Event, frozen=True, kw_only=True):
    """Parameters of a key were installed, whose passphrase is right and stands in no event."""

    key: KeyParameters
    installed_at: datetime


class InstalledKeys(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All keys that were installed, the oldest first."""

    keys: tuple[KeyParameters, ...] = ()


def decide(
    state: InstalledKeys, key: KeyParameters, sez_code: str, at: datetime
) -> Sequence[Event]:
    """What follows; ``RefusedByRule`` for a key of another system or out of its order."""
    if key.sez_code != sez_code:
        raise RefusedByRule(f"sez_code {key.sez_code!r}: install the parameters of {sez_code}")
    if key in state.keys:
        return []
    last = state.keys[-1] if state.keys else None
    if last is not None and (key.number <= last.number or key.valid_from < last.valid_from):
        raise RefusedByRule(
            f"number {key.number}: number {last.number} is installed; install a later one"
        )
    return [EncryptionKeyInstalled(key=key, installed_at=at)]


def evolve(state: InstalledKeys, event: Event) -> InstalledKeys:
    """The keys after ``event``."""
    if isinstance(event, EncryptionKeyInstalled):
        return InstalledKeys(keys=(*state.keys, event.key))
    return state


INSTALLED: ObjectKind[InstalledKeys] = ObjectKind(
    "ENCRYPTION", InstalledKeys(), evolve, InstalledKeys
)
"""The keys of this SEZ."""

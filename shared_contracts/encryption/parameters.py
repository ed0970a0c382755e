"""By what a key is made of a passphrase, and from when to when it holds (S95-15.1b).

The authority gives these parameters; the passphrase goes another way and stands in none of them.
"""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec

from shared_contracts.errors import BadInput
from shared_contracts.regimes import ORDER_95

KEY_BYTES: Final = 32
"""Bytes of a key of AES-256."""
SALT_BYTES: Final = 16
MEMORY: Final = (19 * 1024, 256 * 1024)
"""Least and most KiB that Argon2id uses: the least is OWASP's (Password Storage Cheat Sheet)."""
LOG2_N: Final = (14, 18)
"""The same for scrypt with blocks of 1 KiB: 16 to 256 MiB."""

Salt = Annotated[bytes, msgspec.Meta(min_length=SALT_BYTES, max_length=SALT_BYTES)]


class DerivationPart(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="method"
):
    """By which function of memory and time a key is made; ``salt`` is written in base64."""

    salt: Salt


class ByArgon2id(DerivationPart, frozen=True, kw_only=True, tag="ARGON2ID"):
    """Argon2id (RFC 9106): memory in KiB, passes over it, lanes."""

    memory_kib: Annotated[int, msgspec.Meta(ge=MEMORY[0], le=MEMORY[1])] = 64 * 1024
    passes: Annotated[int, msgspec.Meta(ge=2, le=10)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=4)] = 4


class ByScrypt(DerivationPart, frozen=True, kw_only=True, tag="SCRYPT"):
    """scrypt (RFC 7914) with r=8: N is 2 to the ``log2_n``, ``lanes`` is p."""

    log2_n: Annotated[int, msgspec.Meta(ge=LOG2_N[0], le=LOG2_N[1])] = 17
    lanes: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1


Derivation: TypeAlias = ByArgon2id | ByScrypt


class KeyParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key of a system by its number, and since when it holds; without ``derivation`` plainly.

    ``check`` tells a right passphrase from a wrong one: 16 signs of a one-way function of the key.
    What was used before ``valid_from`` is taken until ``previous_until``.
    """

    sez_code: str
    number: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    derivation: Derivation | None
    check: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{16})?$")] = ""
    valid_from: Annotated[datetime, msgspec.Meta(tz=True)]
    previous_until: Annotated[datetime, msgspec.Meta(tz=True)]

    @property
    def name(self) -> str:
        """The name of the key as messages bear it: code and number."""
        return key_name(self.sez_code, self.number)


def key_name(sez_code: str, number: int) -> str:
    """The name under which messages name a key."""
    return f"{sez_code}/{number}"


def read_name(name: str) -> tuple[str, int] | None:
    """Code and number of a key's name; None for what is no such name."""
    code, _, number = name.rpartition("/")
    if not code or not number.isascii() or not number.isdecimal() or len(number) > len("1000000"):
        return None
    return code, int(number)


def at_moment(keys: tuple[KeyParameters, ...], at: datetime) -> KeyParameters | None:
    """What holds at a moment: of those that have begun the last; None before the first."""
    begun = [one for one in keys if one.valid_from <= at]
    return begun[-1] if begun else None


def taken(keys: tuple[KeyParameters, ...], at: datetime) -> frozenset[int | None]:
    """The numbers of the keys that are taken at a moment; None among them: plain messages too."""
    now = at_moment(keys, at)
    if now is None:
        return frozenset({None})
    found = {_told(now)}
    if at < now.previous_until:
        before = keys[: keys.index(now)]
        found.add(_told(before[-1]) if before else None)
    return frozenset(found)


def _told(key: KeyParameters) -> int | None:
    return key.number if key.derivation is not None else None


def ensure_in_order(key: KeyParameters) -> None:
    """Refuse moments that cannot be (``BadInput``)."""
    if key.previous_until < key.valid_from:
        told = f"{key.previous_until.isoformat()} is before valid_from {key.valid_from.isoformat()}"
        raise BadInput(f"previous_until: {told}; give that moment or a later one")
    if key.valid_from.date() < ORDER_95:
        raise BadInput(f"valid_from: {key.valid_from.isoformat()} is before order 95; give a later")

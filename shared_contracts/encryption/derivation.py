"""From a passphrase to a key: once for each key, never for a message (S95-15.1a).

The function is one that costs memory and time (RFC 9106, RFC 7914), within the bounds of the
parameters.
"""

import hashlib
import hmac
import secrets
from base64 import b32encode
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared_contracts.encryption.parameters import (
    KEY_BYTES,
    SALT_BYTES,
    ByArgon2id,
    ByScrypt,
    Derivation,
)

FORMED: Final = 20
"""Random bytes of a passphrase that is formed here: 160 bits, 32 letters and digits."""
_GROUP: Final = 4
_BLOCK: Final = 8
_LABEL: Final = b"kz.tru-registry.encryption.key-check.1"
_SIGNS: Final = 16


def new_salt() -> bytes:
    """Random bytes for one derivation."""
    return secrets.token_bytes(SALT_BYTES)


def new_passphrase() -> str:
    """A passphrase that nobody can guess, in groups that a person can read out."""
    text = b32encode(secrets.token_bytes(FORMED)).decode()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def derive(passphrase: str, by: Derivation) -> bytes:
    """The key of 32 bytes; it takes some tenths of a second, and the memory that ``by`` names."""
    told = passphrase.strip().encode()
    match by:
        case ByArgon2id(salt=salt, memory_kib=memory, passes=passes, lanes=lanes):
            return Argon2id(
                salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory
            ).derive(told)
        case ByScrypt(salt=salt, log2_n=log2_n, lanes=lanes):
            return Scrypt(salt=salt, length=KEY_BYTES, n=2**log2_n, r=_BLOCK, p=lanes).derive(told)


def check_of(key: bytes) -> str:
    """What tells a right key from a wrong one and gives nothing of it away: 16 signs."""
    return hmac.new(key, _LABEL, hashlib.sha256).hexdigest()[:_SIGNS]


def is_right(key: bytes, check: str) -> bool:
    """Whether a key is that of the parameters."""
    return hmac.compare_digest(check_of(key), check)

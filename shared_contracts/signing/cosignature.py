"""Cosignatures of a witness upon the checkpoints of others: C2SP tlog-cosignature, Ed25519."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared_contracts.errors import BadInput

_TYPE = b"\x04"
"""Of an Ed25519 cosignature with its moment."""


@dataclass(frozen=True)
class WitnessKey:
    """The key of a witness, and the name under which it is known."""

    name: str
    private: Ed25519PrivateKey

    @property
    def _public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> bytes:
        """The four bytes by which the key is named."""
        return sha256(self.name.encode() + b"\n" + _TYPE + self._public).digest()[:4]

    @property
    def verifier(self) -> str:
        """What others believe this witness by: a C2SP verifier key."""
        value = b64encode(_TYPE + self._public).decode()
        return f"{self.name}+{self.key_id.hex()}+{value}"

    def cosigned(self, text: str, at: int) -> str:
        """The signature line upon the text of a checkpoint, at a moment in seconds since 1970."""
        signature = self.private.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
        value = b64encode(self.key_id + at.to_bytes(8, "big") + signature).decode()
        return f"\N{EM DASH} {self.name} {value}\n"


def new_key() -> bytes:
    """A new private key, PEM."""
    made = Ed25519PrivateKey.generate()
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def witness_key(name: str, pem: bytes) -> WitnessKey:
    """The key in a PEM file; raises ValueError, BadInput if there is none, or no such name."""
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise ValueError(f"a witness has a name without spaces and plus signs, not {name[:60]!r}")
    found = load_pem_private_key(pem, None)
    if not isinstance(found, Ed25519PrivateKey):
        raise BadInput("a witness signs with an Ed25519 key: make one by `contracts witness new`")
    return WitnessKey(name, found)

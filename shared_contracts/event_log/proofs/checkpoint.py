"""Signed checkpoints of the log: C2SP tlog-checkpoint text in a C2SP signed note.

The signature is of type 0x02 (ECDSA, P-256 with SHA-256, DER) over the text with its last newline;
its key id is, as the specification says for this type, the first four bytes of SHA-256 over the
public key in SPKI DER. The key's name is the origin, ``kz.tru-registry/SYSTEM/ENVIRONMENT``.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from shared_contracts.errors import BadInput

_DASH = "— "
_ROOT_BYTES = 32
_KEY_ID_BYTES = 4
SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
"""A number of events, as decimal digits without leading zeros; none has more than 19."""


class BadCheckpoint(BadInput):
    """A text that is no checkpoint, or one that the expected key did not sign."""


@dataclass(frozen=True)
class NoteKey:
    """The key under which checkpoints are signed: its name, SPKI DER, and how it signs.

    ``sign`` gives the DER signature of the bytes (ECDSA P-256 with SHA-256).
    """

    name: str
    spki: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Checkpoint:
    """The log as it stood: its origin, number of events, and root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed text, with its last newline."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def origin(system: str, environment: str) -> str:
    """The name of a system's log in one environment."""
    return f"kz.tru-registry/{system}/{environment}"


def key_id(spki: bytes) -> bytes:
    """The four bytes that name a key of type 0x02."""
    return sha256(spki).digest()[:_KEY_ID_BYTES]


def signed(checkpoint: Checkpoint, key: NoteKey) -> str:
    """The checkpoint as a signed note."""
    if not key.name or "+" in key.name or any(letter.isspace() for letter in key.name):
        raise ValueError(f"key name {key.name!r} must have no space and no plus sign")
    signature = key.sign(checkpoint.text.encode())
    value = b64encode(key_id(key.spki) + signature).decode()
    return f"{checkpoint.text}\n{_DASH}{key.name} {value}\n"


def parse(note: str) -> Checkpoint:
    """The checkpoint inside a note, its signatures not judged; raises BadCheckpoint."""
    lines = _text(note).split("\n")
    if len(lines) < 4 or not lines[0] or not SIZE.fullmatch(lines[1]):  # noqa: PLR2004 - with the end
        raise BadCheckpoint("a checkpoint begins with its origin, size and root, a line each")
    root = decoded(lines[2])
    if len(root) != _ROOT_BYTES:
        raise BadCheckpoint(f"the root has {len(root)} bytes, not {_ROOT_BYTES}")
    return Checkpoint(lines[0], int(lines[1]), root)


def verified(
    note: str, name: str, spki: bytes, is_signature: Callable[[bytes, bytes], bool]
) -> Checkpoint:
    """The checkpoint of a note that the named key signed; other keys' lines are passed over.

    ``is_signature`` judges (signature, text). Raises BadCheckpoint.
    """
    checkpoint = parse(note)
    prefix = f"{_DASH}{name} "
    for line in note[len(_text(note)) + 1 :].splitlines():
        value = decoded(line.removeprefix(prefix)) if line.startswith(prefix) else b""
        if value[:_KEY_ID_BYTES] == key_id(spki):
            if is_signature(value[_KEY_ID_BYTES:], _text(note).encode()):
                return checkpoint
            raise BadCheckpoint(f"the signature of {name} does not hold")
    raise BadCheckpoint(f"no signature of {name} with this key")


def _text(note: str) -> str:
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.startswith(_DASH) or not note.endswith("\n"):
        raise BadCheckpoint("a note is a text, a blank line and signature lines")
    return f"{text}\n"


def decoded(text: str) -> bytes:
    """The bytes of a line in base64; raises BadCheckpoint."""
    try:
        return b64decode(text, validate=True)
    except (BadBase64, ValueError) as error:
        raise BadCheckpoint(f"not base64: {text[:40]!r}") from error

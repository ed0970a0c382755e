"""Signed checkpoints of the log: C2SP tlog-checkpoint text in a C2SP signed note.

The signature is of type 0x02 (ECDSA, P-256 with SHA-256, DER) over the text with its last newline;
its key id is, as the specification says for this type, the first four bytes of SHA-256 over the
public key in SPKI DER. The key's name is the origin, ``kz.tru-registry/SYSTEM/ENVIRONMENT``.

After the root comes an extension line with the moment, which the signature covers as well (decision
0061); checkpoints of earlier versions have none, and what other lines say is kept and not read.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from shared_contracts.errors import BadInput

_DASH = "— "
_ROOT_BYTES = 32
_KEY_ID_BYTES = 4
_MADE_AT = "kz.tru-registry/made-at "
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
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
    """The log as it stood: its origin, number of events, and root.

    ``extensions`` are the lines after them. Two that seal the same are equal whatever those say.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The signed text, with its last newline."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{one}\n" for one in lines)

    @property
    def made_at(self) -> datetime | None:
        """When it was made, to the second; None where no line says so.

        Raises BadCheckpoint where the line has another form, or there are two.
        """
        said = [one[len(_MADE_AT) :] for one in self.extensions if one.startswith(_MADE_AT)]
        if not said:
            return None
        moment = _moment(said[0]) if len(said) == 1 else None
        if moment is None:
            form = f"{_MADE_AT}2026-09-01T10:00:00Z"
            raise BadCheckpoint(f"its moment must be one line {form}, not {said[0][:40]!r}")
        return moment

    def dated(self, at: datetime) -> "Checkpoint":
        """The same, made at this moment; seconds are whole."""
        written = at.astimezone(UTC).strftime(_MOMENT)
        return Checkpoint(self.origin, self.size, self.root, (f"{_MADE_AT}{written}",))


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
    if not all(lines[3:-1]):
        raise BadCheckpoint("a line after the root is empty")
    read = Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:-1]))
    _ = read.made_at  # a moment that cannot be read is refused here
    return read


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


def _moment(written: str) -> datetime | None:
    if not _WRITTEN.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


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

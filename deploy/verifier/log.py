"""The log: leaves, chain, proofs (RFC 9162), checkpoints (C2SP tlog-checkpoint, tlog-proof)."""

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .keys import check_ecdsa
from .steps import Flaw

_MADE_AT = "kz.tru-registry/made-at "


def leaf(originator: str, version: int, topic: str, state: bytes) -> bytes:
    """The leaf hash of an event."""
    name = topic.encode()
    parts = (
        UUID(originator).bytes,
        version.to_bytes(8, "big", signed=True),
        len(name).to_bytes(4, "big"),
        name,
        len(state).to_bytes(4, "big"),
        state,
    )
    return sha256(b"\x00" + b"".join(parts)).digest()


def chain(before: bytes, position: int, leaf_hash: bytes) -> bytes:
    """The chain value at a position."""
    return sha256(b"\x02" + before + position.to_bytes(8, "big", signed=True) + leaf_hash).digest()


@dataclass(frozen=True)
class Seal:
    """A checkpoint: the log's name, its size, its root, the text and the signature lines.

    ``made_at`` is its moment as written in an extension line; empty where there is none.
    """

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[str, ...]
    made_at: str = ""


def read_seal(note: bytes) -> Seal:
    """The checkpoint in a signed note; ``Flaw`` if it is none."""
    text, blank, lines = note.decode().rpartition("\n\n")
    rows = text.split("\n")
    if not blank or len(rows) < 3 or not all(rows) or not lines.endswith("\n"):  # noqa: PLR2004
        raise Flaw("CHECKPOINT_FORM")
    if not rows[1].isdecimal():
        raise Flaw("CHECKPOINT_FORM")
    root, size, signed = b64decode(rows[2], validate=True), int(rows[1]), f"{text}\n".encode()
    moments = [one.removeprefix(_MADE_AT) for one in rows[3:] if one.startswith(_MADE_AT)]
    made_at = moments[0] if moments else ""
    return Seal(rows[0], size, root, signed, tuple(lines[:-1].split("\n")), made_at)


def check_seal(seal: Seal, certificates: Iterable[x509.Certificate]) -> x509.Certificate:
    """The certificate whose key signed the checkpoint; ``Flaw`` if it is none of these."""
    for one in certificates:
        spki = one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        identifier = sha256(spki).digest()[:4]
        for line in seal.signatures:
            prefix, _, value = line.rpartition(" ")
            signed = b64decode(value, validate=True)
            if prefix == f"— {seal.origin}" and signed[:4] == identifier:
                check_ecdsa(one, signed[4:], seal.text)
                return one
    raise Flaw("CHECKPOINT_KEY")


def check_proof(text: bytes, seal_note: bytes, position: int, leaf_hash: bytes) -> None:
    """The proof leads from the leaf to the root of the checkpoint, or ``Flaw``."""
    head, blank, note = text.partition(b"\n\n")
    first, index, *hashes = head.decode().split("\n")
    if first != "c2sp.org/tlog-proof@v1" or index != f"index {position - 1}" or not blank:
        raise Flaw("PROOF_FORM")
    if note != seal_note:
        raise Flaw("PROOF_OTHER_CHECKPOINT")
    seal = read_seal(seal_note)
    path = [b64decode(one, validate=True) for one in hashes]
    if _climbed(leaf_hash, position - 1, seal.size, path) != seal.root:
        raise Flaw("PROOF_VALUE")


def _climbed(leaf_hash: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a path leads (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Flaw("PROOF_FORM")
    place, last, tree = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            raise Flaw("PROOF_FORM")
        if place % 2 or place == last:
            tree = sha256(b"\x01" + sibling + tree).digest()
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            tree = sha256(b"\x01" + tree + sibling).digest()
        place, last = place >> 1, last >> 1
    if last:
        raise Flaw("PROOF_FORM")
    return tree

"""A proof of the log, checked with nothing but the file and what it is held against."""

from dataclasses import dataclass
from pathlib import Path

from shared_contracts.errors import BadInput
from shared_contracts.event_log.auditing.quoted import quoted_leaf
from shared_contracts.event_log.proofs.proof import ConsistencyProof, InclusionProof, read_proof
from shared_contracts.explaining.notes import reader
from shared_contracts.limits import MESSAGE_BYTES

_LEAF_DIGITS = 64


@dataclass(frozen=True)
class ProofAsked:
    """What a proof is held against: a leaf (hex), or a receipt that names it; an older checkpoint.

    ``certificates`` are those of the system whose log it is; without one no signature is asked.
    """

    leaf: str = ""
    receipt: Path | None = None
    older: Path | None = None
    certificates: tuple[Path, ...] = ()

    @property
    def wanted_leaf(self) -> bytes:
        """The leaf that shall be in the log; raises BadInput."""
        named = self.leaf or self._named()
        try:
            found = bytes.fromhex(named)
        except ValueError:
            found = b""
        if len(found) * 2 != _LEAF_DIGITS or len(named) != _LEAF_DIGITS:
            raise BadInput(f"a leaf is {_LEAF_DIGITS} hexadecimal digits, not {named[:80]!r}")
        return found

    @property
    def about_receipt(self) -> dict[str, object]:
        """What was read of the receipt, so that nobody takes its other words for proven."""
        if self.leaf or self.receipt is None:
            return {}
        return {"receipt": "only its leaf was read: prove its signature by `contracts verify`"}

    def _named(self) -> str:
        if self.receipt is None:
            raise BadInput("name what shall be in the log: --receipt FILE, or --leaf HASH")
        if self.receipt.stat().st_size > MESSAGE_BYTES:
            raise BadInput(f"{self.receipt} is no receipt: more than {MESSAGE_BYTES} bytes")
        named = quoted_leaf(self.receipt.read_bytes())
        if not named:
            raise BadInput(f"{self.receipt} names no leaf: give a receipt on a package, or --leaf")
        return named


def check_proof(file: Path, asked: ProofAsked) -> dict[str, object]:
    """Whether the proof in a file holds, and of what; raises BadInput, BadCheckpoint."""
    if file.stat().st_size > MESSAGE_BYTES:
        raise BadInput(f"{file} is no proof: more than {MESSAGE_BYTES} bytes")
    proof = read_proof(file.read_text("utf-8"))
    sealed = reader(asked.certificates)(proof.note)
    about = {
        "log": sealed.origin,
        "size": sealed.size,
        "root": sealed.root.hex(),
        "signature": "verified" if asked.certificates else "not asked: name --certificate",
    } | asked.about_receipt
    match proof:
        case InclusionProof():
            return _inclusion(proof, asked.wanted_leaf) | about
        case ConsistencyProof():
            return _consistency(proof, asked) | about


def _inclusion(proof: InclusionProof, leaf: bytes) -> dict[str, object]:
    return {
        "holds": proof.holds(leaf),
        "proves": "inclusion",
        "leaf": leaf.hex(),
        "position": proof.index + 1,
    }


def _consistency(proof: ConsistencyProof, asked: ProofAsked) -> dict[str, object]:
    if asked.older is None:
        raise BadInput("name the older checkpoint that the log shall begin with: --older FILE")
    older = reader(asked.certificates)(asked.older.read_text("utf-8"))
    newer = proof.checkpoint
    if (older.size, older.origin) != (proof.old_size, newer.origin):
        raise BadInput(
            f"{asked.older} is the checkpoint of {older.size} events of {older.origin}; the proof "
            f"is about {proof.old_size} events of {newer.origin}"
        )
    return {
        "holds": proof.holds(older.root),
        "proves": "consistency",
        "older_size": older.size,
        "older_root": older.root.hex(),
    }

"""Is the log of another the one that was seen before, and grown? (RFC 9162, section 2.1.4)."""

from enum import StrEnum

from shared_contracts.errors import BadInput
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.event_log.proofs.proof import ConsistencyProof, read_proof


class Extension(StrEnum):
    """What a checkpoint and a proof say of a log that was seen before."""

    EXTENDS = "EXTENDS"
    SHORTER = "SHORTER"
    """It has fewer events than before: an older copy of it was restored."""
    REWRITTEN = "REWRITTEN"
    """What it had before is not what it begins with now."""
    UNPROVEN = "UNPROVEN"
    """It gave no proof although it could, or one that cannot be read."""
    UNREADABLE = "UNREADABLE"
    """A signed receipt quotes as its checkpoint what is none."""


def extension(known: Checkpoint, told: Checkpoint, proof: str | None) -> Extension:
    """Whether the log that ``told`` seals is an extension of the one that was ``known``."""
    if told.origin != known.origin:
        return Extension.REWRITTEN
    if told.size < known.size:
        return Extension.SHORTER
    if proof is None:
        return Extension.UNPROVEN
    try:
        given = read_proof(proof)
        if not isinstance(given, ConsistencyProof) or given.old_size != known.size:
            return Extension.UNPROVEN
        if given.checkpoint != told:
            return Extension.UNPROVEN
    except BadInput:
        return Extension.UNPROVEN
    return Extension.EXTENDS if given.holds(known.root) else Extension.REWRITTEN

"""Is the log of another the one that was seen before, and grown? (RFC 9162, section 2.1.4)."""

from datetime import datetime, timedelta
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
    BACKDATED = "BACKDATED"
    """Its checkpoint is older than the one that was seen before, or says its moment no more."""


AGE = timedelta(hours=4)
"""So far from now the moment of a newest checkpoint may be: one is made each hour."""


def not_of_now(told: Checkpoint, at: datetime) -> str | None:
    """Why a checkpoint that is told as the newest can hardly be it; None if it can.

    One without a moment, of an earlier version or of another's program, is taken as it is.
    """
    made = told.made_at
    if made is None or abs(at - made) <= AGE:
        return None
    hours = round((at - made) / timedelta(hours=1))
    return (
        f"its newest checkpoint was made {made.isoformat()}, {abs(hours)} hours "
        f"{'ago' if hours > 0 else 'ahead'}: an old one is shown again, it makes no more (one is "
        "due each hour), or one of the clocks is wrong"
    )


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
    if not given.holds(known.root):
        return Extension.REWRITTEN
    return Extension.BACKDATED if _went_back(known, told) else Extension.EXTENDS


def _went_back(known: Checkpoint, told: Checkpoint) -> bool:
    before, after = known.made_at, told.made_at
    return before is not None and (after is None or after < before)

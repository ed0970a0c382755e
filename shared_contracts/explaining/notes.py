"""How a checkpoint is read: believed by the certificates that are given, or as it stands."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from shared_contracts.event_log.proofs import checkpoint
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.signing.note import certified_key, is_note_signature


def reader(certificates: Sequence[Path]) -> Callable[[str], Checkpoint]:
    """Gives the checkpoint of a note, verified by the certificates' keys, if there are any.

    Raises ValueError, OSError for what is no certificate; what it gives raises BadCheckpoint.
    """
    given = (certified_key(one.read_bytes()) for one in certificates)
    keys = {checkpoint.key_id(key): key for key in given}

    def read(note: str) -> Checkpoint:
        told = checkpoint.parse(note)
        for key in keys.values():
            with suppress(checkpoint.BadCheckpoint):
                holds = partial(is_note_signature, key)
                return checkpoint.verified(note, told.origin, key, holds)
        raise checkpoint.BadCheckpoint("no signature of a given certificate holds")

    return read if keys else checkpoint.parse

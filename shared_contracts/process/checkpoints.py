"""What signs the checkpoints of a system's log: its own key."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import NoteKey
from shared_contracts.signing.note import public_key, sign_note
from shared_contracts.signing.sign import OwnSigner


def checkpointer_of(
    log: EventLog, name: str, signer: OwnSigner, clock: Callable[[], datetime]
) -> Checkpointer:
    """The signer of checkpoints; one of the empty log exists from the start (wire.md 20)."""
    key = NoteKey(name, public_key(signer.signer), partial(sign_note, signer))
    checkpointer = Checkpointer(log, key, clock)
    checkpointer.latest()
    return checkpointer

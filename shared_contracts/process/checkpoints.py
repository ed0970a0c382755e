"""What signs the checkpoints of a system's log: its own key."""

from functools import partial

from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proofs.checkpoint import NoteKey, origin
from shared_contracts.signing.note import public_key, sign_note
from shared_contracts.signing.sign import OwnSigner


def checkpointer_of(
    log: EventLog, system: str, environment: str, signer: OwnSigner
) -> Checkpointer:
    """The signer of checkpoints; one of the empty log exists from the start (wire.md 20)."""
    name = origin(system, environment)
    key = NoteKey(name, public_key(signer.signer), partial(sign_note, signer))
    checkpointer = Checkpointer(log, key)
    checkpointer.latest()
    return checkpointer

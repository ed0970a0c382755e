"""Checkpoints and proofs of a log, as the two systems ask each other for them (S216-12)."""

from datetime import datetime
from uuid import UUID

from shared_contracts.messages.system_message import SystemMessage, SystemQuestion

GET_CHECKPOINT = "GetCheckpoint"
"""The operation that asks for the newest checkpoint."""

GET_PROOF = "GetProof"
"""The operation that asks for a proof."""


class CheckpointRequest(SystemQuestion, frozen=True, kw_only=True):
    """The question for the newest checkpoint of the log of the other system."""


class CheckpointAnswer(SystemMessage, frozen=True, kw_only=True):
    """The newest checkpoint: a C2SP signed note."""

    answered_at: datetime
    checkpoint: str


class ProofRequest(SystemQuestion, frozen=True, kw_only=True):
    """The question for a proof; one of the three is named.

    ``old_size``: that the log begins with the log of so many events. ``position`` (from 1): that
    this event stands in it. ``about_message``: that the verdict on an own message does; only the
    Registry is asked so.
    """

    old_size: int | None = None
    position: int | None = None
    about_message: UUID | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Which of the three are named."""
        fields = ("old_size", "position", "about_message")
        return tuple(name for name in fields if getattr(self, name) is not None)


class ProofAnswer(SystemMessage, frozen=True, kw_only=True):
    """The proof and the newest checkpoint, on which it rests.

    There is no proof where that checkpoint does not reach what was asked for.
    """

    answered_at: datetime
    checkpoint: str
    proof: str | None = None

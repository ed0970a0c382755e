"""A system is asked for its newest checkpoint, with the proof that its log grew (S216-12b)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from registry.systems.system import SystemRegistered
from shared_contracts.counterpart import (
    Counterpart,
    NotTheCounterpart,
    believe,
    checkpoint_told,
)
from shared_contracts.errors import Absent
from shared_contracts.event_log.proofs.checkpoint import Checkpoint
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.log_proof import (
    GET_CHECKPOINT,
    GET_PROOF,
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.messages.system_message import SystemQuestion
from shared_contracts.signing.sign import OwnSigner, sign_message
from shared_contracts.signing.trust import CertificateChecker

A = TypeVar("A", CheckpointAnswer, ProofAnswer)

Call = Callable[[str, str, bytes], bytes]
"""Puts a signed message to an operation at an endpoint; raises what says why it cannot."""


@dataclass(frozen=True, slots=True)
class LogQuestions:
    """Asks systems for proofs of their logs, and believes their signed answers alone."""

    signer: OwnSigner
    checker: CertificateChecker
    call: Call
    clock: Callable[[], datetime]

    def ask(self, entry: SystemRegistered, old_size: int) -> tuple[Checkpoint, str | None, bytes]:
        """The newest checkpoint, the proof that it extends ``old_size``, the signed answer.

        Every log begins with the empty one: then nothing is proven. ``RemoteFault``,
        ``PeerUnreachable``, ``NotTheCounterpart``, ``Absent`` say why there is no answer.
        """
        head = {
            "message_id": uuid7(),
            "sez_code": entry.code,
            "environment": entry.environment,
            "created_at": self.clock(),
        }
        if old_size:
            request = ProofRequest(**head, old_size=old_size)  # type: ignore[arg-type]  # by name
            given, data = self._put(entry, GET_PROOF, request, ProofAnswer)
            return checkpoint_told(given.checkpoint, self.clock()), given.proof, data
        asked = CheckpointRequest(**head)  # type: ignore[arg-type]  # by name
        newest, data = self._put(entry, GET_CHECKPOINT, asked, CheckpointAnswer)
        return checkpoint_told(newest.checkpoint, self.clock()), None, data

    def _put(
        self, entry: SystemRegistered, operation: str, request: SystemQuestion, kind: type[A]
    ) -> tuple[A, bytes]:
        if entry.endpoint is None:
            raise Absent(f"the register has no endpoint of {entry.code}")
        self.signer.check()
        body = sign_message(request, f"log-{request.message_id}", self.signer)
        data = self.call(entry.endpoint, operation, body)
        pinned = (entry.bin, entry.system_uid or "", entry.certificate_sha256)
        answer = believe(data, kind, Counterpart(self.checker, *pinned), self.clock())
        if (answer.message_id, answer.sez_code) != (request.message_id, entry.code):
            raise NotTheCounterpart(f"it answers {answer.message_id}, not {request.message_id}")
        return answer, data

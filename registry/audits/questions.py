"""A question of an audit: signed, put to a system, its signed answer believed (S216-A2.6)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from registry.systems.system import SystemRegistered
from shared_contracts.counterpart import (
    Counterpart,
    NotProvenYet,
    NotTheCounterpart,
    SignerChecker,
    believe,
)
from shared_contracts.errors import Absent, UpstreamFailed
from shared_contracts.faults import Fault
from shared_contracts.messages.document import Part
from shared_contracts.messages.system_message import SystemQuestion
from shared_contracts.signing.sign import OwnSigner, Signer, sign_message
from shared_contracts.signing.signers import alone

Call = Callable[[str, str, bytes], bytes]
"""Puts a signed message to an operation at an endpoint; raises what says why it cannot."""

WANTED_FOR: Final = timedelta(days=1)
"""So long a system is asked with issuers, once only they had it believe or be believed."""

Q = TypeVar("Q", bound=SystemQuestion)
A = TypeVar("A", bound=Part)


class AnswerDoubted(NotTheCounterpart):
    """The signer of an answer is not believed; with the issuers beside it, it might be."""


@dataclass(frozen=True, slots=True)
class AuditQuestion(Generic[Q, A]):
    """A question to an operation of a system, and the kind of its answer.

    ``form`` makes it anew, with an identifier of its own, each time that it is put.
    """

    operation: str
    form: Callable[[], Q]
    kind: type[A]


@dataclass(frozen=True, slots=True)
class AuditExchange(Generic[Q, A]):
    """A question and its answer, with the bytes of both as they were signed."""

    request: Q
    answer: A
    body: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class AuditQuestions:
    """Puts questions to systems, and believes their signed answers alone; safe for all threads.

    A question bears the Registry's certificate without its issuers, and so does the answer, which
    is a fifth less to send (decision 0051). ``whole`` are the systems that want the issuers, each
    with the moment from which on it is asked without them again.
    """

    signer: OwnSigner
    checker: SignerChecker
    call: Call
    clock: Callable[[], datetime]
    whole: dict[str, datetime] = field(default_factory=dict)

    def put(self, entry: SystemRegistered, asked: AuditQuestion[Q, A]) -> AuditExchange[Q, A]:
        """The question as it was answered.

        ``RemoteFault``, ``PeerUnreachable``, ``NotTheCounterpart`` say why it was not.
        """
        signer: Signer = self.signer
        if not self._wants_issuers(entry.code):
            signer = alone(signer, self.checker.profile.authorities)
        try:
            return self._put(entry, asked, signer)
        except (UpstreamFailed, AnswerDoubted) as doubt:
            if signer is self.signer or not _is_of_issuers(doubt):
                raise
        answered = self._put(entry, asked, self.signer)
        self.whole[entry.code] = self.clock() + WANTED_FOR
        return answered

    def _wants_issuers(self, code: str) -> bool:
        """Whether issuers helped lately; what is over is forgotten, so that the list is bounded."""
        until = self.whole.get(code)
        if until is not None and not self.clock() < until <= self.clock() + WANTED_FOR:
            self.whole.pop(code, None)
            return False
        return until is not None

    def _put(
        self, entry: SystemRegistered, asked: AuditQuestion[Q, A], signer: Signer
    ) -> AuditExchange[Q, A]:
        if entry.endpoint is None:
            raise Absent(f"the register has no endpoint of {entry.code}")
        request = asked.form()
        self.signer.check()
        body = sign_message(request, f"audit-{request.message_id}", signer)
        data = self.call(entry.endpoint, asked.operation, body)
        return AuditExchange(request, self._believed(entry, asked.kind, data), body, data)

    def _believed(self, entry: SystemRegistered, kind: type[A], data: bytes) -> A:
        pinned = (entry.bin, entry.system_uid or "", entry.certificate_sha256)
        try:
            return believe(data, kind, Counterpart(self.checker, *pinned), self.clock())
        except NotProvenYet:
            raise
        except NotTheCounterpart as doubt:
            raise AnswerDoubted(str(doubt)) from doubt


def _is_of_issuers(doubt: Exception) -> bool:
    """Whether it may be for want of issuers that who asks or who answers is not known."""
    code = getattr(doubt, "code", None)
    return isinstance(doubt, AnswerDoubted) or code == Fault.NOT_THE_REGISTRY.value

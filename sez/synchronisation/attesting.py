"""A receipt whose certificate has ended is believed on the Registry's word under its present one.

(S216-13b, S216-18.2)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sez.records.owner import Owner
from sez.synchronisation.delivery_problem import OWN_CERTIFICATE, DeliveryProblem
from shared_contracts.counterpart import (
    Counterpart,
    NoLongerInForce,
    NotTheCounterpart,
    believe,
    believe_as_of,
)
from shared_contracts.event_log.event import Event, Fact, topic
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import CertificateNotInForce
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.attestation import AttestReceipt, ReceiptAttested
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import Signer, sign_message


class NotAttested(NotTheCounterpart):
    """The Registry refuses to attest a receipt, and would refuse again: a person must act."""


@topic("attestation-received.1")
class AttestationReceived(Event, frozen=True, kw_only=True):
    """The Registry attested a receipt; the signed ``attestation`` is kept as evidence."""

    message_id: UUID
    receipt_sha256: str
    attestation_sha256: str
    issued_at: datetime
    received_at: datetime


class AttestingRegistry(Protocol):
    """The Registry as it is asked; raises ``DeliveryProblem``."""

    def attest(self, question: bytes) -> bytes:
        """Ask for the attestation of a receipt; its bytes."""


@dataclass(frozen=True, slots=True)
class Attesting:
    """Asks the Registry for its word on a receipt, and keeps it; safe for all threads."""

    log: EventLog
    owner: Owner
    counterpart: Counterpart
    registry: AttestingRegistry
    signer: Signer
    clock: Callable[[], datetime]

    def believed(self, answer: bytes, ended: NoLongerInForce) -> Receipt:
        """The receipt, if the Registry attests exactly these bytes.

        Its certificate is judged as of the attested moment of issue. Raises ``NotAttested``,
        ``NotTheCounterpart``, and ``DeliveryProblem`` where the Registry may attest it later.
        """
        claimed = ended.answer
        if not isinstance(claimed, Receipt) or claimed.message_id is None:
            raise ended
        question = self._question(claimed, claimed.message_id, answer)
        attested, data = self._asked(question, ended)
        receipt = believe_as_of(answer, Receipt, self.counterpart, attested.issued_at)
        self._keep(attested, data)
        return receipt

    def _question(self, receipt: Receipt, message_id: UUID, answer: bytes) -> AttestReceipt:
        return AttestReceipt(
            message_id=message_id,
            sez_code=self.owner.sez_code,
            environment=self.owner.environment,
            package_hash=receipt.package_hash,
            receipt_sha256=hashlib.sha256(answer).hexdigest(),
            created_at=self.clock(),
        )

    def _asked(
        self, question: AttestReceipt, ended: NoLongerInForce
    ) -> tuple[ReceiptAttested, bytes]:
        try:
            signed = sign_message(question, f"attest-{question.message_id}", self.signer)
        except CertificateNotInForce as own:
            raise DeliveryProblem(OWN_CERTIFICATE, f"{ended}; {own}", None, ()) from own
        try:
            data = self.registry.attest(signed)
        except DeliveryProblem as problem:
            if not problem.final:
                raise
            raise NotAttested(f"{ended}; it is not attested: {problem}") from problem
        attested = believe(data, ReceiptAttested, self.counterpart, self.clock())
        if _named(attested) != _named(question):
            raise NotTheCounterpart(f"{ended}; the attestation is of another receipt")
        return attested, data

    def _keep(self, attested: ReceiptAttested, data: bytes) -> None:
        event = AttestationReceived(
            message_id=attested.message_id,
            receipt_sha256=attested.receipt_sha256,
            attestation_sha256=hashlib.sha256(data).hexdigest(),
            issued_at=attested.issued_at,
            received_at=self.clock(),
        )
        fact = Fact(uuid7(), 1, event)
        evidence = Evidence(fact.originator_id, fact.version, "attestation", data)
        self.log.append(Commit((fact,), evidence=(evidence,)))


def _named(one: AttestReceipt | ReceiptAttested) -> tuple[object, ...]:
    """Which receipt is spoken of."""
    return (one.message_id, one.sez_code, one.environment, one.package_hash, one.receipt_sha256)

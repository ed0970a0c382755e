"""Takes receipts that the Registry pushes: the same as if they had been asked for.

A receipt is taken once and given the same signed word however often it comes (S216-18.1,
S216-13b). What answers no package of this system costs no signature and leaves no trace.
"""

import hashlib
from dataclasses import dataclass
from typing import Final, NoReturn
from uuid import UUID

from sez.synchronisation.committed import acknowledged, package_named, receipt_named
from sez.synchronisation.delivering import Delivery
from sez.synchronisation.package import Acknowledge, Answered, State, Unformed, Voided
from sez.synchronisation.package_events import PackageFormed, ReceiptAcknowledged, ReceiptReceived
from sez.synchronisation.package_writer import package_key
from sez.synchronisation.receipts import Receipts
from shared_contracts.astana_time import to_astana
from shared_contracts.counterpart import NotProvenYet, NotTheCounterpart, believe
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.faults import CertificateNotInForce, Fault, Unprocessed
from shared_contracts.messages.asynchronous import ReceiptDelivered
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import OwnSigner, sign_message
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element

AGAIN: Final = 10
"""Seconds after which the Registry is to come again where an authority did not answer."""


@dataclass(frozen=True, slots=True)
class PushedReceipts:
    """Where pushed receipts are taken; safe for all threads."""

    delivery: Delivery
    signer: OwnSigner

    @property
    def receipts(self) -> Receipts:
        """Where receipts are proven and kept."""
        return self.delivery.receipts

    def take(self, element: Element) -> bytes:
        """The acknowledgement of a receipt; ``Unprocessed`` says why it is not taken.

        RECEIPT_REFUSED names the field, the rule and the value, NOT_THE_REGISTRY the doubt in the
        signer.
        """
        receipt = _read(element)
        at, formed = self._answered_package(receipt)
        data = canonical(element, exclusive=True)
        if not isinstance(at.state, Answered):
            self._prove(data)
            self.delivery.settled(formed.message_id, receipt, data)
        return self._acknowledgement(formed.message_id, receipt, data)

    def _answered_package(self, receipt: Receipt) -> tuple[AggregateState[State], PackageFormed]:
        """The package that a receipt is about, as of before any signature is proven."""
        owner, said = self.receipts.owner, receipt.message_id
        _expect("Environment", receipt.environment, owner.environment)
        if said is None:
            _refuse("MessageId", "the id of a package of this system", None)
        at = self.receipts.current_state(said)
        if isinstance(at.state, Unformed):
            _refuse("MessageId", "the id of a package of this system", said)
        if isinstance(at.state, Voided):
            _refuse("MessageId", "a package whose number is not void", said)
        formed = self._stream(said)[0].event
        if not isinstance(formed, PackageFormed):
            raise TypeError(f"package {said} does not begin with its forming")
        _expect("SezCode", receipt.sez_code, owner.sez_code)
        _expect("PackageHash", receipt.package_hash, package_named(formed))
        return at, formed

    def _prove(self, data: bytes) -> None:
        """Whether the Registry signed it; one whose certificate has ended is asked for instead."""
        receipts = self.receipts
        try:
            believe(data, Receipt, receipts.counterpart, receipts.clock())
        except NotProvenYet as unknown:
            fault = Fault.REVOCATION_UNAVAILABLE
            raise Unprocessed(fault, str(unknown), retry_after=AGAIN) from unknown
        except NotTheCounterpart as doubt:
            raise Unprocessed(Fault.NOT_THE_REGISTRY, str(doubt)) from doubt

    def _acknowledgement(self, message_id: UUID, receipt: Receipt, data: bytes) -> bytes:
        """The word that was given before, or is given now; of another receipt there is none."""
        with self.receipts.log.locks([package_key(self.receipts.owner, message_id)]):
            stream = self._stream(message_id)
            kept = [receipt_named(one.event) for one in stream]
            sha256 = hashlib.sha256(data).hexdigest()
            if sha256 not in kept:
                receipts = [one.event for one in stream if isinstance(one.event, ReceiptReceived)]
                if not receipts:
                    _refuse("MessageId", "a package whose number is not void", message_id)
                _expect("ReceiptId", receipt.receipt_id, receipts[0].receipt_id)
                _refuse("Signature", "the receipt that is kept, byte for byte", sha256)
            given = proven_evidence(self.receipts.log, stream, "acknowledgement", acknowledged)
            return given or self._acknowledge(message_id, receipt, sha256)

    def _acknowledge(self, message_id: UUID, receipt: Receipt, sha256: str) -> bytes:
        owner, now = self.receipts.owner, self.receipts.clock()
        delivered = ReceiptDelivered(
            message_id=message_id,
            sez_code=owner.sez_code,
            environment=owner.environment,
            receipt_id=receipt.receipt_id,
            receipt_sha256=sha256,
            taken_at=to_astana(now),
        )
        try:
            self.signer.check()
            answer = sign_message(delivered, f"delivered-{receipt.receipt_id}", self.signer)
        except CertificateNotInForce as ended:
            raise Unprocessed(Fault.MAINTENANCE, "own certificate", retry_after=AGAIN) from ended
        event = ReceiptAcknowledged(
            message_id=message_id,
            receipt_id=receipt.receipt_id,
            acknowledgement_sha256=hashlib.sha256(answer).hexdigest(),
            acknowledged_at=now,
        )
        self.receipts.settle(message_id, Acknowledge(event), {"acknowledgement": answer})
        return answer

    def _stream(self, message_id: UUID) -> list[Recorded]:
        at = self.receipts.current_state(message_id)
        return list(self.receipts.log.stream(at.originator_id))


def _read(element: Element) -> Receipt:
    if breaches := schema.validate(element, "I-XSD-1"):
        first = breaches[0]
        named = first.parameters
        rule = f"{named['facet']}, expected {named['expected'] or '—'}"
        raise Unprocessed(Fault.RECEIPT_REFUSED, f"{first.path}: {rule}, not {first.value!r}")
    return codec.read(element, Receipt)


def _expect(name: str, said: object, expected: object) -> None:
    if said != expected:
        _refuse(name, str(expected), said)


def _refuse(name: str, expected: str, said: object) -> NoReturn:
    told = f"/Receipt/{name}: expected {expected}, not {said}"
    raise Unprocessed(Fault.RECEIPT_REFUSED, told)

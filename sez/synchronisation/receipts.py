"""The Registry's receipts: believed only when proven, kept as evidence, each package settled once.

(S216-13b, S216-18.2, S216-A2.1.6)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from sez.records.owner import Owner
from sez.synchronisation.attesting import Attesting, NotAttested
from sez.synchronisation.delivery_problem import NOT_ATTESTED, DeliveryProblem
from sez.synchronisation.figures import SendingFigures
from sez.synchronisation.package import Answered, Command, State, Take, Voided, decide
from sez.synchronisation.package_events import PackageFormed, ReceiptReceived
from sez.synchronisation.package_writer import PACKAGE, package_key
from sez.synchronisation.seen_notes import SeenNotes
from shared_contracts.counterpart import (
    Counterpart,
    NoLongerInForce,
    NotTheCounterpart,
    believe,
)
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.xml import schema

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Where receipts are proven and kept; safe for all threads.

    ``seen`` are the checkpoints that they quote and that were not compared yet.
    """

    log: EventLog
    owner: Owner
    counterpart: Counterpart
    clock: Callable[[], datetime]
    figures: SendingFigures
    attesting: Attesting
    seen: SeenNotes = field(default_factory=SeenNotes)

    def current_state(self, message_id: UUID) -> AggregateState[State]:
        """The present state of a package of this SEZ."""
        key = package_key(self.owner, message_id)
        return current_state(PACKAGE, key, self.log.heads([key]).get(key), uuid7)

    def believed(self, answer: bytes, message_id: UUID, sha256: str) -> Receipt:
        """The receipt of a message with that hash; ``DeliveryProblem`` says why it is not.

        The next answer may be better, unless the Registry again does not attest it.
        """
        try:
            return _about(self._proven(answer), message_id, sha256)
        except NotTheCounterpart as doubt:
            log.warning("receipt not believed", message_id=str(message_id), why=str(doubt))
            reason = NOT_ATTESTED if isinstance(doubt, NotAttested) else "RECEIPT_INVALID"
            raise DeliveryProblem(reason, str(doubt), None, ()) from doubt

    def take(self, answer: bytes) -> UUID:
        """Keep a receipt that came another way, and settle its package; the package's id.

        The same receipt may come again, also pushed: it is kept in the form in which it is then.
        Raises ``NotTheCounterpart``, ``Absent``,
        ``RefusedByRule``.
        """
        receipt = self._proven(answer)
        if receipt.message_id is None:
            raise NotTheCounterpart("it names no message: of whose package is not known")
        formed = self._formed(receipt.message_id)
        _about(receipt, formed.message_id, formed.package_hash)
        self.keep(formed.message_id, receipt, canonical(schema.parse(answer), exclusive=True))
        self._ensure_settled_by(formed.message_id, receipt)
        return formed.message_id

    def keep(self, message_id: UUID, receipt: Receipt, answer: bytes) -> None:
        """Keep a proven receipt, unless its package has a final answer already."""
        event = ReceiptReceived(
            message_id=message_id,
            receipt_id=receipt.receipt_id,
            receipt_sha256=hashlib.sha256(answer).hexdigest(),
            result=receipt.result,
            stage=receipt.stage,
            received_at=self.clock(),
            registry_received_at=receipt.received_at,
            records=receipt.records,
            findings=receipt.findings,
        )
        with self.log.locks([package_key(self.owner, message_id)]):
            if self.settle(message_id, Take(event), {"receipt": answer}):
                self.figures.receipt(receipt.result)
        self.seen.note(receipt.log.checkpoint, answer)

    def settle(self, message_id: UUID, command: Command, beside: dict[str, bytes]) -> bool:
        """Record what a command makes happen to a package; whether anything did.

        Whoever calls it from more than one thread holds the package's lock.
        """
        at = self.current_state(message_id)
        events = decide(at.state, command)
        if not events:
            return False
        facts = at.facts(events)
        evidence = tuple(
            Evidence(fact.originator_id, fact.version, name, body)
            for fact in facts
            for name, body in beside.items()
        )
        self.log.append(Commit(facts, (at.after(events).head(),), evidence))
        return True

    def _proven(self, answer: bytes) -> Receipt:
        try:
            return believe(answer, Receipt, self.counterpart, self.clock())
        except NoLongerInForce as ended:
            return self.attesting.believed(answer, ended)

    def _formed(self, message_id: UUID) -> PackageFormed:
        for recorded in self.log.stream(self.current_state(message_id).originator_id):
            if isinstance(recorded.event, PackageFormed):
                return recorded.event
        raise Absent(f"no package {message_id} was formed here: take it where it was")

    def _ensure_settled_by(self, message_id: UUID, receipt: Receipt) -> None:
        at = self.current_state(message_id)
        if isinstance(at.state, Voided):
            raise RefusedByRule(f"number {at.state.sequence} is void: package {message_id} left")
        kept = [
            recorded.event.receipt_id
            for recorded in self.log.stream(at.originator_id)
            if isinstance(recorded.event, ReceiptReceived)
        ]
        if isinstance(at.state, Answered) and receipt.receipt_id not in kept:
            raise RefusedByRule(
                f"package {message_id} is settled by receipt {kept[0]}, not by "
                f"{receipt.receipt_id}: ask the Registry's operator about the second"
            )


def _about(receipt: Receipt, message_id: UUID, sha256: str) -> Receipt:
    if (receipt.message_id, receipt.package_hash) != (message_id, sha256):
        raise NotTheCounterpart(
            f"it answers {receipt.message_id} with hash {receipt.package_hash}, "
            f"not {message_id} with hash {sha256}"
        )
    return receipt

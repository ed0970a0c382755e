"""Receipts of tickets are pushed to systems that can be called; the others ask (S216-18.1).

A receipt is tried a bounded number of times, with pauses that grow; then it waits until its system
asks by ``GetReceipt``, as it may at any time. What came of each attempt is an event.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Signal
from typing import Final
from uuid import UUID

import structlog

from registry.messages.pushes import listing as push_listing
from registry.messages.pushes.listing import PushRow
from registry.messages.pushes.push import ReceiptNotPushed, ReceiptPushed, ReceiptPushWanted
from registry.outgoing.addressee import (
    BYTES_NOT_HERE,
    DEFECT_HERE,
    Addressee,
    Call,
    NoAcknowledgement,
    believed,
)
from registry.outgoing.rounds import BELIEVED, Rests, Retrying, Rounds
from shared_contracts.counterpart import SignerChecker
from shared_contracts.event_log.event import Event, Fact
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.proven_evidence import EvidenceDiffers
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import ReceiptDelivered
from shared_contracts.messages.document import Environment

log = structlog.get_logger(__name__)

TRIES: Final = 12
"""Most attempts to push a receipt; with pauses of up to five minutes they take half an hour."""


@dataclass(frozen=True, slots=True)
class PushedTo:
    """Whom receipts are pushed to, and how.

    ``codes`` are those of the register; ``addressee`` gives a system, None without an endpoint.
    """

    environment: Environment
    codes: Callable[[], Collection[str]]
    addressee: Callable[[str], Addressee | None]
    call: Call
    checker: SignerChecker
    retrying: Retrying


@dataclass(slots=True)
class ReceiptPushing:
    """Pushes receipts, each system by a thread of its own; safe for all threads.

    ``receipt`` gives the bytes of the receipt in the stream of a message; ``catch_up`` brings the
    listing up to date.
    """

    log: EventLog
    to: PushedTo
    receipt: Callable[[UUID], bytes | None]
    catch_up: Callable[[], object]
    clock: Callable[[], datetime]
    rests: Rests = field(default_factory=Rests)
    rounds: Rounds[PushRow] = field(init=False)
    _woken: Signal = field(default_factory=Signal)

    def __post_init__(self) -> None:
        """Each system has a thread of its own."""
        self.rounds = Rounds(self._due, self._push, self._rest, self._wait)

    def again(self, ticket_id: UUID) -> bool:
        """Push a receipt at once that is left, or due; False where it is neither."""
        row = push_listing.push(self.log, ticket_id)
        if row is None or row.status not in {"LEFT", "DUE"}:
            return False
        about = (row.ticket_id, row.message_id, row.sez_code)
        self._record(_of(ReceiptPushWanted, about, wanted_at=self.clock()))
        self.rests.wake(row.sez_code)
        self._woken.set()
        return True

    def _due(self, busy: Collection[str]) -> dict[str, PushRow]:
        codes = [
            code
            for code in self.to.codes()
            if code not in busy
            and not self.rests.is_resting(code)
            and self.to.addressee(code) is not None
        ]
        if not codes:
            return {}
        longest = timedelta(seconds=self.to.retrying.longest)
        return push_listing.due(self.log, codes, self.clock(), longest)

    def _wait(self, seconds: float) -> None:
        """Nothing is looked up at each commit: what is judged is pushed at the next look."""
        self._woken.wait(seconds)
        self._woken.clear()

    def _rest(self, sez_code: str) -> None:
        self.rests.rest(sez_code, self.to.retrying.longest)

    def _push(self, sez_code: str, row: PushRow) -> None:
        try:
            self._attempt(row)
        except Exception as defect:
            log.exception("receipt", sez_code=sez_code, ticket_id=str(row.ticket_id))
            self._rest(sez_code)
            problem = NoAcknowledgement(DEFECT_HERE, f"{type(defect).__name__}: {defect}")
            self._note(row, problem)

    def _note(self, row: PushRow, problem: NoAcknowledgement) -> None:
        """Record a failure; where that fails too, the system rests and the journal says why."""
        try:
            self._not_pushed(row, problem)
        except Exception:
            log.exception("receipt not recorded", sez_code=row.sez_code)
            self._rest(row.sez_code)

    def _attempt(self, row: PushRow) -> None:
        addressee = self.to.addressee(row.sez_code)
        if addressee is None:
            return
        try:
            body = self._body(row)
            answer = self.to.call(addressee, body)
            now = self.clock()
            delivered = believed(answer, ReceiptDelivered, addressee, self.to.checker, now)
            self._check(delivered, row, body)
        except NoAcknowledgement as problem:
            self._note(row, problem)
        else:
            self.rests.answered(row.sez_code)
            self._pushed(row, delivered, answer)

    def _body(self, row: PushRow) -> bytes:
        try:
            body = self.receipt(row.originator_id)
        except EvidenceDiffers as differs:
            raise NoAcknowledgement(BYTES_NOT_HERE, str(differs)) from differs
        if body is None:
            raise NoAcknowledgement(BYTES_NOT_HERE, "no receipt beside the message")
        return body

    def _check(self, delivered: ReceiptDelivered, row: PushRow, body: bytes) -> None:
        said = (delivered.message_id, delivered.sez_code, delivered.environment)
        meant = (row.message_id, row.sez_code, self.to.environment)
        same = delivered.receipt_sha256 == hashlib.sha256(body).hexdigest()
        if said != meant or not same:
            told = f"it acknowledges {delivered.receipt_id} of {delivered.message_id}"
            raise NoAcknowledgement("ANSWER_INVALID", told)

    def _pushed(self, row: PushRow, delivered: ReceiptDelivered, answer: bytes) -> None:
        event = _of(
            ReceiptPushed,
            (row.ticket_id, row.message_id, row.sez_code),
            attempt=row.attempts + 1,
            taken_at=delivered.taken_at,
            pushed_at=self.clock(),
            acknowledgement_sha256=hashlib.sha256(answer).hexdigest(),
        )
        self._record(event, answer)

    def _not_pushed(self, row: PushRow, problem: NoAcknowledgement) -> None:
        now, attempt, retrying = self.clock(), row.attempts + 1, self.to.retrying
        if problem.reason == "UNREACHABLE":
            self.rests.silent(row.sez_code, retrying)
        seconds = min(max(retrying.pause(attempt), problem.retry_after or 0), retrying.longest)
        left = attempt >= (BELIEVED if problem.final else TRIES)
        detail = problem.detail[:500]
        event = _of(
            ReceiptNotPushed,
            (row.ticket_id, row.message_id, row.sez_code),
            attempt=attempt,
            reason=problem.reason,
            detail=detail,
            failed_at=now,
            next_attempt_at=None if left else now + timedelta(seconds=seconds),
        )
        log.warning(
            "receipt not pushed", sez_code=row.sez_code, reason=problem.reason, detail=detail
        )
        self._record(event)

    def _record(self, event: Event, acknowledgement: bytes | None = None) -> None:
        """Write a fact of its own; the ticket and its message stand in it."""
        fact = Fact(uuid7(), 1, event)
        beside = (
            ()
            if acknowledgement is None
            else (Evidence(fact.originator_id, 1, "acknowledgement", acknowledgement),)
        )
        self.log.append(Commit((fact,), (), beside))
        self.catch_up()  # or the next look would find the receipt as it was


def _of(kind: Callable[..., Event], about: tuple[UUID, UUID, str], **told: object) -> Event:
    ticket_id, message_id, sez_code = about
    return kind(ticket_id=ticket_id, message_id=message_id, sez_code=sez_code, **told)

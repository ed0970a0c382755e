"""A number whose package was never sent is closed, so that the Registry waits for it no longer.

(S216-18.7, S95-4)
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, assert_never
from uuid import UUID

from typing_extensions import override

from sez.synchronisation import listing
from sez.synchronisation.committed import digest_of, void_statement_named
from sez.synchronisation.package import (
    Answered,
    Disown,
    InFlight,
    State,
    Stopped,
    Ticketed,
    Unformed,
    Void,
    Voided,
)
from sez.synchronisation.package_events import VoidAnswered, VoidStated
from sez.synchronisation.package_writer import package_key
from sez.synchronisation.receipts import Receipts
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.following.followers import Follower
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.package import VoidSequence
from shared_contracts.messages.receipt import Finding, Receipt, Result
from shared_contracts.signing.sign import Signer, sign_message

Voidable: TypeAlias = InFlight | Stopped
"""States of a package whose number can be closed."""


class VoidRefused(RefusedByRule):
    """The Registry does not let a number be closed; ``findings`` say why, and the cure."""

    def __init__(self, number: int, findings: Sequence[Finding]) -> None:
        super().__init__(f"number {number}: {', '.join(one.rule_id for one in findings)}")
        self.number, self.findings = number, tuple(findings)

    @override
    def as_json(self) -> object:
        return {"refused": str(self), "findings": self.findings}


class VoidingRegistry(Protocol):
    """The Registry's operation that closes a number; raises ``DeliveryProblem``."""

    def void(self, statement: bytes) -> bytes:
        """Hand a statement over; the receipt's bytes."""


@dataclass(frozen=True, slots=True)
class Voiding:
    """Closes numbers: signs a statement, sends it to the Registry, keeps the answer."""

    receipts: Receipts
    registry: VoidingRegistry
    signer: Signer
    clock: Callable[[], datetime]
    follower: Follower

    def void(self, number: int, reason: str) -> UUID:
        """Close a number that is not delivered; the id of its package, whose records leave anew.

        Only the Registry knows whether a package that was stopped came: it refuses if it did.
        What was closed stays so when it is asked again, and a statement whose answer was lost
        goes again as it is. Raises ``Absent``, ``RefusedByRule``, ``VoidRefused``, and
        ``DeliveryProblem`` where no answer came that can be believed.
        """
        self.follower.catch_up()
        row = listing.package_of(self.receipts.log, number)
        if row is None:
            raise Absent(f"no package took number {number}: nobody waits for it")
        with self.receipts.log.locks([package_key(self.receipts.owner, row.message_id)]):
            at = self.receipts.current_state(row.message_id)
            if not isinstance(at.state, Voided):
                self._void(at, _voidable(at), reason)
        self.follower.catch_up()
        return row.message_id

    def _void(self, at: AggregateState[State], package: Voidable, reason: str) -> None:
        stated, statement = self._pending(at, package) or self._state(at, package, reason)
        answer = self.registry.void(statement)
        receipt = self.receipts.believed(answer, stated.statement_id, stated.statement_hash)
        event = _answered(stated, receipt, answer, self.receipts.clock())
        self.receipts.settle(stated.message_id, Void(event), {"void-receipt": answer})
        if receipt.result is not Result.ACCEPTED:
            raise VoidRefused(stated.sequence, receipt.findings)

    def _pending(
        self, at: AggregateState[State], package: Voidable
    ) -> tuple[VoidStated, bytes] | None:
        """The statement that waits for its answer."""
        for recorded in self.receipts.log.stream(at.originator_id):
            event = recorded.event
            if isinstance(event, VoidStated) and event.statement_id == package.statement:
                name = "void-statement"
                log, named = self.receipts.log, void_statement_named
                body = proven_evidence(log, [recorded], name, named, digest_of(name))
                return (event, body) if body is not None else None
        return None

    def _state(
        self, at: AggregateState[State], package: Voidable, reason: str
    ) -> tuple[VoidStated, bytes]:
        """Sign the statement and record it before it goes, so that it can go again."""
        statement = self._statement(package.sequence, reason)
        body = sign_message(statement, f"void-{statement.message_id}", self.signer)
        event = VoidStated(
            message_id=at.key.object_id,
            sequence=statement.sequence,
            statement_id=statement.message_id,
            statement_hash=hashlib.sha256(body).hexdigest(),  # it is its own canonical form
            reason=reason,
            stated_at=statement.created_at,
        )
        self.receipts.settle(event.message_id, Disown(event), {"void-statement": body})
        return event, body

    def _statement(self, number: int, reason: str) -> VoidSequence:
        owner = self.receipts.owner
        return VoidSequence(
            message_id=uuid7(),
            sez_code=owner.sez_code,
            environment=owner.environment,
            sequence=number,
            created_at=self.clock(),
            reason=reason,
        )


def _voidable(at: AggregateState[State]) -> Voidable:
    """The package, which is not sent from here: held for another sender, or stopped."""
    package = at.state
    match package:
        case InFlight(held=True) | Stopped():
            return package
        case InFlight(sequence=number, attempts=tries):
            raise RefusedByRule(
                f"number {number} is on its way in package {at.key.object_id} ({tries} attempts): "
                "it is sent until it is answered; stop it first"
            )
        case Ticketed(sequence=number):
            raise RefusedByRule(
                f"number {number} is with the Registry in package {at.key.object_id}, under a "
                "ticket: its receipt is asked for until it is there"
            )
        case Answered(sequence=number, result=result):
            raise RefusedByRule(
                f"number {number} was delivered in package {at.key.object_id}: {result}"
            )
        case Unformed() | Voided():
            raise Absent(f"there is no package {at.key.object_id}")
        case _:
            assert_never(package)


def _answered(stated: VoidStated, receipt: Receipt, answer: bytes, at: datetime) -> VoidAnswered:
    return VoidAnswered(
        message_id=stated.message_id,
        statement_id=stated.statement_id,
        receipt_id=receipt.receipt_id,
        receipt_sha256=hashlib.sha256(answer).hexdigest(),
        result=receipt.result,
        received_at=at,
        findings=receipt.findings,
    )

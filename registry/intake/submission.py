"""The asynchronous mode: a package is taken at once and judged later (S216-18.1).

What is submitted has passed the integrity step and is of a proven sender. Its ticket leaves after
the commit that keeps the package, its id and its number; whatever keeps it from being judged
then, the Registry tries again by itself.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from registry.intake import recording
from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.light_message import received_question
from registry.intake.message_state import IncomingMessage, alone, look_up
from registry.intake.receipts import signed_ticket
from registry.intake.scheme_1 import admit, hindrance
from registry.intake.steps import NotAccepted, Received, WholePackage
from registry.messages import message
from registry.messages.ticket import (
    MessageTicketed,
    Release,
    TicketIssued,
    TicketResumed,
    ticketed,
)
from registry.messages.tickets import listing
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import Conflict, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import ReceiptPending, ReceiptRequest, Ticket
from shared_contracts.messages.receipt import LogReference
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import Peer
from shared_contracts.xml.codec import Element

TICKETS: Final = 400
"""Most packages of one system that are under tickets and not answered: they wait, or are held."""

WAITING_BYTES: Final = 128 * 1024 * 1024
"""Most bytes of their messages together."""

FULL: Final = 30
"""Seconds after which a system whose queue is full may come again."""

SOON: Final = 2
"""Seconds after which the receipt of a ticket may be there, where nothing hinders."""

PUT_OFF: Final = 30
"""The same where the package was put off."""

HELD: Final = 1800
"""The same where it is tried no more: somebody must act."""


def submit(context: IntakeContext, received: Received) -> bytes:
    """Take a package under a ticket; gives the signed ticket, the same for the same bytes.

    What was answered gets its receipt, what is not whole a refusal. ``Unprocessed`` where the same
    bytes must come again: also where too much of the system waits already.
    """
    admitted = admit(context, received)
    if isinstance(admitted, bytes):
        return admitted
    proven, integrity = admitted
    with alone(context, received, proven):
        incoming, _objects = look_up(context, received, proven)
        state = incoming.message.state
        if isinstance(state, message.MessageAnswered) and not incoming.clash:
            return context.receipt_of(incoming.message)
        if isinstance(state, MessageTicketed) and not incoming.clash:
            return _repeated(context, incoming.message, state)
        hindered = hindrance(incoming, integrity)
        if hindered is not None or not isinstance(integrity, WholePackage):
            return recording.record(context, incoming, hindered or NotAccepted(()))
        _ensure_room(context, proven.sez_code, len(received.body))
        try:
            return _ticketed(context, incoming, integrity)
        except Conflict as conflict:
            return recording.number_used(context, incoming, conflict)


def get_receipt(context: IntakeContext, element: Element, body: bytes, peer: Peer) -> bytes:
    """The receipt of a ticket, byte for byte, or the signed word when to ask again.

    ``Unprocessed(TICKET_UNKNOWN)`` for a ticket that is none of the asking system's.
    """
    asked = received_question(context, ReceiptRequest, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, proven, question = asked
    if question.environment != context.environment:
        expected = {"expected": context.environment}
        path = "/ReceiptRequest/Environment"
        foreign = Breach("I-09", path, question.environment, expected)
        return recording.turn_away(context, received, NotAccepted((foreign,)))
    row = listing.ticket(context.log, question.ticket_id)
    if row is None:
        context.listed.catch_up()
        row = listing.ticket(context.log, question.ticket_id)
    if row is None or row.sez_code != proven.sez_code:
        raise Unprocessed(Fault.TICKET_UNKNOWN, str(question.ticket_id))
    key = HeadKey(context.environment, row.sez_code, MESSAGE.name, row.message_id)
    at = current_state(MESSAGE, key, context.log.heads([key]).get(key), uuid7)
    if isinstance(at.state, message.MessageAnswered):
        return context.receipt_of(at)
    return _pending(context, question, at.state)


def _pending(context: IntakeContext, question: ReceiptRequest, state: message.State) -> bytes:
    waits = state if isinstance(state, MessageTicketed) else None
    held, cause = waits is not None and waits.held, waits.cause if waits else None
    answer = ReceiptPending(
        message_id=question.message_id,
        sez_code=question.sez_code,
        environment=question.environment,
        ticket_id=question.ticket_id,
        answered_at=to_astana(context.clock()),
        retry_after_seconds=HELD if held else PUT_OFF if cause else SOON,
        cause=cause,
        hashes=waits.hashes if waits else (),
        held=held,
    )
    return sign_message(answer, f"pending-{question.message_id}", context.signer)


def _repeated(
    context: IntakeContext, at: AggregateState[message.State], state: MessageTicketed
) -> bytes:
    """The ticket once issued, byte for byte; what was held is tried again."""
    if state.held:
        resumed = TicketResumed(
            message_id=at.key.object_id, ticket_id=state.ticket_id, resumed_at=context.clock()
        )
        events = message.decide(state, Release(resumed))
        context.log.append(Commit(at.facts(events), (at.after(events).head(),)))
        context.ticketed.set()
    found = proven_evidence(context.log, context.log.stream(at.originator_id), "ticket", ticketed)
    if found is None:
        raise LookupError(f"no ticket beside message {at.key.object_id}")
    return found


def _ensure_room(context: IntakeContext, sez_code: str, size: int) -> None:
    context.listed.catch_up()
    known = listing.held_back(context.log, sez_code)
    if known.count >= TICKETS or known.size + size > WAITING_BYTES:
        detail = (
            f"{known.count} packages of {known.size} bytes are not answered, {known.held} of them "
            f"are held; at most {TICKETS} of {WAITING_BYTES} bytes are under tickets"
        )
        if known.held:
            detail += (
                ": mend what GetReceipt names as their cause and send their bytes again; "
                "TransferRecords takes packages meanwhile"
            )
        stuck = known.held == known.count
        raise Unprocessed(Fault.BUSY, detail, retry_after=HELD if stuck else FULL)


def _ticketed(context: IntakeContext, incoming: IncomingMessage, whole: WholePackage) -> bytes:
    """Commit package and ticket; gives the ticket."""
    event = message.PackageSubmitted(
        **recording.facts_of(incoming),
        ticket_id=uuid7(),
        first_received_at=incoming.first_received_at,
        signer_sha256=incoming.proven.signer_sha256,
        document_hashes=recording.document_hashes(incoming),
        size=len(incoming.received.body),
        objects=tuple(dict.fromkeys(_changed(whole))),
        referred=tuple(dict.fromkeys(_referred(whole))),
    )
    came = recording.deciphered(incoming)
    *first, submitted = incoming.message.facts([*came, event])
    body = signed_ticket(_ticket(context, event, submitted), context.signer)
    issued = TicketIssued(
        message_id=event.message_id,
        ticket_id=event.ticket_id,
        sha256=hashlib.sha256(body).hexdigest(),
        issued_at=context.clock(),
    )
    events = (*came, *message.decide(incoming.message.state, message.Submit(event, issued)))
    after = incoming.message.after(events)
    sealed = Fact(after.originator_id, after.version, issued)
    evidence = (
        *recording.as_it_came(incoming, first),
        recording.evidence_beside(submitted, "package", incoming.received.body),
        recording.evidence_beside(sealed, "ticket", body),
    )
    claims = recording.claims_of(incoming)
    context.log.append(Commit((*first, submitted, sealed), (after.head(),), evidence, claims))
    context.ticketed.set()
    return body


def _ticket(context: IntakeContext, event: message.PackageSubmitted, submitted: Fact) -> Ticket:
    return Ticket(
        message_id=event.message_id,
        sez_code=event.sez_code,
        environment=context.environment,
        ticket_id=event.ticket_id,
        sequence=event.sequence,
        package_hash=event.package_hash,
        received_at=to_astana(event.received_at),
        document_hashes=event.document_hashes,
        retry_after_seconds=SOON,
        log=LogReference(leaf_hash=submitted.leaf.hex(), checkpoint=context.checkpointer.latest()),
    )


def _changed(whole: WholePackage) -> Iterator[str]:
    for record in whole.package.records:
        yield f"{record.header.object_type}/{record.header.object_id}"


def _referred(whole: WholePackage) -> Iterator[str]:
    for document in whole.documents:
        for one in document.references:
            yield f"{one.object_type}/{one.object_id}"

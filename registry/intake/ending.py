"""A person ends a package that is held under its ticket: it is refused, and so answered for good.

What kept it from being judged will not be mended, so the sender is told by a receipt, as of any
refusal: it is pushed, or asked for by GetReceipt (S216-18.1, S216-18.7, S216-A2.1.7; reading R143).
"""

from uuid import UUID

import msgspec

from registry.intake import recording
from registry.intake.content_report import Examined, MessageIdentity
from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.message_state import IncomingMessage
from registry.intake.steps import NotAccepted, Proven, Received
from registry.messages import message
from registry.messages.ticket import End, MessageTicketed, TicketEnded
from registry.messages.tickets import listing
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.proven_evidence import EvidenceDiffers, proven_evidence
from shared_contracts.faults import Breach
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.package import Package
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import open_envelope, payload_of

RULE = "I-21"
"""A person of the Registry ended the package."""


def end_ticket(context: IntakeContext, ticket_id: UUID, reason: str) -> bool:
    """Refuse a held package for a ``reason`` in words; False where it is not held, or unknown."""
    row = listing.ticket(context.log, ticket_id)
    if row is None:
        return False
    key = HeadKey(context.environment, row.sez_code, MESSAGE.name, row.message_id)
    with context.log.locks([key]):
        at = current_state(MESSAGE, key, context.log.heads([key]).get(key), uuid7)
        ended = None if not isinstance(at.state, MessageTicketed) else _ended(context, at, reason)
        if ended is None or not message.decide(at.state, End(ended)):
            return False
        incoming = _incoming(context, at, ended)
        recording.record(context, incoming, NotAccepted(_breaches(incoming, ended)))
    context.listed.catch_up()
    context.ticketed.set()  # what waited for it is looked at
    return True


def _ended(context: IntakeContext, at: AggregateState[message.State], reason: str) -> TicketEnded:
    state = at.state
    assert isinstance(state, MessageTicketed)  # noqa: S101  # the caller says so
    return TicketEnded(
        message_id=at.key.object_id,
        ticket_id=state.ticket_id,
        fault=state.cause or "",
        reason=reason,
        ended_at=context.clock(),
    )


def _incoming(
    context: IntakeContext, at: AggregateState[message.State], ended: TicketEnded
) -> IncomingMessage:
    """The package as it came; of bytes that are not those that came no record is told."""
    [submitted] = [
        one
        for one in context.log.stream(at.originator_id)
        if isinstance(one.event, message.PackageSubmitted)
    ]
    event = submitted.event
    assert isinstance(event, message.PackageSubmitted)  # noqa: S101  # chosen so
    body, package = _package(context, submitted)
    identity = MessageIdentity(
        message_id=event.message_id, sez_code=event.sez_code, sequence=event.sequence
    )
    examined = Examined(
        root="Package", identity=identity, package_hash=event.package_hash, package=package
    )
    return IncomingMessage(
        Received(body, examined, "", event.received_at),
        Proven(event.sez_code, event.package_hash, event.signer_sha256),
        identity,
        package,
        at,
        event.first_received_at,
        clash=False,
        ended=ended,
    )


def _package(context: IntakeContext, submitted: Recorded) -> tuple[bytes, Package | None]:
    """The message as it is kept, and the package in it without its documents, if it is proven."""
    log = context.log
    try:
        body = proven_evidence(log, [submitted], "package", message.received)
    except EvidenceDiffers:
        kept = log.evidence(submitted.originator_id, submitted.version, "package")
        return kept or b"", None
    assert body is not None  # noqa: S101  # the event names it
    package = codec.read(payload_of(open_envelope(body, None), "Package"), Package)
    bare = tuple(msgspec.structs.replace(record, document=None) for record in package.records)
    return body, msgspec.structs.replace(package, records=bare)


def _breaches(incoming: IncomingMessage, ended: TicketEnded) -> tuple[Breach, ...]:
    """One finding for each record, so that the sender sends none of them anew by itself."""
    told = {"reason": ended.reason, "fault": ended.fault}
    records = incoming.package.records if incoming.package else ()
    ticket = str(ended.ticket_id)
    if not records:
        return (Breach(RULE, "/Package", ticket, told),)
    return tuple(
        Breach(RULE, f"/Package/Records/Record[{number}]", ticket, told, number)
        for number in range(1, len(records) + 1)
    )

"""A number of the sequence that was never sent is closed, so that it is not waited for."""

from dataclasses import replace

from registry.intake import recording
from registry.intake.context import IntakeContext
from registry.intake.identity import message_key
from registry.intake.light_message import received_light
from registry.intake.message_state import IncomingMessage, look_up
from registry.intake.steps import NotAccepted
from registry.messages import message
from registry.records.rules.header import before_access
from shared_contracts.event_log.log import Conflict
from shared_contracts.faults import Breach
from shared_contracts.messages.package import VoidSequence
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.xml import codec
from shared_contracts.xml.codec import Element


def void(context: IntakeContext, element: Element, body: bytes, peer: Peer = NOBODY) -> bytes:
    """Take the signed statement that a number was never sent; gives the signed receipt."""
    light = received_light(context, element, body, peer)
    if isinstance(light, bytes):
        return light
    received, proven = light
    statement = codec.read(element, VoidSequence)
    key = message_key(context.environment, proven, statement.message_id)
    with context.log.locks([key]):
        incoming, _objects = look_up(context, received, proven)
        if isinstance(incoming.message.state, message.MessageAnswered):
            return context.receipt_of(incoming.message)
        return _settle(context, incoming, statement)


def _settle(context: IntakeContext, incoming: IncomingMessage, statement: VoidSequence) -> bytes:
    if unavailable := incoming.proven.unavailable:
        return recording.record(context, incoming, unavailable)
    if refusal := _refusal(context, incoming, statement):
        foreign = statement.environment != context.environment  # there the number may be used
        return recording.record(
            context, replace(incoming, clash=foreign or incoming.clash), refusal
        )
    try:
        return recording.record_void(context, incoming, statement.reason)
    except Conflict as conflict:
        if conflict.what != "claim":
            raise
        used = recording.number_taken(context, incoming, "I-13")
        return recording.record(context, replace(incoming, clash=True), used)


def _refusal(
    context: IntakeContext, incoming: IncomingMessage, statement: VoidSequence
) -> NotAccepted | None:
    if incoming.clash:
        taken = Breach("I-06", "/VoidSequence/MessageId", str(statement.message_id))
        return NotAccepted((taken,))
    if statement.environment != context.environment:
        expected = {"expected": context.environment}
        path = "/VoidSequence/Environment"
        foreign = Breach("I-09", path, statement.environment, expected)
        return NotAccepted((foreign,))
    sender = context.admission.sender(incoming.proven.sez_code)
    moments = (statement.created_at, incoming.first_received_at, incoming.received.at)
    early = sender.too_early(statement.environment, *moments)
    if early is None:
        return None
    named = before_access(sender, early)
    before = Breach("F-HDR-6", "/VoidSequence/SezCode", statement.sez_code, named)
    return NotAccepted((before,))

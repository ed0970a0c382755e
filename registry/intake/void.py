"""A number of the sequence that was never sent is closed, so that nobody waits for it."""

from dataclasses import replace

from registry.intake import recording
from registry.intake.certificate import prove
from registry.intake.content_check import examine_message
from registry.intake.context import IntakeContext
from registry.intake.gate import check_leave
from registry.intake.identity import message_key
from registry.intake.message_state import Arrival, arrive
from registry.intake.steps import NotAccepted, Received
from registry.messages import message
from registry.records.rules.header import before_access
from shared_contracts.event_log.log import Conflict
from shared_contracts.faults import Breach, Refused
from shared_contracts.messages.package import VoidSequence
from shared_contracts.xml import codec
from shared_contracts.xml.codec import Element


def void(
    office: IntakeContext,
    element: Element,
    body: bytes,
    peer: str = "",
    tls_certificate: str | None = None,
) -> bytes:
    """Take the signed statement that a number was never sent; gives the signed receipt."""
    with office.gate.visit(light=True) as ask:
        examined = examine_message(element, ask)
        received = Received(body, examined, peer, office.clock(), tls_certificate)
    if breaches := received.examined.breaches:
        return recording.turn_away(office, received, NotAccepted(breaches))
    try:
        proven = prove(received, office.admission)
    except Refused as refusal:
        outcome = NotAccepted(refusal.breaches)
        return recording.turn_away(office, received, outcome)
    check_leave(received.examined)
    statement = codec.read(element, VoidSequence)
    key = message_key(office.environment, proven, statement.message_id)
    with office.log.locks([key]):
        arrival, _purchases = arrive(office, (received, proven, None))
        if isinstance(arrival.message.state, message.MessageAnswered):
            return office.receipt_of(arrival.message)
        return _settle(office, arrival, statement)


def _settle(office: IntakeContext, arrival: Arrival, statement: VoidSequence) -> bytes:
    if unavailable := arrival.proven.unavailable:
        return recording.record(office, arrival, unavailable)
    if refusal := _refused(office, arrival, statement):
        return recording.record(office, arrival, refusal)
    try:
        return recording.record_void(office, arrival, statement.reason)
    except Conflict as conflict:
        if conflict.what != "claim":
            raise
        used = recording.number_taken(office, arrival, "I-13")
        return recording.record(office, replace(arrival, clash=True), used)


def _refused(
    office: IntakeContext, arrival: Arrival, statement: VoidSequence
) -> NotAccepted | None:
    if arrival.clash:
        taken = Breach("I-06", "/VoidSequence/MessageId", str(statement.message_id))
        return NotAccepted((taken,))
    if statement.environment != office.environment:
        expected = {"expected": office.environment}
        path = "/VoidSequence/Environment"
        foreign = Breach("I-09", path, statement.environment, expected)
        return NotAccepted((foreign,))
    sender = office.admission.sender(arrival.proven.sez_code)
    moments = (statement.created_at, arrival.first_received_at, arrival.received.at)
    early = sender.too_early(statement.environment, *moments)
    if early is None:
        return None
    told = before_access(sender, early)
    before = Breach("F-HDR-6", "/VoidSequence/SezCode", statement.sez_code, told)
    return NotAccepted((before,))

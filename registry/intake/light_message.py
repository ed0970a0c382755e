"""A small signed message beside packages: its form and its sender are proven as theirs are."""

from typing import TypeVar

from registry.intake import recording
from registry.intake.certificate import prove
from registry.intake.content_check import examine_message
from registry.intake.context import IntakeContext
from registry.intake.gate import check_permission
from registry.intake.steps import NotAccepted, Proven, Received
from shared_contracts.messages.system_message import SystemMessage
from shared_contracts.soap.peer import Peer
from shared_contracts.xml import codec
from shared_contracts.xml.codec import Element

M = TypeVar("M", bound=SystemMessage)


def received_light(
    context: IntakeContext, element: Element, body: bytes, peer: Peer
) -> tuple[Received, Proven] | bytes:
    """The message and the system that signed it; or the signed refusal, as with every message.

    ``Unprocessed`` where its examination was put off.
    """
    with context.gate.visit(peer.address, light=True) as ask:
        examined = examine_message(element, ask)
        context.gate.note(peer.address, examined)
        received = Received(body, examined, peer.address, context.clock(), peer.certificate)
    if breaches := examined.breaches:
        return recording.turn_away(context, received, NotAccepted(breaches))
    proven = prove(received, context.admission)
    if isinstance(proven, NotAccepted):
        return recording.turn_away(context, received, proven)
    check_permission(examined)
    return received, proven


def received_question(
    context: IntakeContext, kind: type[M], element: Element, body: bytes, peer: Peer
) -> tuple[Received, Proven, M] | bytes:
    """The same with what the message asks, which nothing but a proven sender is answered.

    ``Unprocessed`` too where the sender cannot be proven now.
    """
    light = received_light(context, element, body, peer)
    if isinstance(light, bytes):
        return light
    received, proven = light
    if proven.unavailable:
        raise proven.unavailable
    return received, proven, codec.read(element, kind)

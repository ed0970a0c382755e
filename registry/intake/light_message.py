"""A small signed message beside packages: its form and its sender are proven as theirs are."""

from registry.intake import recording
from registry.intake.certificate import prove
from registry.intake.content_check import examine_message
from registry.intake.context import IntakeContext
from registry.intake.gate import check_permission
from registry.intake.steps import NotAccepted, Proven, Received
from shared_contracts.xml.codec import Element


def received_light(
    context: IntakeContext, element: Element, body: bytes, peer: str, tls_certificate: str | None
) -> tuple[Received, Proven] | bytes:
    """The message and the system that signed it; or the signed refusal, as with every message.

    ``Unprocessed`` where its examination was put off.
    """
    with context.gate.visit(peer, light=True) as ask:
        examined = examine_message(element, ask)
        context.gate.note(peer, examined)
        received = Received(body, examined, peer, context.clock(), tls_certificate)
    if breaches := examined.breaches:
        return recording.turn_away(context, received, NotAccepted(breaches))
    proven = prove(received, context.admission)
    if isinstance(proven, NotAccepted):
        return recording.turn_away(context, received, proven)
    check_permission(examined)
    return received, proven

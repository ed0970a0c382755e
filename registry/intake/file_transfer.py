"""A small file in a message, taken as ``PUT /files`` takes one (S216-18.5)."""

from collections.abc import Callable

from registry.intake import recording
from registry.intake.context import IntakeContext
from registry.intake.light_message import received_light
from registry.intake.steps import NotAccepted
from shared_contracts.astana_time import to_astana
from shared_contracts.faults import Breach
from shared_contracts.messages.file_transfer import FileTaken, FileTransfer
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import Peer
from shared_contracts.xml import codec
from shared_contracts.xml.codec import Element
from shared_contracts.xml.facets import BASE64

TakeFile = Callable[[str, bytes], bool]
"""Keeps bytes under their SHA-256; whether they were new. ``Unprocessed`` tells why not."""


def transfer_file(
    context: IntakeContext, take: TakeFile, element: Element, body: bytes, peer: Peer
) -> bytes:
    """The signed answer that a file is on disk, to a registered system alone.

    Only what was asked for is taken; ``Unprocessed`` says why a file is not.
    """
    light = received_light(context, element, body, peer)
    if isinstance(light, bytes):
        return light
    received, proven = light
    if proven.unavailable:
        raise proven.unavailable
    try:
        sent = codec.read(element, FileTransfer)
    except ValueError:  # the schema passes over signs that are no base64, we read strictly
        named = {"facet": "type", "expected": BASE64}
        breach = Breach("I-XSD-1", "/FileTransfer/Content", None, named)
        return recording.turn_away(context, received, NotAccepted((breach,)))
    if sent.environment != context.environment:
        expected = {"expected": context.environment}
        foreign = Breach("I-09", "/FileTransfer/Environment", sent.environment, expected)
        return recording.turn_away(context, received, NotAccepted((foreign,)))
    new = take(sent.sha256, sent.content)
    answer = FileTaken(
        message_id=sent.message_id,
        sez_code=proven.sez_code,
        environment=context.environment,
        sha256=sent.sha256,
        size=len(sent.content),
        new=new,
        taken_at=to_astana(context.clock()),
    )
    return sign_message(answer, f"file-{sent.message_id}", context.signer)

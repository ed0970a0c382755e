"""A receipt issued earlier is attested under the present key (S216-13b, S216-18.2).

A receipt is kept and repeated byte for byte. When the certificate that signed it has ended, only
the Registry's own log can still say that it was issued, and when.
"""

from dataclasses import replace
from datetime import datetime

from registry.intake.context import MESSAGE, IntakeContext
from registry.intake.identity import message_key
from registry.intake.light_message import received_question
from registry.intake.steps import Proven
from registry.messages import message
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import current_state
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.attestation import AttestReceipt, ReceiptAttested
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.xml.codec import Element


def attest(context: IntakeContext, element: Element, body: bytes, peer: Peer = NOBODY) -> bytes:
    """The signed attestation of a receipt, to the system whose message it answered, alone.

    Who is not proven gets a signed refusal, as with every message; ``Unprocessed`` says that the
    asking system has no such receipt.
    """
    asked = received_question(context, AttestReceipt, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    _received, proven, question = asked
    return _attested(context, proven, question)


def _attested(context: IntakeContext, proven: Proven, question: AttestReceipt) -> bytes:
    answer = ReceiptAttested(
        message_id=question.message_id,
        sez_code=proven.sez_code,
        environment=question.environment,
        package_hash=question.package_hash,
        receipt_sha256=question.receipt_sha256,
        issued_at=to_astana(_issued_at(context, proven, question)),
        attested_at=to_astana(context.clock()),
    )
    return sign_message(answer, f"attested-{question.message_id}", context.signer)


def _issued_at(context: IntakeContext, proven: Proven, question: AttestReceipt) -> datetime:
    """When the receipt was issued; a message whose id was taken is found by its content."""
    content = replace(proven, package_hash=question.package_hash)
    keys = [
        message_key(question.environment, content, message_id)
        for message_id in (question.message_id, None)
    ]
    heads = context.log.heads(keys)
    wanted = (question.package_hash, question.receipt_sha256)
    for at in (current_state(MESSAGE, key, heads.get(key), uuid7) for key in keys):
        state = at.state
        if not isinstance(state, message.MessageAnswered):
            continue
        if (state.package_hash, state.receipt_sha256) == wanted:
            for recorded in context.log.stream(at.originator_id):
                if isinstance(recorded.event, message.ReceiptIssued):
                    return recorded.event.issued_at
    raise Unprocessed(Fault.RECEIPT_UNKNOWN, f"message {question.message_id}")

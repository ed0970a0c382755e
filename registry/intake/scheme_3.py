"""Scheme 3 of order 216: a SEZ asks for a classifier and gets it, page by page (S216-A2.3).

1. The SEZ sends its signed question (S216-A2.3.1).
2. The Registry proves its form and whose it is (S216-A2.3.2); others get a signed refusal.
3. It forms the page of the edition that is asked for, signs and returns it (S216-A2.3.3).
4. The SEZ takes it (S216-A2.3.4).

The mode is synchronous: the answer is that to the question, and nothing is recorded by it.
"""

from collections.abc import Callable
from datetime import datetime

from registry.intake.context import IntakeContext
from registry.intake.light_message import received_question
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import Peer
from shared_contracts.xml.codec import Element

FormPage = Callable[[ClassifierRequest, datetime], ClassifierPage]
"""Forms the page that is asked for at a moment; ``Unprocessed`` where there is none."""


def get_classifier(
    context: IntakeContext, form: FormPage, element: Element, body: bytes, peer: Peer
) -> bytes:
    """The signed page, to a registered system alone; ``Unprocessed`` says what there is not."""
    asked = received_question(context, ClassifierRequest, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, _proven, request = asked
    page = form(request, received.at)
    return sign_message(page, f"classifier-{request.message_id}", context.signer)

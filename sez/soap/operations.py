"""What the SEZ does for each operation of its service (S216-14)."""

from collections.abc import Callable, Mapping

from shared_contracts.event_log.acting import REGISTRY, Acting, acting
from shared_contracts.messages.document import Environment
from shared_contracts.messages.time import CapabilitiesRequest
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.soap.abilities import abilities
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.questions import read_question
from shared_contracts.soap.service import Handler
from shared_contracts.soap.services import SEZ
from shared_contracts.xml.codec import Element


def handlers(
    environment: Environment,
    signer: Signer,
    take: Callable[[Element, bytes], bytes],
    asked: Mapping[str, Callable[[Element], bytes]],
) -> Mapping[str, Handler]:
    """The handler of every operation.

    ``take`` gives the acknowledgement of a notice's bytes, ``asked`` what else the Registry asks.
    """

    def capabilities_answer(element: Element, _body: bytes, _peer: Peer) -> bytes:
        request = read_question(element, CapabilitiesRequest)
        answer = abilities(request.message_id, SEZ, environment)
        return sign_message(answer, f"capabilities-{request.message_id}", signer)

    # nothing is recorded before the Registry's signature is proven
    def notice_answer(element: Element, _body: bytes, peer: Peer) -> bytes:
        with acting(Acting(actor=REGISTRY, address=peer.address)):
            return take(element, canonical(element, exclusive=True))

    def answering(answer: Callable[[Element], bytes]) -> Handler:
        def by_registry(element: Element, _body: bytes, peer: Peer) -> bytes:
            with acting(Acting(actor=REGISTRY, address=peer.address)):
                return answer(element)

        return by_registry

    return {
        "GetCapabilities": capabilities_answer,
        "Notify": notice_answer,
        **{name: answering(answer) for name, answer in asked.items()},
    }

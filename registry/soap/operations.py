"""What the Registry does for each operation of its service (S216-A3.1, S216-A3.3)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Protocol

from registry.intake import scheme_4, scheme_8
from registry.intake.attest import attest
from registry.intake.context import IntakeContext
from registry.intake.file_transfer import TakeFile, transfer_file
from registry.intake.log_proofs import get_checkpoint, get_proof
from registry.intake.scheme_1 import transfer
from registry.intake.scheme_2 import request_changes, supply
from registry.intake.scheme_3 import get_classifier
from registry.intake.scheme_7 import load
from registry.intake.steps import Received, received_of
from registry.intake.submission import get_receipt, submit
from registry.intake.void import void
from shared_contracts.astana_time import TZDB, ZONE, to_astana
from shared_contracts.messages.changes import EditionDifference, HeldEdition
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.messages.log_proof import GET_CHECKPOINT, GET_PROOF
from shared_contracts.messages.time import CapabilitiesRequest, TimeAnswer, TimeRequest
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.abilities import abilities
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.questions import read_question
from shared_contracts.soap.service import Beforehand, Handler
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.codec import Element

Scheme = Callable[[IntakeContext, Received], bytes]
"""Takes a package through the steps of a scheme; gives the signed receipt."""

PACKAGES: Mapping[str, Scheme] = {
    "TransferRecords": transfer,
    "LoadProgramme": load,
    "SelectSupplier": scheme_4.select,
    "SubmitAsync": submit,
    "SupplyData": supply,
    "SupplyProgrammeData": scheme_8.supply,
}
"""The operations that take a package, and their schemes."""


class ReferenceData(Protocol):
    """The classifiers of the Registry, as they are asked for by systems."""

    def page(self, request: ClassifierRequest, at: datetime) -> ClassifierPage:
        """The page that is asked for, as of ``at``; ``Unprocessed`` where there is none."""

    def differences(
        self, held: Sequence[HeldEdition], at: datetime
    ) -> tuple[EditionDifference, ...]:
        """Which editions that are held are not those in force ``at``; ``Unprocessed`` for none."""


def handlers(
    context: IntakeContext, known: ReferenceData, take_file: TakeFile
) -> Mapping[str, Handler]:
    """The handler of every operation; none is begun whose answer could not be signed.

    ``take_file`` keeps a file that was asked for.
    """
    every = _handlers(context, known, take_file)
    return {name: _signing(context, handle) for name, handle in every.items()}


def _signing(context: IntakeContext, handle: Handler) -> Handler:
    def checked(element: Element, body: bytes, peer: Peer) -> bytes:
        context.signer.check()
        return handle(element, body, peer)

    return checked


def _handlers(
    context: IntakeContext, known: ReferenceData, take_file: TakeFile
) -> Mapping[str, Handler]:
    return {
        **{name: partial(_transfer, context, by) for name, by in PACKAGES.items()},
        "VoidSequence": partial(void, context),
        "GetTime": lambda element, _body, _peer: time_answer(context, element),
        "GetCapabilities": lambda element, _body, _peer: capabilities_answer(context, element),
        "AttestReceipt": partial(attest, context),
        "QuerySupplier": partial(scheme_4.query, context),
        "CheckSupplier": partial(scheme_4.check, context),
        "GetClassifier": partial(get_classifier, context, known.page),
        "RequestChanges": partial(request_changes, context, known.differences),
        "GetReceipt": partial(get_receipt, context),
        "TransferFile": partial(transfer_file, context, take_file),
        "RequestProgrammeChange": partial(scheme_8.request_change, context),
        GET_CHECKPOINT: partial(get_checkpoint, context),
        GET_PROOF: partial(get_proof, context),
    }


def _transfer(
    context: IntakeContext, scheme: Scheme, element: Element, body: bytes, peer: Peer
) -> bytes:
    with context.figures.under_way(), context.figures.intake():
        at = context.clock()
        examined = context.examine(element, body, peer.address)
        return scheme(context, received_of(body, examined, at, peer))


def beforehand(context: IntakeContext) -> Beforehand:
    """What is done with messages that nobody has opened here.

    Plain packages are opened by a worker process, enciphered messages are deciphered.
    """
    early = {name: partial(_transfer_unopened, context, by) for name, by in PACKAGES.items()}
    return Beforehand(early, context.admission.decipher)


def _transfer_unopened(
    context: IntakeContext, scheme: Scheme, body: bytes, peer: Peer
) -> bytes | None:
    context.signer.check()
    began, at = perf_counter(), context.clock()
    with context.figures.under_way() as others:
        examined = context.examine_unopened(body, others, peer.address)
        if examined is None:
            return None
        with context.figures.intake(began):
            return scheme(context, received_of(body, examined, at, peer))


def time_answer(context: IntakeContext, element: Element) -> bytes:
    """The Registry's clock when the question came and when the answer leaves (S216-A3.3)."""
    received_at = context.clock()
    request = read_question(element, TimeRequest)
    sent_at = to_astana(context.clock())
    answer = TimeAnswer(
        message_id=request.message_id,
        client_sent_at=request.client_sent_at,
        server_received_at=to_astana(received_at),
        server_sent_at=sent_at,
        time_zone=ZONE,
        utc_offset=sent_at.isoformat()[-6:],
        tzdb_version=TZDB,
    )
    return sign_message(answer, f"time-{request.message_id}", context.signer)


def capabilities_answer(context: IntakeContext, element: Element) -> bytes:
    """What the Registry can do, within which limits (S216-14)."""
    request = read_question(element, CapabilitiesRequest)
    answer = abilities(request.message_id, REGISTRY, context.environment)
    return sign_message(answer, f"capabilities-{request.message_id}", context.signer)

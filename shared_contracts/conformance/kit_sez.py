"""The SEZ that the kit is while it examines a Registry: it hears what comes, and answers.

Audits get two pages bound to one position, or the tree of one object that no Registry has; notices
and receipts are acknowledged; its log grows with each question about it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from shared_contracts import astana_time
from shared_contracts.conformance import kit_sez_answers
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import PUSH, ReceiptDelivered
from shared_contracts.messages.audit import AuditRequest
from shared_contracts.messages.audited_object import AUDIT_OBJECT, ObjectAuditRequest
from shared_contracts.messages.document import Part
from shared_contracts.messages.log_proof import (
    GET_CHECKPOINT,
    GET_PROOF,
    CheckpointRequest,
    ProofRequest,
)
from shared_contracts.messages.notice import Notice, NoticeTaken
from shared_contracts.messages.receipt import Receipt
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.fault import write_fault
from shared_contracts.soap.services import SEZ
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from shared_contracts.xml.envelope import SoapVersion, answer, open_envelope, payload_of

KEPT_MESSAGES = 600
"""Messages that are kept."""

AGAIN = 1
"""Seconds after which a Registry is to come again where the kit seems to be busy."""


@dataclass(frozen=True, slots=True)
class HeardMessage:
    """A message of the Registry: its operation, content, SHA-256 of its canonical form, or a flaw.

    ``message`` is None where ``flaw`` says why it cannot be believed.
    """

    operation: str
    message: Any
    sha256: str
    flaw: str = ""


@dataclass
class KitSez:
    """Answers a Registry as a SEZ, and keeps what it heard; safe for all threads."""

    signer: Callable[[], Signer]
    sez_code: str
    heard: list[HeardMessage] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    alien: UUID = field(default_factory=uuid7)
    count: int = 0
    guard: Lock = field(default_factory=Lock)

    def app(self) -> FastAPI:
        """The SEZ as a web application."""
        app = FastAPI(openapi_url=None)

        @app.post("/soap/")
        async def take(request: Request) -> Response:
            return await run_in_threadpool(self._take, await request.body())

        return app

    def since(self, count: int, operation: str) -> list[HeardMessage]:
        """What was heard of an operation after so many messages."""
        with self.guard:
            kept = self.heard[max(0, len(self.heard) - (self.count - count)) :]
            return [one for one in kept if one.operation == operation]

    def noted(self, heard: HeardMessage) -> HeardMessage:
        """A message as it is kept."""
        return heard

    def _take(self, body: bytes) -> Response:
        try:
            opened = open_envelope(body, None)
            document = self._answered(opened.operation, payload_of(opened))
        except Unprocessed as problem:
            status, told = write_fault(SoapVersion.V11, problem, uuid7(), fault_wording)
            return Response(told, status, media_type="text/xml")
        reply = answer(opened.version, SEZ.namespace, opened.operation, document)
        return Response(reply, media_type=opened.version.content_type)

    def _answered(self, operation: str, element: Element) -> bytes:
        kind = HEARD.get(operation)
        if kind is None:
            raise Unprocessed(Fault.UNKNOWN_OPERATION, operation)
        heard = self.noted(_heard(operation, element, kind))
        with self.guard:
            self.heard = [*self.heard[-KEPT_MESSAGES:], heard]
            self.count += 1
            strikes = operation in self.busy
            self.busy.discard(operation)
        if heard.flaw:
            raise Unprocessed(Fault.NOT_THE_REGISTRY, heard.flaw)
        if strikes:
            raise Unprocessed(Fault.BUSY, retry_after=AGAIN)
        document = self._document(codec.read(element, kind), heard.sha256)
        return sign_message(document, f"kit-{uuid7()}", self.signer())

    def _document(self, message: Part, sha256: str) -> Part:
        now = astana_time.now()
        match message:
            case Notice():
                return NoticeTaken(
                    notice_id=message.notice_id,
                    environment=message.environment,
                    sez_code=message.sez_code,
                    notice_sha256=sha256,
                    taken_at=now,
                )
            case Receipt():
                return ReceiptDelivered(
                    message_id=message.message_id or uuid7(),
                    sez_code=self.sez_code,
                    environment=message.environment,
                    receipt_id=message.receipt_id,
                    receipt_sha256=sha256,
                    taken_at=now,
                )
            case AuditRequest(depth=None):
                return kit_sez_answers.page(message)
            case AuditRequest():
                return kit_sez_answers.tree_page(message, self.alien)
            case ObjectAuditRequest():
                return kit_sez_answers.object_page(message)
            case CheckpointRequest():
                return kit_sez_answers.checkpoint(message, self.signer())
            case ProofRequest():
                return kit_sez_answers.proof(message, self.signer())
            case _:
                raise Unprocessed(Fault.UNKNOWN_OPERATION, type(message).__name__)


HEARD: Mapping[str, type[Part]] = {
    "Notify": Notice,
    "Audit": AuditRequest,
    AUDIT_OBJECT: ObjectAuditRequest,
    PUSH: Receipt,
    GET_CHECKPOINT: CheckpointRequest,
    GET_PROOF: ProofRequest,
}
"""What is heard, by operation."""


def _heard(operation: str, element: Element, kind: type[Part]) -> HeardMessage:
    """A message with its proof, or with what is wrong with it."""
    try:
        sha256 = verify_system(element).canonical_sha256
        if breaches := schema.validate(element, "I-XSD-1"):
            return HeardMessage(operation, None, sha256, breaches[0].path)
        return HeardMessage(operation, codec.read(element, kind), sha256)
    except (SignatureRefused, ValueError) as flaw:
        return HeardMessage(operation, None, "", str(flaw) or type(flaw).__name__)

"""The SEZ that a Registry audits while it is examined: two pages, bound to one position."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from shared_contracts import astana_time
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.sign import Signer, sign_message
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.fault import write_fault
from shared_contracts.soap.services import SEZ
from shared_contracts.xml import codec, schema
from shared_contracts.xml.codec import Element
from shared_contracts.xml.envelope import SoapVersion, answer, open_envelope, payload_of

MOST_ASKED = 400
"""Questions that are kept."""

POSITION = 2
"""The position of the log to which the first answer is bound."""


@dataclass
class AuditedKit:
    """Answers the audits of a Registry, and keeps what it was asked."""

    signer: Callable[[], Signer]
    asked: list[AuditRequest] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    guard: Lock = field(default_factory=Lock)

    def app(self) -> FastAPI:
        """The SEZ as a web application."""
        app = FastAPI(openapi_url=None)

        @app.post("/soap/")
        async def take(request: Request) -> Response:
            return await run_in_threadpool(self._take, await request.body())

        return app

    def _take(self, body: bytes) -> Response:
        try:
            opened = open_envelope(body, None)
            document = self._answered(payload_of(opened, "AuditRequest"))
        except Unprocessed as problem:
            status, told = write_fault(SoapVersion.V11, problem, uuid7(), fault_wording)
            return Response(told, status, media_type="text/xml")
        reply = answer(opened.version, SEZ.namespace, "Audit", document)
        return Response(reply, media_type=opened.version.content_type)

    def _answered(self, element: Element) -> bytes:
        flaw = ""
        try:
            verify_system(element)
        except SignatureRefused as refused:
            flaw = str(refused)
        if breaches := schema.validate(element, "I-XSD-1"):
            flaw = flaw or breaches[0].path
        if flaw:
            with self.guard:
                self.unsigned.append(flaw)
            raise Unprocessed(Fault.NOT_THE_REGISTRY, flaw)
        request = codec.read(element, AuditRequest)
        with self.guard:
            self.asked = [*self.asked[-MOST_ASKED:], request]
        page = _page(request)
        return sign_message(page, f"audit-{page.message_id}", self.signer())


def _page(request: AuditRequest) -> AuditAnswer:
    """The first page reaches something and promises more; the second is empty, and the last."""
    first = request.after_position is None and request.after_object is None
    by_object = request.content is AuditContent.CHECKSUMS
    now = astana_time.now()
    return AuditAnswer(
        message_id=request.message_id,
        sez_code=request.sez_code,
        environment=request.environment,
        answered_at=now,
        audit_id=request.audit_id,
        content=request.content,
        position=request.position or POSITION,
        as_of=now - timedelta(seconds=1),
        chain_hash="00" * 32,
        more=first,
        reached_position=1 if first and not by_object else None,
        reached_object=uuid7() if first and by_object else None,
    )

"""Audits over HTTP: ordered, shown, let go on, ended (S216-12b)."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path, Query, Response

from registry.audits import evidence
from registry.audits.auditing import Auditing
from registry.audits.events import AuditObjectExamined, AuditPageTaken
from registry.audits.order import AuditWanted
from registry.audits.printed import printed, signed_report
from registry.audits.report import as_json, report
from shared_contracts.errors import Absent
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.evidence_package.container import MIMETYPE
from shared_contracts.http.api import Data, answer, read_json


class AuditEnding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an audit is ended before all was obtained."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


def router(audits: Auditing) -> APIRouter:
    """The routes under ``/api/v1/audits``."""
    routes = APIRouter(tags=["audits"])

    @routes.post("/api/v1/audits", status_code=201)
    def order(data: Data) -> Response:
        """Order an audit of a system; its pages are obtained by itself from now on."""
        return answer(audits.order(read_json(data, AuditWanted)), 201)

    @routes.get("/api/v1/audits")
    def listed(
        sez: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> Response:
        """The newest audits, of one system or of all, without their findings."""
        return answer([_short(one) for one in audits.list(sez, limit)])

    @routes.get("/api/v1/audits/{audit_id}")
    def shown(audit_id: UUID) -> Response:
        """An audit: its order, how far it is, and what it found."""
        return answer(audits.find(audit_id).state)

    @routes.get("/api/v1/audits/{audit_id}/report")
    def told(audit_id: UUID) -> Response:
        """The report of an audit; its JSON Schema is published, the same audit gives the same."""
        return Response(as_json(report(audits, audit_id)), media_type="application/json")

    @routes.get("/api/v1/audits/{audit_id}/report.pdf")
    def told_as_pdf(audit_id: UUID) -> Response:
        """The same as PDF in Kazakh and Russian, with the report attached for programs."""
        return Response(printed(report(audits, audit_id))[0], media_type="application/pdf")

    @routes.get("/api/v1/audits/{audit_id}/report.asice")
    def told_and_signed(audit_id: UUID) -> Response:
        """PDF and report signed by the Registry: an ASiC-E container."""
        body = signed_report(report(audits, audit_id), audits.obtaining.questions.signer)
        return Response(body, media_type=MIMETYPE.decode())

    @routes.get("/api/v1/audits/{audit_id}/events")
    def events(
        audit_id: UUID,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=100)] = 100,
    ) -> Response:
        """What happened to an audit, each under its number; `after` is the last one shown."""
        at = audits.find(audit_id)
        stream = audits.log.stream(at.originator_id, after_version=after)[:limit]
        return answer(
            [
                {
                    "number": one.version,
                    "topic": one.topic,
                    "recorded_at": one.recorded_at,
                    "event": one.event,
                }
                for one in stream
            ]
        )

    @routes.get("/api/v1/audits/{audit_id}/events/{number}/{name}")
    def signed(
        audit_id: UUID,
        number: Annotated[int, Path(ge=1, le=2**62)],
        name: Literal["request", "answer"],
    ) -> Response:
        """The signed request or answer of a page, byte for byte."""
        at = audits.find(audit_id)
        stream = audits.log.stream(at.originator_id, after_version=number - 1)[:1]
        body = proven_evidence(audits.log, stream, name, _NAMED[name])
        if body is None:
            raise Absent(f"event {number} of audit {audit_id} is no page that was taken")
        return Response(body, media_type="application/xml")

    @routes.get("/api/v1/audits/{audit_id}/objects")
    def objects(
        audit_id: UUID,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 200,
    ) -> Response:
        """What was found of each object that differs; `after` is the last number shown."""
        return answer(audits.objects(audit_id, after, limit))

    @routes.get("/api/v1/audits/{audit_id}/objects/{number}/versions/{version}/{name}")
    def record(
        audit_id: UUID,
        number: Annotated[int, Path(ge=1, le=2**62)],
        version: Annotated[int, Path(ge=1, le=2**62)],
        name: Literal["delivered", "kept"],
    ) -> Response:
        """A signed record: the bytes as delivered to the Registry, or as the system keeps them."""
        body = evidence.record(audits, audit_id, (number, version), name)
        return Response(body, media_type="application/xml")

    @routes.post("/api/v1/audits/{audit_id}/resume")
    def resume(audit_id: UUID) -> Response:
        """Let an audit that waits for a person go on."""
        return answer(audits.resume(audit_id))

    @routes.post("/api/v1/audits/{audit_id}/end")
    def end(audit_id: UUID, data: Data) -> Response:
        """End an audit before all was obtained, and say why."""
        return answer(audits.end(audit_id, read_json(data, AuditEnding).reason))

    return routes


def _request(event: Event) -> str | None:
    if isinstance(event, AuditPageTaken | AuditObjectExamined):
        return event.request_sha256
    return None


def _answer(event: Event) -> str | None:
    if isinstance(event, AuditPageTaken | AuditObjectExamined):
        return event.answer_sha256
    return None


_NAMED = {"request": _request, "answer": _answer}
"""The SHA-256 by which an event names what stands beside it."""


def _short(state: object) -> object:
    told = msgspec.to_builtins(state)
    order, found = told.pop("order"), told.pop("findings")
    return order | told | {"found": len(found) + told["more_findings"]}

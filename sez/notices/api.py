"""The Registry's notices for the users' programs of the SEZ (S216-A2.5.2)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from sez.notices import listing
from sez.notices.inbox import Inbox, acknowledged, noticed
from sez.notices.notice import NOTICE, ReceivedNotice
from shared_contracts.errors import Absent
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.proven_evidence import Named, proven_evidence
from shared_contracts.http.api import answer


def router(inbox: Inbox) -> APIRouter:
    """The routes under ``/api/v1/notices``."""
    routes, log, owner = APIRouter(tags=["notices"]), inbox.log, inbox.owner

    def evidence(notice_id: UUID, name: str, named: Named) -> Response:
        key = HeadKey(owner.environment, owner.sez_code, NOTICE.name, notice_id)
        head = log.heads([key]).get(key)
        stream = log.stream(head.originator_id) if head else ()
        body = proven_evidence(log, stream, name, named)
        if body is None:
            raise Absent(f"no notice {notice_id} came")
        return Response(body, media_type="application/xml")

    @routes.get("/api/v1/notices")
    def notices(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """The notices that came from the Registry, latest first."""
        return answer([_row(one) for one in listing.notices(log, owner, limit)])

    @routes.get("/api/v1/notices/{notice_id}/notice")
    def notice(notice_id: UUID) -> Response:
        """The Registry's signed notice as it came, byte for byte."""
        return evidence(notice_id, "notice", noticed)

    @routes.get("/api/v1/notices/{notice_id}/acknowledgement")
    def acknowledgement(notice_id: UUID) -> Response:
        """The signed acknowledgement that was given, byte for byte."""
        return evidence(notice_id, "acknowledgement", acknowledged)

    return routes


def _row(one: ReceivedNotice) -> dict[str, object]:
    notice = one.notice
    return {
        "notice_id": notice.notice_id,
        "kind": notice.kind,
        "subject": notice.subject,
        "body": notice.body,
        "formed_at": notice.formed_at,
        "received_at": one.received_at,
        "works": notice.works,
        "classifier_change": notice.classifier_change,
        "notice_sha256": one.notice_sha256,
        "title": notice.subject.shown,
    }

"""What has reached the Registry and what has not, since when, with how much of the hour left."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, HTTPException, Response

from sez.synchronisation import listing
from shared_contracts.api import answer
from shared_contracts.event_log.followers import Follower
from shared_contracts.event_log.log import EventLog

HOUR = 3600
"""Seconds within which information must be transferred (S216-18.3)."""


def router(log: EventLog, follower: Follower, clock: Callable[[], datetime]) -> APIRouter:
    """The routes under ``/api/v1/outbox``."""
    routes = APIRouter(tags=["synchronisation"])

    @routes.get("/api/v1/outbox")
    def outbox() -> Response:
        """All that the Registry has not accepted: state, since when, seconds left, findings."""
        follower.catch_up()
        now = clock()
        rows = [_due(row, now) for row in listing.unsynchronised(log)]
        return answer({"at": now, "unsynchronised": rows})

    @routes.get("/api/v1/outbox/{object_id}")
    def versions(object_id: UUID) -> Response:
        """The versions of one tender, and what became of each."""
        follower.catch_up()
        return answer([_due(row, clock()) for row in listing.versions_of(log, object_id)])

    @routes.get("/api/v1/packages/{message_id}")
    def package(message_id: UUID) -> Response:
        """A package: its number, its attempts, its answer."""
        follower.catch_up()
        row = listing.package(log, message_id)
        if row is None:
            raise HTTPException(404, f"no package {message_id}")
        return answer(row)

    @routes.get("/api/v1/packages/{message_id}/package")
    def bytes_sent(message_id: UUID) -> Response:
        """The signed package as it leaves, byte for byte."""
        return _evidence(message_id, "package")

    @routes.get("/api/v1/packages/{message_id}/receipt")
    def receipt(message_id: UUID) -> Response:
        """The Registry's signed receipt as it came, byte for byte."""
        return _evidence(message_id, "receipt")

    def _evidence(message_id: UUID, name: str) -> Response:
        follower.catch_up()
        row = listing.package(log, message_id)
        recorded = log.stream(row.originator_id) if row else ()
        for one in recorded:
            if (body := log.evidence(one.originator_id, one.version, name)) is not None:
                return Response(body, media_type="application/xml")
        raise HTTPException(404, f"no {name} beside package {message_id}")

    return routes


def _due(row: listing.VersionRow, now: datetime) -> dict[str, object]:
    age = (now - row.formed_at).total_seconds()
    return {
        "object_id": row.object_id,
        "version": row.version,
        "state": row.state,
        "formed_at": row.formed_at,
        "seconds_left": None if row.state == "SYNCHRONISED" else round(HOUR - age),
        "message_id": row.message_id,
        "registry_id": row.registry_id,
        "seconds_after_forming": row.seconds,
        "late": row.late,
        "document_hash": row.document_hash,
        "findings": row.findings,
    }

"""Evidence: what a system sent and what it was answered, byte for byte (S216-12a, S216-13b)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from registry.messages import listing
from registry.messages.message import NAMED, PackageAccepted, PackageRefused, SequenceVoided
from shared_contracts.errors import Absent
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.http.api import answer
from shared_contracts.rules.hour import hour

Documents = Callable[[bytes], list[bytes]]
"""Gives the documents in a message as received, in the order of its records."""


def router(
    log: EventLog,
    environment: str,
    documents: Documents,
    clock: Callable[[], datetime],
    ensure_known: Callable[[str], None],
) -> APIRouter:
    """The routes under ``/api/v1/messages``; ``ensure_known`` answers 404 for an unknown system."""
    routes = APIRouter(tags=["messages"])

    def stream(sez: str, message_id: UUID) -> list[Recorded]:
        key = HeadKey(environment, sez, "MESSAGE", message_id)
        head = log.heads([key]).get(key)
        if head is None:
            raise Absent(f"no message {message_id} of {sez}")
        return log.stream(head.originator_id)

    def evidence(sez: str, message_id: UUID, name: str) -> bytes:
        body = proven_evidence(log, stream(sez, message_id), name, NAMED[name])
        if body is not None:
            return body
        raise Absent(f"no {name} beside message {message_id} of {sez}")

    @routes.get("/api/v1/systems/{sez}/missing")
    def missing(sez: str) -> Response:
        """Numbers of a system's sequence that did not come within the hour after a later one."""
        ensure_known(sez)
        return answer(listing.missing(log, sez, clock() - hour(clock())))

    @routes.get("/api/v1/messages/{sez}/{message_id}")
    def message(sez: str, message_id: UUID) -> Response:
        """What happened to a message: deferred, accepted or refused, and its receipt."""
        return answer([_shown(recorded) for recorded in stream(sez, message_id)])

    @routes.get("/api/v1/messages/{sez}/{message_id}/package")
    def package(sez: str, message_id: UUID) -> Response:
        """The HTTP body as it was received."""
        return Response(evidence(sez, message_id, "package"), media_type="application/xml")

    @routes.get("/api/v1/messages/{sez}/{message_id}/receipt")
    def receipt(sez: str, message_id: UUID) -> Response:
        """The signed receipt as it was sent."""
        return Response(evidence(sez, message_id, "receipt"), media_type="application/xml")

    @routes.get("/api/v1/messages/{sez}/{message_id}/enciphered")
    def enciphered(sez: str, message_id: UUID) -> Response:
        """The HTTP body as it came, enciphered by a key of its system (S95-15.1a)."""
        return Response(evidence(sez, message_id, "enciphered"), media_type="application/xml")

    @routes.get("/api/v1/messages/{sez}/{message_id}/documents/{number}")
    def document(sez: str, message_id: UUID, number: int) -> Response:
        """A business document of the message, by its record: the exact bytes that were signed."""
        found = documents(evidence(sez, message_id, "package"))
        if not 1 <= number <= len(found):
            raise Absent(f"record {number}: there are {len(found)}")
        return Response(found[number - 1], media_type="application/xml")

    return routes


def _shown(recorded: Recorded) -> dict[str, object]:
    verdicts = (PackageAccepted, PackageRefused, SequenceVoided)
    return {
        "position": recorded.position,
        "recorded_at": recorded.recorded_at,
        "topic": recorded.topic,
        "leaf": recorded.leaf.hex(),
        "verdict": isinstance(recorded.event, verdicts),
        "event": recorded.event,
    }

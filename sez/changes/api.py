"""What the Registry answered to questions for changes, for those who watch it (S216-A2.2.7)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from sez.changes.answers import answer_named
from sez.changes.asking import ChangeQuestions
from shared_contracts.errors import Absent
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.http.api import answer

SHOWN = 100
"""How many of the newest answers are listed."""


def router(changes: ChangeQuestions) -> APIRouter:
    """The routes under ``/api/v1/changes``."""
    routes = APIRouter(tags=["synchronisation"])

    @routes.get("/api/v1/changes")
    def found() -> Response:
        """What the last round of questions found, and when it ended."""
        return answer(changes.known().state)

    @routes.post("/api/v1/changes")
    def ask() -> Response:
        """Ask now about all that was acknowledged, and supply what the Registry asks for."""
        return answer(changes.ask())

    @routes.get("/api/v1/changes/answers")
    def answers() -> Response:
        """The newest answers, each under its number."""
        at = changes.known()
        after = max(0, at.version - SHOWN)
        kept = changes.log.stream(at.originator_id, after_version=after) if at.version else ()
        return answer([{"number": one.version, "answer": one.event} for one in reversed(kept)])

    @routes.get("/api/v1/changes/answers/{number}")
    def bytes_received(number: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
        """The Registry's signed answer as it came, byte for byte."""
        at = changes.known()
        after = number - 1
        kept = changes.log.stream(at.originator_id, after_version=after)[:1] if at.version else ()
        body = proven_evidence(changes.log, kept, "answer", answer_named)
        if body is None:
            raise Absent(f"no answer {number}; there are {at.version}")
        return Response(body, media_type="application/xml")

    @routes.get("/api/v1/changes/questions")
    def questions() -> Response:
        """Versions about which the Registry is asked first, and why there is no answer yet."""
        return answer(changes.first.open())

    @routes.post("/api/v1/changes/questions")
    def ask_first() -> Response:
        """Ask about these versions now, without the pause after a failure."""
        changes.first.ask_at_once()
        return answer(changes.first.open())

    return routes

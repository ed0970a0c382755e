"""Packages under tickets for those who watch them (S216-18.1, S216-18.7)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.messages.pushes import listing as push_listing
from registry.messages.tickets import listing
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(
    log: EventLog,
    resume: Callable[[UUID], bool],
    push_again: Callable[[UUID], bool],
    ensure_known: Callable[[str], None],
) -> APIRouter:
    """The routes under ``/api/v1/tickets``; ``resume`` has a held package tried again.

    ``push_again`` has a receipt pushed that is left to be asked for, or due.
    """
    routes = APIRouter(tags=["tickets"])

    @routes.get("/api/v1/tickets")
    def tickets(sez: str, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """Packages of a system that are not answered, in the order in which they came."""
        ensure_known(sez)
        return answer(listing.unanswered(log, sez, limit))

    @routes.get("/api/v1/tickets/{ticket_id}")
    def ticket(ticket_id: UUID) -> Response:
        """A ticket: which package waits under it, and what keeps it waiting."""
        row = listing.ticket(log, ticket_id)
        if row is None:
            raise Absent(f"no ticket {ticket_id}")
        return answer(row)

    @routes.post("/api/v1/tickets/{ticket_id}/retry")
    def retry(ticket_id: UUID) -> Response:
        """Try a held package again: what kept it from being judged is mended."""
        ticket(ticket_id)
        if not resume(ticket_id):
            raise RefusedByRule(f"ticket {ticket_id} is not held: nothing to be done")
        return ticket(ticket_id)

    @routes.get("/api/v1/receipt-pushes")
    def pushes(sez: str, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """What became of the receipts that are pushed to a system, the newest tickets first."""
        ensure_known(sez)
        return answer(push_listing.pushes(log, sez, limit))

    @routes.post("/api/v1/tickets/{ticket_id}/push")
    def push(ticket_id: UUID) -> Response:
        """Push a receipt at once that is left to be asked for, or due."""
        ticket(ticket_id)
        if not push_again(ticket_id):
            raise RefusedByRule(f"the receipt of {ticket_id} is delivered, or not judged yet")
        return answer(push_listing.push(log, ticket_id))

    return routes

"""Packages under tickets for those who watch them (S216-18.1, S216-18.7)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from registry.messages.pushes import listing as push_listing
from registry.messages.ticket import TicketEnded
from registry.messages.tickets import listing
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.acting import Acting
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import Data, answer, read_json


class TicketEnding(msgspec.Struct, kw_only=True):
    """Why a held package is judged no more; its sender reads it."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


def router(
    log: EventLog,
    resume: Callable[[UUID], bool],
    end: Callable[[UUID, str], bool],
    push_again: Callable[[UUID], bool],
    ensure_known: Callable[[str], None],
) -> APIRouter:
    """The routes under ``/api/v1/tickets``; ``resume`` has a held package tried again.

    ``end`` has one refused for a reason; ``push_again`` has a receipt pushed that is left to be
    asked for, or due. Events name who acts.
    """
    routes = APIRouter(tags=["tickets"])

    @routes.get("/api/v1/tickets")
    def tickets(sez: str, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """Packages of a system that are not answered, in the order in which they came."""
        ensure_known(sez)
        return answer(listing.unanswered(log, sez, limit))

    @routes.get("/api/v1/tickets/{ticket_id}")
    def ticket(ticket_id: UUID) -> Response:
        """A ticket: which package waits under it, what keeps it waiting, who ended it and why."""
        row = listing.ticket(log, ticket_id)
        if row is None:
            raise Absent(
                f"no ticket {ticket_id}: `registry tickets list CODE` shows those not answered"
            )
        return answer(asdict(row) | {"ended": _ended(log, row.originator_id)})

    @routes.post("/api/v1/tickets/{ticket_id}/retry")
    def retry(ticket_id: UUID) -> Response:
        """Try a held package again: what kept it from being judged is mended."""
        ticket(ticket_id)
        if not resume(ticket_id):
            raise RefusedByRule(f"ticket {ticket_id} is not held: nothing to be done")
        return ticket(ticket_id)

    @routes.post("/api/v1/tickets/{ticket_id}/end")
    def end_held(ticket_id: UUID, data: Data) -> Response:
        """Judge a held package no more: its sender gets a receipt that refuses it (I-21)."""
        ticket(ticket_id)
        if not end(ticket_id, read_json(data, TicketEnding).reason):
            raise RefusedByRule(
                f"ticket {ticket_id} is not held: only a held ticket is ended; one that waits is "
                "judged by itself"
            )
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


def _ended(log: EventLog, stream: UUID) -> dict[str, object] | None:
    """Who ended a package, why and when; None of one that nobody ended."""
    for event in log.events(stream):
        if isinstance(event, TicketEnded):
            by = event.acting.actor if isinstance(event.acting, Acting) else None
            return {"by": by, "reason": event.reason, "at": event.ended_at}
    return None

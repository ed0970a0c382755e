"""Programmes for those who may look: listed, shown with history, their items paged (S216-9.8)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.programmes import listing
from registry.programmes.kind import OBJECTS
from registry.records.api import Limit
from registry.records.history import as_of
from registry.records.record import VersionRecorded, shown
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def router(log: EventLog, _ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/programmes``."""
    routes = APIRouter(tags=["programmes"])

    @routes.get("/api/v1/programmes")
    def programmes(
        customer: str | None = None,
        kind: str | None = None,
        year: int | None = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> Response:
        """List programmes of a customer (BIN or IIN), a kind, or a year; `after` is the last id."""
        asked = {"customer": customer, "kind": kind, "year": year, "after": after}
        return answer(listing.programmes(log, asked, limit))

    @routes.get("/api/v1/programmes/{registry_id}")
    def programme(registry_id: UUID) -> Response:
        """Show a programme: its state, and its versions with where their evidence is."""
        state, history = as_of(log, OBJECTS, registry_id)
        return answer({"state": state, "history": [_version(one) for one in history]})

    @routes.get("/api/v1/programmes/{registry_id}/items")
    def items(
        registry_id: UUID,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Limit = 100,
    ) -> Response:
        """List the items of a programme in their order; `after` is the last place of a page."""
        return answer(listing.items(log, registry_id, after, limit))

    return routes


def _version(recorded: Recorded) -> dict[str, object]:
    """A version of a programme without its text, which its evidence has."""
    told, event = shown(recorded), recorded.event
    assert isinstance(event, VersionRecorded)  # noqa: S101  # shown says so
    header = event.header
    return {
        "version": header.version,
        "document_hash": header.document_hash,
        "formed_at": header.formed_at,
        "recorded_at": recorded.recorded_at,
        "late": event.late,
        **{name: told[name] for name in ("topic", "leaf", "document", "package", "receipt")},
    }

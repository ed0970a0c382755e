"""Protocols of a kind for those who may look: listed, shown with history (S216-2.1)."""

from collections.abc import Callable
from functools import reduce
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from registry.protocols import listing
from registry.protocols.protocol import State, UnknownProtocol, evolve
from registry.records.record import VersionRecorded, shown
from shared_contracts.errors import Absent
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer


def routes(
    log: EventLog, ensure_known: Callable[[str], None], object_type: str, address: str
) -> APIRouter:
    """The routes under ``/api/v1/ADDRESS``; ``ensure_known``: 404 for unknown systems."""
    found = APIRouter(tags=["protocols"])
    name = address.replace("-", "_")

    @found.get(f"/api/v1/{address}", name=f"list_{name}")
    def protocols(
        sez: str | None = None,
        purchase: UUID | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """List protocols, of a SEZ or a purchase; `after` is the last id of the page before."""
        if sez is not None:
            ensure_known(sez)
        asked = {"sez_code = %s": sez, "purchase_id = %s": purchase, "registry_id > %s": after}
        return answer(listing.protocols(log, object_type, asked, limit))

    @found.get(f"/api/v1/{address}/{{registry_id}}", name=f"show_{name}")
    def protocol(registry_id: UUID) -> Response:
        """Show a protocol: its state and its versions."""
        history = [one for one in log.stream(registry_id) if _is_of(one.event, object_type)]
        if not history:
            raise Absent(f"no protocol {registry_id} among {address}")
        first: State = UnknownProtocol()
        state = reduce(lambda before, one: evolve(before, one.event), history, first)
        return answer({"state": state, "history": [shown(one) for one in history]})

    return found


def _is_of(event: object, object_type: str) -> bool:
    return isinstance(event, VersionRecorded) and event.header.object_type == object_type

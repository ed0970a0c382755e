"""Protocols of a kind for those who may look: listed, shown with history (S216-2.1)."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Response

from registry.protocols import listing
from registry.protocols.protocol import State
from registry.records.api import Limit, page, told
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.log import EventLog


def routes(
    kind: ObjectKind[State], address: str, log: EventLog, ensure_known: Callable[[str], None]
) -> APIRouter:
    """The routes under ``/api/v1/ADDRESS``; ``ensure_known``: 404 for unknown systems."""
    found = APIRouter(tags=["protocols"])
    name = address.replace("-", "_")

    @found.get(f"/api/v1/{address}", name=f"list_{name}")
    def protocols(
        sez: str | None = None,
        purchase: UUID | None = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> Response:
        """List protocols, of a SEZ or a purchase; `after` is the last id of the page before."""
        asked = {"type": kind.name, "sez": sez, "purchase": purchase, "after": after}
        return page(log, ensure_known, listing.protocols, asked, limit)

    @found.get(f"/api/v1/{address}/{{registry_id}}", name=f"show_{name}")
    def protocol(registry_id: UUID) -> Response:
        """Show a protocol: its state and its versions."""
        return told(log, kind, registry_id)

    return found

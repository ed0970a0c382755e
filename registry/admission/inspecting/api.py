"""Inspections of systems in operation over HTTP: opened, ended, copies delivered (S95-18a)."""

from uuid import UUID

from fastapi import APIRouter, Response

from registry.admission.inspecting.inspection import DeliverInspectionCopy
from registry.admission.inspecting.inspections import Inspections
from registry.admission.wanted import (
    WantedInspection,
    WantedInspectionDelivery,
    WantedInspectionEnd,
)
from registry.records.api import Limit
from shared_contracts.http.api import Data, answer, read_json


def router(inspections: Inspections) -> APIRouter:
    """The routes under ``/api/v1/inspections``, and the one that opens an inspection."""
    routes = APIRouter(tags=["admission"])

    @routes.post("/api/v1/admission/{admission_id}/inspections", status_code=201)
    def inspect(admission_id: UUID, data: Data) -> Response:
        """Begin to inspect a system in operation, where its order gives that power (S95-18a)."""
        wanted = read_json(data, WantedInspection)
        return answer(inspections.open(admission_id, wanted.by, wanted.ground), 201)

    @routes.get("/api/v1/inspections")
    def inspected(after: UUID | None = None, limit: Limit = 100) -> Response:
        """Inspections in the order of their opening; `after` is the last id of the page before."""
        return answer(inspections.page(after, limit))

    @routes.post("/api/v1/inspections/{inspection_id}/end")
    def end(inspection_id: UUID, data: Data) -> Response:
        """End an inspection, with what was found; a stop is decided apart."""
        wanted = read_json(data, WantedInspectionEnd)
        return answer(inspections.end(inspection_id, wanted.by, wanted.findings))

    @routes.post("/api/v1/inspections/{inspection_id}/copies")
    def deliver(inspection_id: UUID, data: Data) -> Response:
        """Record that a copy of the document of an ended inspection was delivered."""
        told = read_json(data, WantedInspectionDelivery)
        copy = DeliverInspectionCopy(told.addressee, told.received_by, told.way)
        return answer(inspections.deliver(inspection_id, copy))

    return routes

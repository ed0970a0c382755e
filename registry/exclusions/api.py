"""The list of excluded customers for its keeper (the Code, 131(7), 179(7))."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from registry.exclusions.exclusion import ExclusionPeriod
from registry.exclusions.exclusions import Exclusions
from registry.records.api import Limit
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, answer, read_json


class ExclusionEntry(ExclusionPeriod, frozen=True, kw_only=True):
    """A customer by its number, and why, since and until when the rules do not apply to it."""

    number: str


class ExclusionEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of the newest entry, and why it ends."""

    until: date
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


def router(exclusions: Exclusions) -> APIRouter:
    """The routes under ``/api/v1/exclusions``."""
    routes = APIRouter(tags=["exclusions"])

    @routes.get("/api/v1/exclusions")
    def listed(after: Annotated[str, Query(max_length=12)] = "", limit: Limit = 100) -> Response:
        """Customers that were ever entered, with their entries, by number.

        `after` is the last number of the page before.
        """
        return answer(exclusions.page(after, limit))

    @routes.get("/api/v1/exclusions/{number}")
    def one(number: str) -> Response:
        """One customer."""
        found = exclusions.known.get(number)
        if found is None:
            raise Absent(f"{number} was never entered as excluded")
        return answer(found)

    @routes.post("/api/v1/exclusions", status_code=201)
    def enter(data: Data) -> Response:
        """Enter a customer: its purchases then get a warning (F-PUR-6)."""
        given = read_json(data, ExclusionEntry)
        period = ExclusionPeriod(
            ground=given.ground, since=given.since, until=given.until, basis=given.basis
        )
        return answer(exclusions.enter(given.number, period), 201)

    @routes.post("/api/v1/exclusions/{number}/end")
    def end(number: str, data: Data) -> Response:
        """Set the last day of the newest entry; one made in error ends before its first day."""
        given = read_json(data, ExclusionEnd)
        return answer(exclusions.end(number, given.until, given.reason))

    return routes

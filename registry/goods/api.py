"""The list of goods, works and services for those who may look (S216-2.1d)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from registry.goods import listing
from registry.records.api import Limit
from shared_contracts.errors import Absent
from shared_contracts.event_log.log import EventLog
from shared_contracts.http.api import answer

Code = Annotated[str, Query(max_length=50)]
"""A code of a product, or how it begins."""


def router(log: EventLog) -> APIRouter:
    """The routes under ``/api/v1/goods``."""
    routes = APIRouter(tags=["goods, works and services"])

    @routes.get("/api/v1/goods")
    def goods(code: Code = "", after: Code = "", limit: Limit = 100) -> Response:
        """List what was bought, by code: those that begin with `code`.

        `after` is the last code of the page before.
        """
        return answer(listing.goods(log, code=code, after=after, limit=limit))

    @routes.get("/api/v1/goods/{code}")
    def of_code(
        code: str, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0, limit: Limit = 100
    ) -> Response:
        """Show a code with its history: what protocols told of it, after a position of the log."""
        found = listing.one_code(log, code)
        if found is None:
            raise Absent(f"nothing of code {code} was bought")
        return answer({"goods": found, "history": listing.history(log, code, after, limit)})

    return routes

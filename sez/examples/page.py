"""Examples over HTTP: a realistic purchase to begin with, and a package for others to post."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from fastapi import APIRouter, HTTPException, Response

from sez.examples.making import Examples
from shared_contracts.api import Data, answer, said


class Wanted(msgspec.Struct, kw_only=True):
    """Which example, signed by whom; ``base`` is the failed tender of a single-source purchase."""

    example: str
    signer: str = "customer1-head"
    base: UUID | None = None


Held = Callable[[UUID], bytes]
"""Forms a package of a tender's waiting versions which is not sent from here; its bytes."""


def router(examples: Examples, held: Held) -> APIRouter:
    """The routes under ``/api/v1/examples``."""
    routes = APIRouter(tags=["examples"])

    def made(data: bytes) -> UUID:
        wanted = said(data, Wanted)
        try:
            return examples.announce(wanted.example, wanted.signer, wanted.base)
        except KeyError as unknown:
            raise HTTPException(422, f"no example {unknown}; there are {examples.names}") from None

    @routes.post("/api/v1/examples/tenders")
    def announce(data: Data) -> Response:
        """Draft, sign and announce an example purchase; it is sent to the Registry by itself."""
        return answer({"object_id": made(data)}, 201)

    @routes.post("/api/v1/examples/packages")
    def package(data: Data) -> Response:
        """Announce an example and give its signed package, for somebody else to post."""
        return Response(held(made(data)), status_code=201, media_type="application/xml")

    return routes

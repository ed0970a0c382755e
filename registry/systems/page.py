"""The register of systems for its keeper: who may transmit (S216-10, S216-11)."""

from fastapi import APIRouter, HTTPException, Response

from registry.systems.register import Entry, Register
from shared_contracts.api import Data, answer, said


def router(register: Register) -> APIRouter:
    """The routes under ``/api/v1/systems``."""
    routes = APIRouter(tags=["systems"])

    @routes.get("/api/v1/systems")
    def systems() -> Response:
        """All systems that may transmit."""
        return answer(register.all())

    @routes.get("/api/v1/systems/{code}")
    def system(code: str) -> Response:
        """One system."""
        found = register.get(code)
        if found is None:
            raise HTTPException(404, f"no system {code}")
        return answer(found)

    @routes.post("/api/v1/systems", status_code=201)
    def add(data: Data) -> Response:
        """Enter a system, or replace its entry; the history of entries stays."""
        return answer(register.add(said(data, Entry)), 201)

    return routes

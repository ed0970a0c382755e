"""The register of systems for its keeper: who may transmit (S216-10, S216-11)."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from registry.systems.entry import RegisterEntry
from registry.systems.register import Register
from shared_contracts.errors import Absent
from shared_contracts.http.api import Data, answer, read_json


def ensuring_known(register: Register) -> Callable[[str], None]:
    """What answers 404 for a system that the register does not have: an empty list would mislead.

    Whoever asks what is missing from a system must not be told "nothing" of a code typed wrong.
    """

    def ensure_known(code: str) -> None:
        if register.get(code) is None:
            raise Absent(f"no system {code} in the register")

    return ensure_known


def router(register: Register) -> APIRouter:
    """The routes under ``/api/v1/systems``; events name who acts."""
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
            raise Absent(f"no system {code}")
        return answer(found)

    @routes.post("/api/v1/systems", status_code=201)
    def add(data: Data) -> Response:
        """Enter a system, or replace its whole entry; the history of entries stays."""
        return answer(register.add(read_json(data, RegisterEntry)), 201)

    return routes

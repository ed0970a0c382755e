"""A system over HTTP whose JSON API is made when it is first asked for.

Its hundred routes take longer to make than all else that opens a system, and few of the tests
that open both ask for any of them.
"""

from collections.abc import Callable, Sequence
from functools import partial

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

import registry.web
import sez.web
from registry.app import RegistrySystem
from sez.app import SezSystem


class OnDemand:
    """The application ``app``, to which ``add`` adds the rest before what is not ``there``."""

    def __init__(self, app: FastAPI, there: Sequence[str], add: Callable[[FastAPI], None]) -> None:
        self._app = app
        self._there = tuple(there)
        self._add: Callable[[FastAPI], None] | None = add

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._add and not scope["path"].startswith(self._there):
            self._add(self._app)
            self._add = None
        await self._app(scope, receive, send)


def registry_app(system: RegistrySystem) -> OnDemand:
    """The Registry, with SOAP and files from the start."""
    add = partial(registry.web.add_api, registry=system)
    return OnDemand(registry.web.exchange(system), ("/soap", "/files"), add)


def sez_app(system: SezSystem) -> OnDemand:
    """The SEZ, with SOAP from the start."""
    return OnDemand(sez.web.exchange(system), ("/soap",), partial(sez.web.add_api, system=system))

"""Protocols of the results of open tenders and auctions for those who may look (S216-2.1)."""

from collections.abc import Callable

from fastapi import APIRouter

from registry.protocols import api
from registry.protocols.results.kind import KIND
from shared_contracts.event_log.log import EventLog


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/results-protocols``."""
    return api.routes(log, ensure_known, KIND.objects, "results-protocols")

"""Protocols of purchases from a single source for those who may look (S216-2.1)."""

from collections.abc import Callable

from fastapi import APIRouter

from registry.protocols import api
from registry.protocols.single_source.kind import KIND
from shared_contracts.event_log.log import EventLog


def router(log: EventLog, ensure_known: Callable[[str], None]) -> APIRouter:
    """The routes under ``/api/v1/single-source-protocols``."""
    return api.routes(log, ensure_known, KIND.objects, "single-source-protocols")

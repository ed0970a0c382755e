"""Incidents in the journal: what a caller was told can be found there by its number (S216-18.7)."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.line_limit import LineLimit
from shared_contracts.soap.peer import NOBODY, Peer

log = structlog.get_logger(__name__)

TRACEBACKS = 10
"""Most tracebacks of one peer in a span of ``line_limit``."""


@dataclass(frozen=True, slots=True)
class About:
    """What the journal tells of an incident and the caller is not told."""

    peer: Peer = NOBODY
    operation: str = ""
    problem: BaseException | None = None


NOTHING: Final = About()


@dataclass(frozen=True, slots=True)
class Journal:
    """Writes one line for each incident, within bounds for each peer."""

    limit: LineLimit = field(default_factory=LineLimit)

    def write(self, incident: UUID, refusal: Unprocessed, about: About) -> None:
        """Note what was answered; a bug is written with its traceback."""
        line = self.limit.admit(about.peer.address)
        if line is None:
            return
        told: dict[str, Any] = {"problem": repr(about.problem)[:300]} if about.problem else {}
        if refusal.fault is Fault.INTERNAL_ERROR and line.number <= TRACEBACKS:
            told["exc_info"] = about.problem
        (log.error if about.problem else log.info)(
            "not processed",
            incident=str(incident),
            fault=refusal.fault.value,
            peer=about.peer.address,
            operation=about.operation[:80],
            detail=refusal.detail[:300],
            **told,
            **line.fields,
        )

"""To which moment and position of the log a question of an audit may be bound (S216-12)."""

from datetime import datetime, timedelta
from typing import Any

from sez.audits.object_listing import rows_after
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.leaf import GENESIS
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import Fault, Unprocessed

AHEAD = timedelta(seconds=60)
"""By how much a moment may lie ahead: clocks differ."""

OLD = timedelta(minutes=10)
"""How long after it was made a request is answered (reading R130)."""


def check_made(created_at: datetime, now: datetime) -> None:
    """``Unprocessed`` for a question that was made long ago, or that is still to be made."""
    if created_at.tzinfo is None or not -AHEAD <= now - created_at <= OLD:
        raise Unprocessed(Fault.AUDIT_REFUSED, f"CreatedAt {created_at}")


def check_place(log: EventLog, position: int, after: int | None) -> None:
    """``Unprocessed`` for a place that the log has not."""
    last = log.last_position()
    if position > last:
        raise Unprocessed(Fault.AUDIT_PAGE_UNKNOWN, f"Position {position} after {last}")
    if after is not None and after > position:
        raise Unprocessed(Fault.AUDIT_PAGE_UNKNOWN, f"AfterPosition {after} after {position}")


def sealed_at(log: EventLog, position: int, now: datetime) -> dict[str, Any]:
    """The position, with the moment and the chain value of its event; ``now`` before the first."""
    rows = rows_after(log, position - 1, 1) if position else []
    chain, recorded_at = rows[0][-2:] if rows else (GENESIS, now)
    return {
        "position": position,
        "as_of": to_astana(recorded_at) if rows else now,
        "chain_hash": chain.hex(),
    }

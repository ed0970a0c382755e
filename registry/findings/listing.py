"""What the hourly run looks up: what is late, what is lacking, what came again otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from registry.messages.message import PackageRefused
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog, restored

PAGE: Final = 800
"""Most rows of a question; a count of all is told beside."""

STRIDE: Final = 100_000
"""Most positions of the log that one statement passes over."""

HISTORY: Final = frozenset({"I-06", "I-08", "F-HDR-1"})
"""Rules that are broken by what was recorded otherwise before: an id or a number with other
content, a version that does not follow what is on record."""

_LATE = """
SELECT position, registry_id, version, formed_at, received_at FROM views.versions
WHERE sez_code = %s AND late AND position > %s AND position <= %s ORDER BY position LIMIT %s"""

_REFUSED = """
SELECT position, originator_id, originator_version, topic, state, leaf, chain, recorded_at
FROM log.events WHERE position > %s AND position <= %s AND topic = 'package-refused.1'
ORDER BY position"""

_HISTORY = """
SELECT position, originator_id, originator_version, topic, state, leaf, chain, recorded_at
FROM log.events WHERE originator_id = %s AND originator_version > %s ORDER BY 3 LIMIT %s"""

_PASSED = """
SELECT p.purchase_code, p.status, NOT EXISTS (SELECT FROM views.bid_lists b
    WHERE b.purchase_id = p.object_id AND b.sez_code = p.sez_code
    AND b.status IN ('FINAL', 'OPENED')) AS without_list, count(*) OVER ()
FROM views.purchases p JOIN log.heads h ON h.environment = %s
  AND h.sez_code = p.sez_code AND h.kind = 'PURCHASE' AND h.object_id = p.object_id
WHERE p.sez_code = %s AND p.status IN ('ANNOUNCED', 'REVIEWED')
  AND p.bids_to < %s
  AND (convert_from(h.state, 'UTF8')::jsonb ->> 'conditions_version')::int > 1
  AND (p.status = 'ANNOUNCED' AND p.bids_to < %s
    OR p.status = 'REVIEWED' AND EXISTS (SELECT FROM views.protocols r
      WHERE r.sez_code = p.sez_code AND r.purchase_id = p.object_id
      AND r.object_type = 'REVIEW_PROTOCOL' AND r.status <> 'VOIDED'
      AND r.protocol_date < %s)
    OR NOT EXISTS (SELECT FROM views.bid_lists b WHERE b.purchase_id = p.object_id
      AND b.sez_code = p.sez_code AND b.status IN ('FINAL', 'OPENED')))
ORDER BY p.bids_to, p.registry_id LIMIT %s"""


@dataclass(frozen=True, slots=True)
class LateVersion:
    """A version that came after its hour: the Registry's id of its object, and its number."""

    position: int
    registry_id: UUID
    version: int
    formed_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class PassedStage:
    """A purchase whose stage has passed; ``without_list``: the final list of bids is not there.

    ``all`` is how many there are of the system.
    """

    purchase_code: str
    status: str
    without_list: bool
    all: int


def late(log: EventLog, sez_code: str, after: int, until: int) -> Iterator[LateVersion]:
    """Late versions of a system that were recorded after one position up to another."""
    while rows := log.recorder.select(_LATE, (sez_code, after, until, PAGE)):
        found = [LateVersion(*row) for row in rows]
        yield from found
        after = found[-1].position


def rewritten(log: EventLog, after: int, until: int) -> Iterator[PackageRefused]:
    """What was refused between two positions because it was recorded otherwise before."""
    while after < until:
        upto = min(after + STRIDE, until)
        for row in log.recorder.select(_REFUSED, (after, upto)):
            event = restored(row).event
            if isinstance(event, PackageRefused) and HISTORY.intersection(event.rules):
                yield event
        after = upto


def history(log: EventLog, originator_id: UUID, after: int, most: int) -> list[Recorded]:
    """The events of a finding after one of them, by their number, at most so many."""
    return [restored(row) for row in log.recorder.select(_HISTORY, (originator_id, after, most))]


def passed(
    log: EventLog, environment: str, sez_code: str, listed_by: datetime, summed_up_by: datetime
) -> list[PassedStage]:
    """Purchases of a system whose stage has passed, at most ``PAGE``, those that ended first.

    Bidding that ended before ``listed_by`` wants its final list of bids; what ended, or was
    reviewed, before ``summed_up_by`` wants its protocol. Only conditions of contract 1.1 and later
    know lists and protocols.
    """
    asked = (environment, sez_code, listed_by, summed_up_by, summed_up_by, PAGE)
    return [PassedStage(*row) for row in log.recorder.select(_PASSED, asked)]

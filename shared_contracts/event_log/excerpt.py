"""What an excerpt of a log needs beside the events themselves: links before, seals after."""

from collections.abc import Collection, Iterator
from uuid import UUID

from shared_contracts.event_log.checkpointer import Checkpointer
from shared_contracts.event_log.leaf import GENESIS
from shared_contracts.event_log.log import RECORDED, EventLog, Recorded, restored

_CHAINS = (
    "SELECT k.position, e.chain FROM unnest(%b::bigint[]) AS k(position) CROSS JOIN LATERAL "
    "(SELECT chain FROM log.events WHERE position = k.position LIMIT 1) AS e"
)
_SEAL = "SELECT note FROM log.checkpoints WHERE size >= %s AND nodes_kept ORDER BY size LIMIT 1"
_BEFORE = RECORDED + "position < %s AND position >= %s AND topic = %s ORDER BY position DESC"
_WEIGHT = (
    "SELECT count(*), coalesce(sum(octet_length(state)), 0) FROM log.events "
    "WHERE originator_id = %s"
)
PAGE = 2_000
"""Positions that are looked through by one question."""


def links_before(log: EventLog, positions: Collection[int]) -> dict[int, bytes]:
    """For each position the chain value of the event before it."""
    rows = log.recorder.select(_CHAINS, ([one - 1 for one in positions],))
    return {1: GENESIS, **{position + 1: bytes(chain) for position, chain in rows}}


def first_seal(checkpointer: Checkpointer, position: int) -> str:
    """The first signed checkpoint that reaches a position; one is made if there is none.

    What was sealed once is sealed by the same checkpoint ever after.
    """
    rows = checkpointer.log.recorder.select(_SEAL, (position,))
    return str(rows[0][0]) if rows else checkpointer.make()


def backwards(log: EventLog, before: int, topic: str, most: int) -> Iterator[Recorded]:
    """Events of a topic before a position, newest first, among the ``most`` positions before it."""
    end, last = before, max(1, before - most)
    while end > last:
        start = max(last, end - PAGE)
        yield from map(restored, log.recorder.select(_BEFORE, (end, start, topic)))
        end = start


def weight(log: EventLog, originator_id: UUID) -> tuple[int, int]:
    """How many events one originator has, and the bytes of their states together."""
    rows = log.recorder.select(_WEIGHT, (originator_id,))
    return int(rows[0][0]), int(rows[0][1])

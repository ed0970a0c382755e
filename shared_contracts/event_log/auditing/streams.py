"""The streams of a log cut into ranges, which can be read beside one another."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

# Ids begin with the moment at which they were made, so that equal steps of the log cut well.
_CUTS = (
    "SELECT DISTINCT originator_id FROM log.events WHERE position = ANY (%s) "
    "AND originator_id IS NOT NULL ORDER BY 1"
)


class StreamRange(NamedTuple):
    """The streams from ``first`` to ``last``, both with it."""

    first: UUID
    last: UUID


ALL_STREAMS = StreamRange(UUID(int=0), UUID(int=(1 << 128) - 1))
"""Every stream there can be."""


def cut(connection: Connection, events: int, parts: int) -> Sequence[StreamRange]:
    """At most ``parts`` ranges of about as many events each, which together hold every stream."""
    steps = [events * number // parts for number in range(1, parts)]
    ends = [row[0].int for row in connection.execute(_CUTS, (steps,))]
    starts = [0, *(one + 1 for one in ends if one < ALL_STREAMS.last.int)]
    lasts = [*(one - 1 for one in starts[1:]), ALL_STREAMS.last.int]
    return [
        StreamRange(UUID(int=one), UUID(int=last)) for one, last in zip(starts, lasts, strict=True)
    ]

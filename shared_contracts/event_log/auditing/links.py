"""Each event of a log held against the row before it: position, leaf, link, moment."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg.rows import TupleRow

from shared_contracts.event_log.auditing.finding import Difference
from shared_contracts.event_log.leaf import GENESIS, chain, leaf


@dataclass
class Links:
    """Where the reading of the chain stands: the last link, position and moment as stored.

    Each event is held against the row before it as stored, so that one change gives one difference
    and not a difference in every later row; a log in which each step fits is whole. ``moment`` is
    in seconds since 1970.
    """

    link: bytes = GENESIS
    position: int = 0
    moment: float = -math.inf

    def check(self, row: TupleRow) -> Iterator[Difference]:
        """What differs in the next row.

        It has position, originator, version, topic, state, leaf, chain and moment.
        """
        position, originator_id, version, topic, state, stored_leaf, stored_link, moment = row
        for column, stored, computed in (
            ("position", str(position), str(self.position + 1)),
            ("leaf", stored_leaf.hex(), leaf(originator_id, version, topic, state).hex()),
            ("chain", stored_link.hex(), chain(self.link, position, stored_leaf).hex()),
        ):
            if stored != computed:
                yield Difference(position, originator_id, column, stored, computed)
        is_moment = math.isfinite(moment)
        if moment < self.moment or not is_moment:
            known = f"not before {_shown(self.moment)}" if is_moment else "a moment"
            yield Difference(position, originator_id, "recorded_at", _shown(moment), known)
        self.link, self.position, self.moment = stored_link, position, moment


def _shown(moment: float) -> str:
    """A moment given in seconds since 1970, also one that no calendar has."""
    try:
        return datetime.fromtimestamp(moment, UTC).isoformat()
    except (ValueError, OverflowError):
        return f"{moment} seconds after 1970"

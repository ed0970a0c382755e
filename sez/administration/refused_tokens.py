"""That tokens were refused at the JSON interface: summed up, so that no stranger fills the log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

import msgspec

from shared_contracts.event_log.event import Event, Fact, topic
from shared_contracts.event_log.log import EventLog
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7

ADDRESSES: Final = 16
"""Addresses that are told apart between two notes; all others are counted together."""

OTHERS: Final = "OTHERS"
"""Stands for those others."""


@topic("tokens-refused.1")
class TokensRefused(Event, frozen=True, kw_only=True):
    """Requests of an address without the right token, from the first to the last of an hour.

    ``refused_address`` is ``OTHERS`` for all addresses beyond the first ``ADDRESSES``.
    """

    refused_address: str
    count: int
    first_at: datetime
    last_at: datetime


class RefusedOfAddress(msgspec.Struct, kw_only=True):
    """What one address was refused since the last note."""

    count: int
    first_at: datetime
    last_at: datetime


@dataclass(slots=True)
class RefusedTokens:
    """Counts refused tokens by addresses, safe for all threads; ``note`` writes them down.

    What was counted since the last note is lost if the process is killed.
    """

    log: EventLog
    clock: Callable[[], datetime]
    _counted: dict[str, RefusedOfAddress] = field(default_factory=dict)
    _mutex: Lock = field(default_factory=Lock)

    def count(self, address: str) -> None:
        """One more of an address."""
        now = self.clock()
        with self._mutex:
            self._add(address, RefusedOfAddress(count=1, first_at=now, last_at=now))

    def _add(self, address: str, more: RefusedOfAddress) -> None:
        """Count what an address was refused, among the others where so many are told apart."""
        apart = len(self._counted.keys() - {OTHERS})
        place = address if address in self._counted or apart < ADDRESSES else OTHERS
        one = self._counted.setdefault(place, more)
        if one is not more:
            one.count += more.count
            one.first_at = min(one.first_at, more.first_at)
            one.last_at = max(one.last_at, more.last_at)

    def note(self) -> None:
        """Write an event for each address that was refused since the last note."""
        with self._mutex:
            counted = dict(self._counted)
            self._counted.clear()
        events = (
            TokensRefused(
                refused_address=address,
                count=one.count,
                first_at=one.first_at,
                last_at=one.last_at,
            )
            for address, one in counted.items()
        )
        if facts := tuple(Fact(uuid7(), 1, event) for event in events):
            self._written(facts, counted)

    def _written(self, facts: tuple[Fact, ...], counted: dict[str, RefusedOfAddress]) -> None:
        """Append them; what cannot be written now is counted again for the next note."""
        try:
            self.log.append(Commit(facts))
        except BaseException:
            with self._mutex:
                for address, one in counted.items():
                    self._add(address, one)
            raise

"""Who of those whom packages name is a participant, remembered for a moment (F-ID-2)."""

import time
from collections.abc import Collection, Mapping

from registry.intake.known_facts import AnyState
from registry.records.kind import AnyKind
from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.event_log.log import EventLog

REMEMBERED = 2.0
"""Seconds for which an answer is remembered."""

MOST = 10_000
"""Most numbers whose answers are remembered."""


class Participants:
    """Asks the kinds of record that list participants, once for the numbers that it does not know.

    Who was added counts for the packages after it, since what is recorded is ``note``d; for those
    under examination meanwhile, and what the listings, which follow the log, tell later, it counts
    after ``REMEMBERED`` seconds.
    """

    def __init__(self, log: EventLog, environment: str, kinds: Mapping[str, AnyKind]) -> None:
        self._log, self._environment, self._kinds = log, environment, kinds
        self._known: BoundedCache[str, tuple[bool, float]] = BoundedCache(MOST)
        self._no_list_until = 0.0

    def among(self, numbers: Collection[str]) -> frozenset[str] | None:
        """Which of ``numbers`` are participants; None while there is no list, or none is asked."""
        now = time.monotonic()
        if not numbers or now < self._no_list_until:
            return None
        known = {number: self._known.get(number) for number in numbers}
        asked = frozenset(one for one, told in known.items() if told is None or told[1] < now)
        remembered = {one for one, told in known.items() if one not in asked and told and told[0]}
        found = self._ask(asked) if asked else frozenset()
        if found is None and not remembered:
            self._no_list_until = now + REMEMBERED
            return None
        found = found or frozenset()
        for number in asked:
            self._known.put(number, (number in found, now + REMEMBERED))
        return found | remembered

    def note(self, states: Collection[AnyState]) -> None:
        """Forget what was known, if one of the objects recorded is one of a list."""
        if any(self._kinds[one.key.kind].participants is not None for one in states):
            self._no_list_until = 0.0
            self._known.clear()

    def _ask(self, numbers: frozenset[str]) -> frozenset[str] | None:
        lists = (kind.participants for kind in self._kinds.values())
        told = (one(self._log, self._environment, numbers) for one in lists if one is not None)
        found = [one for one in told if one is not None]
        return frozenset().union(*found) if found else None

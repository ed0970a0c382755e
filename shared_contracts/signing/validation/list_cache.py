"""CRLs that were verified once and serve for a while: the cache of a checker."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from shared_contracts.bounded_cache import BoundedCache
from shared_contracts.signing.validation.lists import RevokedList
from shared_contracts.signing.validation.trust_profile import QueryLimits

Key = tuple[str, bytes]
"""The address of a list, and the DER of its issuer."""


@dataclass(frozen=True, slots=True)
class _Shelved:
    listed: RevokedList
    since: datetime
    until: datetime


class RevocationListCache:
    """A bounded number of lists, each until its next update or the bound of the profile.

    Threads that want one list at once share one fetch, its failure too: when an authority is
    silent, nobody waits for it twice.
    """

    def __init__(self, limits: QueryLimits) -> None:
        self._limits = limits
        self._guard = Lock()
        self._lists = BoundedCache[Key, _Shelved](limits.lists_kept)
        self._flights: dict[Key, Future[RevokedList]] = {}

    def take(
        self, key: Key, at: datetime, load: Callable[[RevokedList | None], RevokedList]
    ) -> RevokedList:
        """The list, from the cache or by ``load``, which gets the former one, if there is any.

        Whatever ``load`` raises is raised.
        """
        with self._guard:
            former = self._lists.get(key)
            if former and former.since <= at < former.until:
                return former.listed
            flight = self._flights.get(key)
            if flight is None:
                mine: Future[RevokedList] = Future()
                self._flights[key] = mine
        if flight is not None:
            return flight.result()
        return self._fly(key, mine, lambda: load(former.listed if former else None), at)

    def clear(self) -> None:
        """Empty the cache."""
        self._lists.clear()

    def _fly(
        self,
        key: Key,
        mine: Future[RevokedList],
        load: Callable[[], RevokedList],
        at: datetime,
    ) -> RevokedList:
        try:
            listed = load()
            mine.set_result(listed)
        except BaseException as silent:
            mine.set_exception(silent)
            raise
        finally:
            with self._guard:
                del self._flights[key]
        self._put(key, listed, at)
        return listed

    def _put(self, key: Key, listed: RevokedList, at: datetime) -> None:
        until = min(listed.next_update, at + self._limits.keep_list)
        self._lists.put(key, _Shelved(listed, at, until))

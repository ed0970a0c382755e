"""Lists in the cache of a checker: few, for a while, fetched once for all who ask."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from shared_contracts.signing.validation.list_cache import Key, RevocationListCache
from shared_contracts.signing.validation.lists import RevokedList
from shared_contracts.signing.validation.revocation import Unavailable
from shared_contracts.signing.validation.trust_rules import QueryLimits

AT = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY: Key = ("http://one.kz/full.crl", b"issuer")


def a_list(until: datetime = AT + 24 * HOUR) -> RevokedList:
    return RevokedList(b"", AT, until, 1, None, None, {})


class Source:
    """Where lists come from: how often it was asked, and what for."""

    def __init__(self, listed: RevokedList) -> None:
        self.listed = listed
        self.formers: list[RevokedList | None] = []
        self.opened = threading.Event()
        self.opened.set()
        self.asked = threading.Event()

    def __call__(self, former: RevokedList | None) -> RevokedList:
        self.formers.append(former)
        self.asked.set()
        self.opened.wait(5)
        return self.listed


def test_a_list_serves_until_the_bound_of_the_profile() -> None:
    cache, source = RevocationListCache(QueryLimits(keep_list=HOUR)), Source(a_list())
    for moment in (AT, AT + HOUR - timedelta(seconds=1)):
        assert cache.take(KEY, moment, source) is source.listed
    assert source.formers == [None]
    cache.take(KEY, AT + HOUR, source)
    assert source.formers == [None, source.listed]


def test_a_list_serves_until_its_next_update() -> None:
    cache, source = (
        RevocationListCache(QueryLimits(keep_list=HOUR)),
        Source(a_list(AT + HOUR / 2)),
    )
    cache.take(KEY, AT, source)
    cache.take(KEY, AT + HOUR / 2, source)
    assert len(source.formers) == 2


def test_a_list_does_not_serve_an_earlier_moment() -> None:
    cache, source = RevocationListCache(QueryLimits()), Source(a_list())
    cache.take(KEY, AT, source)
    cache.take(KEY, AT - timedelta(seconds=1), source)
    assert len(source.formers) == 2


def test_no_more_lists_are_kept_than_the_profile_says() -> None:
    cache, source = RevocationListCache(QueryLimits(lists_kept=1)), Source(a_list())
    for url in ("a", "b", "a"):
        cache.take((url, b""), AT, source)
    assert source.formers == [None, None, None]


def test_an_empty_shelf_asks_again() -> None:
    cache, source = RevocationListCache(QueryLimits()), Source(a_list())
    cache.take(KEY, AT, source)
    cache.clear()
    cache.take(KEY, AT, source)
    assert source.formers == [None, None]


def test_threads_that_want_one_list_share_one_fetch() -> None:
    cache, source = RevocationListCache(QueryLimits()), Source(a_list())
    source.opened.clear()
    taken: list[RevokedList] = []
    threads = [
        threading.Thread(target=lambda: taken.append(cache.take(KEY, AT, source))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    source.asked.wait(5)
    source.opened.set()
    for thread in threads:
        thread.join()
    assert len(source.formers) == 1
    assert taken == [source.listed] * 6


def test_a_failure_leaves_nothing_on_the_shelf() -> None:
    cache, source = RevocationListCache(QueryLimits()), Source(a_list())

    def silent(_: RevokedList | None) -> RevokedList:
        raise Unavailable(KEY[0])

    with pytest.raises(Unavailable):
        cache.take(KEY, AT, silent)
    assert cache.take(KEY, AT, source) is source.listed

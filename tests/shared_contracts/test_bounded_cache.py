"""What is remembered never fills the memory, whoever asks for how much."""

from concurrent.futures import ThreadPoolExecutor

from shared_contracts.bounded_cache import BoundedCache


def test_the_least_recently_used_goes_first() -> None:
    cache = BoundedCache[str, int](2)
    cache.put("first", 1)
    cache.put("second", 2)
    assert cache.get("first") == 1
    cache.put("third", 3)
    assert [cache.get(key) for key in ("first", "second", "third")] == [1, None, 3]
    cache.put("first", 10)
    cache.put("fourth", 4)
    assert [cache.get(key) for key in ("first", "third", "fourth")] == [10, None, 4]


def test_what_is_dropped_or_cleared_is_not_there_any_more() -> None:
    cache = BoundedCache[str, int](2)
    cache.put("first", 1)
    cache.put("second", 2)
    cache.drop("first")
    cache.drop("never there")
    assert (cache.get("first"), cache.get("second"), len(cache)) == (None, 2, 1)
    cache.clear()
    assert (cache.get("second"), len(cache)) == (None, 0)


def test_many_threads_keep_no_more_than_the_bound() -> None:
    cache = BoundedCache[int, int](50)

    def use(number: int) -> None:
        cache.put(number, number)
        assert cache.get(number % 60) in {None, number % 60}
        assert len(cache) <= 51

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(5000)))
    assert len(cache) == 50

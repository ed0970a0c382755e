"""A silent authority is waited for by few and not for long, and asked again once it answers."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest
from typing_extensions import override

from shared_contracts.signing.validation import silent_authorities
from shared_contracts.signing.validation.revocation import Silent, Unavailable
from shared_contracts.signing.validation.silent_authorities import Remembering


class Line:
    """A line to authorities that can be cut, or be open and still; counts the questions."""

    def __init__(self) -> None:
        self.cut: set[str] = set()
        self.flows = Event()
        self.flows.set()
        self.asked: list[str] = []
        self._guard = Lock()

    def ocsp(self, url: str, request: bytes) -> bytes:
        """The question itself, once the line flows."""
        with self._guard:
            self.asked.append(url)
        if not self.flows.wait(20) or url in self.cut:
            raise Silent(f"{url}: ConnectTimeout")
        return request

    def crl(self, url: str) -> bytes:
        """The same of a list."""
        return self.ocsp(url, b"list")


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def fetch(line: Line, monkeypatch: pytest.MonkeyPatch) -> Remembering:
    monkeypatch.setattr(silent_authorities, "PAUSE", 0.05)
    return Remembering(line)


def until(done: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 20
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def answers(fetch: Remembering, url: str) -> bool:
    """Whether an address is asked and answers."""
    try:
        return fetch.ocsp(url, b"?") == b"?"
    except Unavailable:
        return False


def test_nobody_waits_for_an_address_that_is_known_to_be_silent(
    line: Line, fetch: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent_authorities, "PAUSE", 30.0)
    line.cut.add("a")
    with pytest.raises(Silent):
        fetch.ocsp("a", b"?")
    with pytest.raises(Unavailable, match="is asked on"):
        fetch.ocsp("a", b"?")
    assert line.asked == ["a"]
    assert fetch.crl("b") == b"list"


@pytest.mark.clause("S216-18.7")
def test_with_its_first_answer_it_is_asked_as_before(line: Line, fetch: Remembering) -> None:
    line.cut.add("a")
    assert not answers(fetch, "a")
    until(lambda: len(line.asked) > 3)
    assert not answers(fetch, "a")
    line.cut.clear()
    until(lambda: answers(fetch, "a"))


def test_others_do_not_wait_where_somebody_already_waits_for_long(
    line: Line, fetch: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent_authorities, "SLOW", 0.1)
    line.flows.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(fetch.ocsp, "a", b"?")
        until(lambda: line.asked)
        time.sleep(0.15)
        with pytest.raises(Unavailable, match="has not answered others"):
            fetch.ocsp("a", b"?")
        line.flows.set()
        assert first.result(20) == b"?"
    assert fetch.ocsp("a", b"?") == b"?"


def test_where_nobody_cares_it_is_not_asked_for_ever(
    line: Line, fetch: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent_authorities, "TIMEOUT", 0.0)
    line.cut.add("a")
    assert not answers(fetch, "a")
    until(lambda: not fetch._lines["a"].silent)
    assert line.asked == ["a"]


class Unhelpful(Line):
    """An authority that answers, and never what was asked."""

    @override
    def ocsp(self, url: str, request: bytes) -> bytes:
        """No answer to the question."""
        raise Unavailable(f"{url}: status 500 to {len(request)} bytes")


def test_an_answer_that_helps_nobody_is_no_silence() -> None:
    fetch = Remembering(Unhelpful())
    for _ in range(2):
        with pytest.raises(Unavailable, match="status 500"):
            fetch.ocsp("a", b"?")
    assert fetch.silent() == []

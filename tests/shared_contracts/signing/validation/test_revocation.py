"""Authorities are asked at known addresses only, and their answers are bounded."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from threading import Thread
from time import sleep
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from typing_extensions import override

from shared_contracts.signing.validation.revocation import HttpFetch, Unavailable
from shared_contracts.signing.validation.trust_profile import QueryLimits


class Quiet(WSGIRequestHandler):
    """A handler that writes no log."""

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


class Server:
    """A server that answers oddly, by path, and remembers who asked."""

    def __init__(self) -> None:
        self.agents: list[str] = []
        self._server = make_server("127.0.0.1", 0, self._answer, handler_class=Quiet)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        self.agents.append(environ.get("HTTP_USER_AGENT", ""))
        path = environ["PATH_INFO"]
        if path == "/elsewhere":
            start("302 Found", [("Location", f"{self.address}/fine")])
            return [b""]
        start("200 OK", [("Content-Type", "application/pkix-crl")])
        if path == "/slow":
            sleep(0.6)
        return [b"x" * (2000 if path == "/long" else 100)]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def fetch() -> Iterator[HttpFetch]:
    with closing(HttpFetch(QueryLimits(timeout=0.3, longest_answer=1000))) as made:
        yield made


def test_an_answer_is_read_whole(server: Server, fetch: HttpFetch) -> None:
    assert fetch.crl(f"{server.address}/fine") == b"x" * 100
    assert fetch.ocsp(f"{server.address}/fine", b"?") == b"x" * 100
    assert server.agents[-1] == "tru-registry"


@pytest.mark.parametrize("path", ["/elsewhere", "/long", "/slow"])
def test_redirects_long_and_slow_answers_are_no_answers(
    server: Server, fetch: HttpFetch, path: str
) -> None:
    with pytest.raises(Unavailable, match=path):
        fetch.crl(f"{server.address}{path}")


def test_nobody_there_is_no_answer(fetch: HttpFetch) -> None:
    with pytest.raises(Unavailable, match="ConnectError"):
        fetch.crl("http://127.0.0.1:9/x.crl")

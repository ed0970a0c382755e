"""The tools of the long journey do what they say: damage that is damage, judgements that see."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import httpx
import pytest
from typing_extensions import override

from tests.soak.faults import Fault, Kind, Naming, grown, judge, not_ready
from tests.soak.proxy import Proxy, Trouble
from tests.soak.watch import Sample, Watch

BODY = b"TransferRecords " + b"x" * 500


class _Echo(BaseHTTPRequestHandler):
    """Answers with what came, and notes it."""

    came: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.came.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def line(trouble: Trouble | None) -> Iterator[tuple[Proxy, list[bytes]]]:
    """A proxy before a server that echoes; what came to the server."""
    came: list[bytes] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Echo", (_Echo,), {"came": came}))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
    troubles = () if trouble is None else (trouble,)
    proxy = Proxy(server.server_address[1], Random(1), 0.5, 1.0, troubles)  # noqa: S311
    proxy.start()
    try:
        yield proxy, came
    finally:
        proxy.close()
        server.shutdown()
        server.server_close()


def post(proxy: Proxy, timeout: float = 5) -> bytes | None:
    """What comes back of a message; None if nothing whole does."""
    try:
        return httpx.post(proxy.address, content=BODY, timeout=timeout, trust_env=False).content
    except httpx.HTTPError:
        return None


def test_a_line_without_trouble_passes_every_byte() -> None:
    with line(None) as (proxy, came):
        assert (post(proxy), came, proxy.met.total()) == (BODY, [BODY], 0)


@pytest.mark.parametrize("trouble", list(Trouble))
def test_a_line_does_what_its_trouble_says(trouble: Trouble) -> None:
    with line(trouble) as (proxy, came):
        answer = post(proxy, 0.25 if trouble is Trouble.DELAY else 5)
        assert proxy.met == {trouble: 1}
        deadline = time.monotonic() + 5
        while trouble is Trouble.DOUBLE and len(came) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)  # the second copy arrives by itself
    damaged = {one for one in came if one != BODY}
    match trouble:
        case Trouble.CUT_REQUEST:
            assert answer is None
            assert BODY not in came
        case Trouble.CUT_ANSWER | Trouble.DELAY:
            assert (answer, came) == (None, [BODY])
        case Trouble.DOUBLE:
            assert (answer, came) == (BODY, [BODY, BODY])
        case Trouble.GARBLE_REQUEST:
            assert (len(damaged), len(came)) == (1, 1)
        case Trouble.GARBLE_ANSWER:
            assert (came, answer == BODY, len(answer or b"")) == ([BODY], False, len(BODY))


def sample(asked: float, status: int | None = 200, **figures: float) -> Sample:
    """What a system says a tenth of a second after it is asked."""
    return Sample(asked, asked + 0.1, status, {}, figures or {"up": 1})


def judged(naming: Naming, *samples: Sample, whole: tuple[str, ...] = ()) -> list[str]:
    """What a fault from 10 to 16 comes to, that is named so, by these samples."""
    watch = Watch({"sez": ""}, {"sez": list(samples)})
    kind = Kind("any", lambda _ground, _seconds: iter(()), 6, (naming,), whole)
    fault = Fault(kind, 6, began=10, healed=16, ended=17, before={"sez": sample(9)})
    return judge(fault, watch, 1)


ALWAYS = Naming("sez", "/readyz", not_ready, notice=2)
ONCE = Naming("sez", "lost", grown("lost"), notice=2, always=False)


def test_a_fault_that_is_named_in_time_and_to_its_end_is_in_order() -> None:
    assert judged(ALWAYS, sample(11), sample(12, 503), sample(15, None), sample(17)) == []
    assert judged(ONCE, sample(11), sample(13, lost=1)) == []


def test_a_fault_that_nobody_names_or_that_is_named_no_longer_is_told() -> None:
    assert "did not name it after 4.0 s" in judged(ALWAYS, sample(13, 503), sample(14))[0]
    assert "did not name it within 2 s" in judged(ONCE, sample(11), sample(13))[0]


def test_a_system_that_is_not_struck_and_not_ready_is_told() -> None:
    flaws = judged(ONCE, sample(12, 503), sample(13, lost=1), whole=("sez",))
    assert [flaw[:31] for flaw in flaws] == ["sez was not ready after 2.0 s: "]

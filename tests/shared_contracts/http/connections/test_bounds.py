"""What a stranger's connection may cost, over real sockets (S216-18.6, S216-19)."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect

from shared_contracts.http.connections.bounds import BACKLOG, OWN, Bounds
from shared_contracts.http.connections.open_connections import group
from tests.serving import serving

BOUNDS = Bounds(
    connections=8,
    per_peer=8,
    idle=1.5,
    head=1.5,
    head_bytes=8_192,
    head_fields=20,
    grace=1.5,
    rate=1_000_000,
    unheard=3,
    unheard_bytes=4_000_000,
    unread=1.5,
)
ASK = b"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
leave = threading.Event()


def program() -> FastAPI:
    """An application with a quick, a slow and a large answer."""
    app = FastAPI()

    @app.api_route("/hello", methods=["GET", "POST"])
    async def hello() -> str:
        return "hello"

    @app.get("/slow")
    def slow() -> bool:
        return leave.wait(20)

    @app.post("/echo")
    async def echo(request: Request) -> dict[str, int]:
        try:
            return {"bytes": len(await request.body()), "fields": len(request.headers)}
        except ClientDisconnect:
            return {}

    @app.get("/large")
    def large() -> str:
        return "x" * 8_000_000

    return app


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serving(program(), bounds=BOUNDS) as address:
        yield address


Connect = Callable[[bytes], socket.socket]


@pytest.fixture
def connect(base: str) -> Iterator[Connect]:
    """Opens connections that have sent some bytes; all are closed at the end."""
    port = int(base.rpartition(":")[2])
    with contextlib.ExitStack() as opened:

        def connection(sent: bytes = b"") -> socket.socket:
            one = opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=15))
            one.sendall(sent)
            return one

        yield connection


def heard(connection: socket.socket) -> bytes:
    """Everything until the other side closes."""
    said = b""
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            said += chunk
    return said


@pytest.mark.clause("S216-18.6")
@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("one endless field", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000),
        ("an endless address", b"GET /" + b"a" * 20_000),
        ("many short fields", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 30),
        ("many fields of a head that ends", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 30 + b"\r\n"),
        ("empty lines before a head", b"\r\n" * 10_000),
        (
            "an endless trailer",
            b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: "
            + b"a" * 200_000,
        ),
        (
            "many trailers",
            b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
            + b"a: b\r\n" * 30,
        ),
    ],
)
def test_a_head_is_bounded_in_bytes_and_fields(connect: Connect, name: str, sent: bytes) -> None:
    assert heard(connect(sent)).startswith(b"HTTP/1.1 431 "), name


def test_a_trailer_is_no_header(connect: Connect) -> None:
    head = (
        b"POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    answer = heard(connect(head + b"3\r\nabc\r\n0\r\nAuthorization: Bearer x\r\n\r\n"))
    assert answer.endswith(b'{"bytes":3,"fields":3}')


def test_what_is_no_http_is_told_so_and_writes_nothing_to_the_journal(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    assert heard(connect(b"\x16\x03\x01 hello\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
    assert caplog.records == []


@pytest.mark.clause("S216-18.6")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", b""),
        (b"GET / HT", b"HTTP/1.1 408 "),
        (b"\r\n", b"HTTP/1.1 408 "),
        (ASK.replace(b"close", b"keep-alive"), b"HTTP/1.1 200 "),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<a", b"HTTP/1.1 408 "),
    ],
)
def test_who_does_not_go_on_is_closed(connect: Connect, sent: bytes, status: bytes) -> None:
    assert heard(connect(sent)).startswith(status)


def test_a_head_that_drips_is_ended_all_the_same(connect: Connect) -> None:
    one = connect(b"GET / HTTP/1.1\r\nX: ")
    one.settimeout(0.1)
    answer = b""
    while not answer:
        one.sendall(b"a")
        with contextlib.suppress(TimeoutError):
            answer = one.recv(100)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_an_answer_that_nobody_takes_is_let_go(connect: Connect) -> None:
    one = connect(ASK.replace(b"/hello", b"/large"))
    time.sleep(5)  # in which at least three seconds pass without a byte taken
    assert len(heard(one)) < 8_000_000


@pytest.mark.clause("S216-18.6", "S216-18.3")
@pytest.mark.parametrize(
    "hostile",
    [b"", b"GET / HTTP/1.1\r\nX: ", b"POST /echo HTTP/1.1\r\nContent-Length: 99\r\n\r\n<a"],
)
def test_an_honest_caller_gets_through_while_others_hold_every_place(
    base: str, connect: Connect, hostile: bytes
) -> None:
    for _ in range(20):
        for _ in range(8):
            connect(hostile)
        asked = httpx.get(f"{base}/hello", timeout=10, trust_env=False)
        assert asked.status_code == 200


def test_who_is_being_answered_is_never_closed_for_others(base: str, connect: Connect) -> None:
    leave.clear()
    waiting = [connect(ASK.replace(b"/hello", b"/slow")) for _ in range(8)]
    time.sleep(0.3)
    for _ in range(3):
        assert heard(connect(ASK)).startswith((b"HTTP/1.1 503 ", b""))
    leave.set()
    assert all(heard(one).startswith(b"HTTP/1.1 200 ") for one in waiting)
    assert httpx.get(f"{base}/hello", trust_env=False).status_code == 200


@pytest.mark.clause("S216-18.7")
def test_a_large_sender_hears_the_answer_that_did_not_wait_for_its_end(connect: Connect) -> None:
    large = (
        b"POST /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n"
    )
    for _ in range(5):
        one = connect(large)
        time.sleep(0.1)  # the answer is there before the body is
        one.sendall(b"x" * 3_000_000)
        assert heard(one).startswith(b"HTTP/1.1 404 ")


def test_what_is_sent_on_after_an_answer_is_bounded(connect: Connect) -> None:
    head = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 90000000\r\n\r\n"
    one = connect(head)
    sent = 0
    with contextlib.suppress(OSError):
        while sent < 90_000_000:
            one.sendall(b"x" * 100_000)
            sent += 100_000
    assert sent < 40_000_000  # what the bound and the buffers of the kernel take


def test_requests_one_after_another_are_answered_in_order(connect: Connect) -> None:
    asked = ASK.replace(b"close", b"keep-alive") * 200 + ASK
    assert heard(connect(asked)).count(b"HTTP/1.1 200 OK") == 201


def test_the_bounds_fit_the_descriptors() -> None:
    assert Bounds().within(100_000) == Bounds()
    few = Bounds().within(OWN + BACKLOG + 100)
    assert (few.connections, few.per_peer) == (100, 60)
    assert Bounds().within(10).connections == 1


def test_the_soft_limit_of_descriptors_is_raised_at_the_start() -> None:
    program = (
        "import resource\n"
        "from shared_contracts.http.connections.bounds import raise_descriptors\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (300, 900))\n"
        "print(raise_descriptors(), *resource.getrlimit(resource.RLIMIT_NOFILE))\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout == b"900 900 900\n"


@pytest.mark.parametrize(
    ("address", "peer"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
    ],
)
def test_a_network_of_ipv6_is_one_peer(address: str, peer: str) -> None:
    assert group(address) == peer

"""A system lets go of what it holds, whatever ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.stand import free_ports
from shared_contracts.errors import FAMILIES

SERVE = """
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from fastapi import FastAPI
from shared_contracts.process.serving import serve

@dataclass
class Place:
    host: str = "127.0.0.1"
    port: int = 0
    tls_key: None = None
    tls_certificate: None = None
    connections: int = 100
    connections_per_peer: int = 60

@asynccontextmanager
async def begun(app):
    print("ready", flush=True)
    yield

@contextmanager
def system():
    try:
        yield FastAPI(lifespan=begun)
    finally:
        print("let go", flush=True)

serve(system(), Place())
"""


@pytest.mark.clause("S216-18.7")
def test_sigterm_ends_a_system_through_its_finally() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
        os.kill(one.pid, signal.SIGTERM)
        assert one.stdout.read() == "let go\n"
        assert one.wait(10) == 0


KEPT_FROM_OPENING = """
from contextlib import contextmanager
from types import SimpleNamespace
from typer import Typer
from eventsourcing.persistence import NotSupportedError, OperationalError
from shared_contracts.errors import *
from shared_contracts.process.serving import serve

@contextmanager
def system():
    raise {reason}("somebody has to see to it")
    yield

app = Typer()
app.command()(lambda: serve(system(), SimpleNamespace(tls_key=None, tls_certificate=None)))
app()
"""


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        *((family.__name__, family.exit_code) for family in FAMILIES),
        ("ValueError", 2),
        ("FileNotFoundError", 2),
        ("OperationalError", 4),
        ("NotSupportedError", 1),
    ],
)
def test_what_keeps_a_system_from_opening_ends_it_with_the_code_of_its_family(
    reason: str, code: int
) -> None:
    with served(KEPT_FROM_OPENING.format(reason=reason)) as one:
        _, told = one.communicate(timeout=60)
    assert (one.returncode, told) == (code, "cannot serve: somebody has to see to it\n")


LAST = 12.0
"""Seconds after which the systems of these tests are ended, whatever they do."""

PROGRAM = """
import time
from contextlib import contextmanager
from dataclasses import dataclass
from fastapi import FastAPI, Request
from shared_contracts.process import serving
from shared_contracts.soap.peer import peer_of
serving.GRACE, serving.LAST = 1, {last}

@dataclass
class Place:
    host: str = "127.0.0.1"
    port: int = {port}
    tls_key: None = None
    tls_certificate: None = None
    connections: int = 100
    connections_per_peer: int = 60

app = FastAPI()

@app.get("/whence")
async def whence(request: Request) -> str:
    return peer_of(request).address

@app.post("/body")
async def body(request: Request) -> int:
    return len(await request.body())

@contextmanager
def system():
    try:
        yield app
    finally:
        {parting}
        print("let go", flush=True)

serving.serve(system(), Place())
"""


def program(port: int, parting: str = "", last: float = LAST) -> str:
    """A system on a port, which does something before it lets go."""
    return PROGRAM.format(port=port, parting=parting or "pass", last=last)


def wait_for(port: int) -> None:
    """Wait until something listens."""
    deadline = time.monotonic() + 60
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def served(program: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """A system as a process; it is killed if it still runs afterwards."""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as one:
        try:
            yield one
        finally:
            one.kill()


@pytest.mark.clause("S216-18.7")
def test_sigterm_ends_a_system_whatever_its_clients_do() -> None:
    port = free_ports().sez
    with served(program(port)) as one:
        wait_for(port)
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        clients[0].sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n<a")
        clients[1].sendall(b"GET /body HTTP/1.1\r\nHo")
        one.send_signal(signal.SIGTERM)
        began = time.monotonic()
        out, _ = one.communicate(timeout=60)
        for client in clients:
            client.close()
    assert (one.returncode, out) == (0, "let go\n")
    assert time.monotonic() - began < LAST


def test_a_system_that_hangs_while_it_ends_is_ended_and_says_where_it_hung() -> None:
    port = free_ports().sez
    with served(program(port, "time.sleep(600)", last=2.0)) as one:
        wait_for(port)
        one.send_signal(signal.SIGTERM)
        _, told = one.communicate(timeout=60)
    assert one.returncode == 1
    assert "did not end in time" in told
    assert "Current thread" in told


@pytest.mark.clause("S216-11a", "S216-9.6")
@pytest.mark.parametrize("told", ["192.0.2.7", "REGISTRY", "x" * 3000])
def test_the_address_of_a_sender_is_that_of_its_connection_whatever_it_says(told: str) -> None:
    port = free_ports().sez
    with served(program(port), FORWARDED_ALLOW_IPS="*") as one:
        wait_for(port)
        headers = {"X-Forwarded-For": told, "Forwarded": f"for={told}", "X-Real-IP": told}
        with httpx.Client(trust_env=False, headers=headers) as client:
            address = client.get(f"http://127.0.0.1:{port}/whence").json()
        one.send_signal(signal.SIGTERM)
        one.wait(60)
    assert address == "127.0.0.1"


def test_systemd_is_told_that_the_system_lives(tmp_path: Path) -> None:
    port = free_ports().sez
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        with served(program(port), NOTIFY_SOCKET=str(tmp_path / "notify")) as one:
            told = systemd.recv(100)
            one.send_signal(signal.SIGTERM)
            one.communicate(timeout=60)
    assert told == b"READY=1\nWATCHDOG=1"

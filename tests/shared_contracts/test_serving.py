"""A system lets go of what it holds, whatever ends it."""

import os
import signal
import subprocess
import sys

import pytest

SERVE = """
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from fastapi import FastAPI
from shared_contracts.serving import serve

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

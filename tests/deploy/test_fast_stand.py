"""The stand in fast time leaves no process behind."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from deploy.fast_stand import in_fast_time
from deploy.stand import DemoStand, free_ports
from shared_contracts.http.remote import RemoteError


class Refuses(BaseHTTPRequestHandler):
    """Whoever has the port already, and knows nothing of applications."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("content-length", "0")
        self.end_headers()

    @override
    def log_message(self, *_: object) -> None:
        """Nothing is told."""


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[DemoStand]:
    """A stand on whose port somebody else answers."""
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "token").write_text("token")
    ports = free_ports()
    server = HTTPServer(("127.0.0.1", ports.registry), Refuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield DemoStand(tmp_path, ports)
    server.shutdown()
    server.server_close()


def test_a_registry_that_could_not_be_awaited_is_ended(stand: DemoStand) -> None:
    long_ago = datetime(2019, 1, 9, tzinfo=UTC)
    with pytest.raises(RemoteError), in_fast_time(stand, long_ago, 1000.0):
        pytest.fail("it is not ready")
    assert not stand.is_running("registry")
    assert not list(stand.folder.glob("*.pid"))

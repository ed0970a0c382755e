"""The test authority's services on loopback: ``POST /ocsp`` and ``GET`` of the CRLs."""

import sys
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from typing_extensions import override

from deploy.authority.responder import Mood, Responder

LISTS = {"/issuing.crl": "issuing", "/root.crl": "root", "/foreign-ca.crl": "foreign-ca"}
MOST = 65_536
"""Longest OCSP request taken, in bytes."""


class Services:
    """What the authority answers, as a WSGI application; its moods are for tests."""

    def __init__(self, responder: Responder) -> None:
        self.responder = responder
        self.ocsp_mood = Mood.ANSWERING
        self.crl_mood = Mood.ANSWERING

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body = self._answer(environ)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[str, str, bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == "/ocsp" and method == "POST":
            return self._ocsp(environ)
        if path in LISTS and method == "GET":
            return self._list(LISTS[path])
        return "404 Not Found", "text/plain", b"there is /ocsp and there are the .crl\n"

    def _ocsp(self, environ: dict[str, Any]) -> tuple[str, str, bytes]:
        if self.ocsp_mood is Mood.SILENT:
            return "503 Service Unavailable", "text/plain", b"silent\n"
        length = min(int(environ.get("CONTENT_LENGTH") or 0), MOST)
        request = environ["wsgi.input"].read(length)
        try:
            answer = self.responder.ocsp_answer(request, self.ocsp_mood)
        except ValueError:
            return "400 Bad Request", "text/plain", b"not an OCSP request\n"
        return "200 OK", "application/ocsp-response", answer

    def _list(self, issuer: str) -> tuple[str, str, bytes]:
        if self.crl_mood is Mood.SILENT:
            return "503 Service Unavailable", "text/plain", b"silent\n"
        answer = self.responder.list_of_revoked(issuer, self.crl_mood)
        return "200 OK", "application/pkix-crl", answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no event here; everything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as given


class _Quiet(WSGIRequestHandler):
    timeout = 10

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


class Server:
    """The services on one port of loopback, in threads; can be stopped and started again."""

    def __init__(self, services: Services, port: int) -> None:
        self.services = services
        self.port = port
        self._running: tuple[_Server, Thread] | None = None

    def start(self) -> None:
        """Listen; with port 0 a free one is taken and kept."""
        server = make_server("127.0.0.1", self.port, self.services, _Server, _Quiet)
        self.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self._running = (server, thread)

    def stop(self) -> None:
        """Stop listening: whoever asks now gets no answer."""
        if self._running is None:
            return
        server, thread = self._running
        self._running = None
        server.shutdown()
        server.server_close()
        thread.join()

    def wait(self) -> None:
        """Serve until interrupted."""
        if self._running is not None:
            self._running[1].join()

"""The test authority's services on loopback.

``POST /ocsp``, ``/gost/ocsp`` and ``/tsp``; ``GET`` of the CRLs and of the issuers' certificates.
"""

import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from typing_extensions import override

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_crl import gost_delta_crl, gost_full_crl
from deploy.authority.gost_responder import gost_ocsp_answer
from deploy.authority.responder import Responder
from deploy.authority.stamping import stamp_answer
from shared_contracts.astana_time import now

Answer = tuple[HTTPStatus, str, bytes]
"""Status, kind and content of an answer."""

CRLS: dict[str, Callable[[Path, ServiceBehaviour], bytes]] = {
    "/issuing.crl": lambda folder, behaviour: Responder(folder).crl("issuing", behaviour),
    "/root.crl": lambda folder, behaviour: Responder(folder).crl("root", behaviour),
    "/foreign-ca.crl": lambda folder, behaviour: Responder(folder).crl("foreign-ca", behaviour),
    "/gost/issuing.crl": lambda folder, behaviour: gost_full_crl(folder, "gost-issuing", behaviour),
    "/gost/root.crl": lambda folder, behaviour: gost_full_crl(folder, "gost-root", behaviour),
    "/gost/delta.crl": gost_delta_crl,
}
CERTIFICATES = {"/gost/issuing.cer": "gost-issuing.pem", "/gost/root.cer": "gost-root.pem"}
MOST = 65_536
"""Longest request taken, in bytes."""

_SILENT: Answer = (HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", b"silent\n")


class Services:
    """What the authority answers; how it behaves is set by tests."""

    def __init__(self, responder: Responder) -> None:
        self.responder = responder
        self.ocsp_behaviour = ServiceBehaviour.ANSWERING
        self.crl_behaviour = ServiceBehaviour.ANSWERING
        self.stamp_behaviour = ServiceBehaviour.ANSWERING

    def answer(self, method: str, path: str, content: bytes) -> Answer:
        """The answer to one request."""
        match method, path:
            case "POST", "/ocsp" | "/gost/ocsp":
                return self._ocsp(path, content)
            case "POST", "/tsp":
                return self._stamp(content)
            case "GET", _ if path in CRLS:
                return self._crl(CRLS[path])
            case "GET", _ if path in CERTIFICATES:
                issuer = load_certificate(self.responder.folder / CERTIFICATES[path])
                return HTTPStatus.OK, "application/pkix-cert", issuer.dump()
            case _:
                words = b"there are /ocsp, /gost/ocsp, /tsp, and the .crl and .cer\n"
                return HTTPStatus.NOT_FOUND, "text/plain", words

    def _ocsp(self, path: str, request: bytes) -> Answer:
        if self.ocsp_behaviour is ServiceBehaviour.SILENT:
            return _SILENT
        try:
            if path == "/ocsp":
                answer = self.responder.ocsp_answer(request, self.ocsp_behaviour)
            else:
                answer = gost_ocsp_answer(self.responder.folder, request, self.ocsp_behaviour)
        except ValueError:
            return HTTPStatus.BAD_REQUEST, "text/plain", b"not an OCSP request\n"
        return HTTPStatus.OK, "application/ocsp-response", answer

    def _stamp(self, request: bytes) -> Answer:
        if self.stamp_behaviour is ServiceBehaviour.SILENT:
            return _SILENT
        try:
            answer = stamp_answer(self.responder.folder, request, now())
        except ValueError:
            return HTTPStatus.BAD_REQUEST, "text/plain", b"not a time-stamp request\n"
        return HTTPStatus.OK, "application/timestamp-reply", answer

    def _crl(self, make: Callable[[Path, ServiceBehaviour], bytes]) -> Answer:
        if self.crl_behaviour is ServiceBehaviour.SILENT:
            return _SILENT
        return (
            HTTPStatus.OK,
            "application/pkix-crl",
            make(self.responder.folder, self.crl_behaviour),
        )


class _Server(ThreadingHTTPServer):
    """Threads, one for each connection; whoever is connected is cut off at the end."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, services: Services) -> None:
        self.services = services
        self._connected: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    @override
    def process_request(self, request: object, client_address: object) -> None:
        self._connected.add(request)  # type: ignore[arg-type]  # of TCP it is always a socket
        super().process_request(request, client_address)  # type: ignore[arg-type]  # as given

    @override
    def shutdown_request(self, request: object) -> None:
        self._connected.discard(request)
        super().shutdown_request(request)  # type: ignore[arg-type]  # as given

    def cut(self) -> None:
        """End all connections: a client that keeps one gets no more answers by it."""
        for connection in tuple(self._connected):
            with suppress(OSError):  # its thread closed it meanwhile
                connection.shutdown(socket.SHUT_RDWR)

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no event here; everything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as given


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1, whose connections are kept: a Registry asks about many signers."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10
    wbufsize = -1  # head and body of an answer leave in one piece
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer for a list or a certificate."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a question; one that is too long is read to its bound, and ends the connection."""
        length = self.headers.get("Content-Length", "0")
        stated = int(length) if length.isascii() and length.isdecimal() else MOST + 1
        self.close_connection = self.close_connection or stated > MOST
        self._answer(self.rfile.read(min(stated, MOST)))

    def _answer(self, content: bytes) -> None:
        status, kind, body = self.server.services.answer(self.command, self.path, content)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


class AuthorityServer:
    """The services on one port of loopback, in threads; can be stopped and started again."""

    def __init__(self, services: Services, port: int) -> None:
        self.services = services
        self.port = port
        self._running: tuple[_Server, Thread] | None = None

    def start(self) -> None:
        """Listen; with port 0 a free one is taken and kept."""
        server = _Server(self.port, self.services)
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
        server.cut()
        server.server_close()
        thread.join()

    def wait(self) -> None:
        """Serve until interrupted."""
        if self._running is not None:
            self._running[1].join()

"""The test authority's services on loopback.

``POST /ocsp``, ``/gost/ocsp`` and ``/tsp``; ``GET`` of the CRLs and of the issuers' certificates.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from typing_extensions import override

from deploy.authority.behaviour import ServiceBehaviour
from deploy.authority.files import load_certificate
from deploy.authority.gost_crl import gost_delta_crl, gost_full_crl
from deploy.authority.gost_responder import gost_ocsp_answer
from deploy.authority.responder import Responder
from deploy.authority.stamping import stamp_answer
from shared_contracts.astana_time import now

Answer = tuple[str, str, bytes]
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

_SILENT: Answer = ("503 Service Unavailable", "text/plain", b"silent\n")


class Services:
    """What the authority answers, as a WSGI application; how it behaves is set by tests."""

    def __init__(self, responder: Responder) -> None:
        self.responder = responder
        self.ocsp_behaviour = ServiceBehaviour.ANSWERING
        self.crl_behaviour = ServiceBehaviour.ANSWERING
        self.stamp_behaviour = ServiceBehaviour.ANSWERING

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body = self._answer(environ)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        match method, path:
            case "POST", "/ocsp" | "/gost/ocsp":
                return self._ocsp(path, _content(environ))
            case "POST", "/tsp":
                return self._stamp(_content(environ))
            case "GET", _ if path in CRLS:
                return self._crl(CRLS[path])
            case "GET", _ if path in CERTIFICATES:
                issuer = load_certificate(self.responder.folder / CERTIFICATES[path])
                return "200 OK", "application/pkix-cert", issuer.dump()
            case _:
                words = b"there are /ocsp, /gost/ocsp, /tsp, and the .crl and .cer\n"
                return "404 Not Found", "text/plain", words

    def _ocsp(self, path: str, request: bytes) -> Answer:
        if self.ocsp_behaviour is ServiceBehaviour.SILENT:
            return _SILENT
        try:
            if path == "/ocsp":
                answer = self.responder.ocsp_answer(request, self.ocsp_behaviour)
            else:
                answer = gost_ocsp_answer(self.responder.folder, request, self.ocsp_behaviour)
        except ValueError:
            return "400 Bad Request", "text/plain", b"not an OCSP request\n"
        return "200 OK", "application/ocsp-response", answer

    def _stamp(self, request: bytes) -> Answer:
        if self.stamp_behaviour is ServiceBehaviour.SILENT:
            return _SILENT
        try:
            answer = stamp_answer(self.responder.folder, request, now())
        except ValueError:
            return "400 Bad Request", "text/plain", b"not a time-stamp request\n"
        return "200 OK", "application/timestamp-reply", answer

    def _crl(self, make: Callable[[Path, ServiceBehaviour], bytes]) -> Answer:
        if self.crl_behaviour is ServiceBehaviour.SILENT:
            return _SILENT
        return "200 OK", "application/pkix-crl", make(self.responder.folder, self.crl_behaviour)


def _content(environ: dict[str, Any]) -> bytes:
    length = min(int(environ.get("CONTENT_LENGTH") or 0), MOST)
    content: bytes = environ["wsgi.input"].read(length)
    return content


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


class AuthorityServer:
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

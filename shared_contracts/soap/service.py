"""Spyne, contained: it finds the operation by the Body's child, and nothing else (S216-18.5).

Its reading of XML, its models, its WSDL and its output never run: an envelope that our own parser
has opened goes in, and the stored bytes of the signed answer come out.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from shared_contracts.encryption.enciphering import is_enciphered, lift
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import LIGHT_BYTES
from shared_contracts.soap.exchange import Handle, Keep, handled_by
from shared_contracts.soap.fault import Wording
from shared_contracts.soap.peer import Decipher, Peer
from shared_contracts.soap.services import Service
from shared_contracts.xml.envelope import (
    Element,
    Glimpse,
    Opened,
    SoapVersion,
    answer,
    check_charset,
    glance,
    open_envelope,
    payload_of,
)

with warnings.catch_warnings():
    # The last release of Spyne is older than these deprecations.
    warnings.filterwarnings("ignore", "'cgi' is deprecated", DeprecationWarning)
    warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
    warnings.filterwarnings("ignore", "_SixMetaPathImporter", ImportWarning)
    from spyne import Application, MethodContext, ServiceBase, rpc
    from spyne.protocol.soap import Soap11, Soap12
    from spyne.server import ServerBase

T = TypeVar("T", bound=bytes | None)
"""What an operation gives: the answer, or None where it has to be asked again otherwise."""

Handler = Callable[[Element, bytes, Peer], bytes]
"""Takes an operation's document, still in its message, the message as received, and who sent it;
gives the bytes of the signed answer, or raises ``Unprocessed``."""

Early = Callable[[bytes, Peer], bytes | None]
"""Takes a plain message as received, which nobody has opened, and who sent it; gives the
bytes of the signed answer, or None to have the message opened and handled as any other."""


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What is done with messages before they are opened and handled as any other.

    ``early`` are those of operations whose plain messages need not be opened here; ``decipher``
    takes enciphered ones, where they are taken.
    """

    early: Mapping[str, Early] = field(default_factory=lambda: MappingProxyType({}))
    decipher: Decipher | None = None

    def in_plain(self, body: bytes, content_type: str | None, peer: Peer) -> tuple[bytes, Peer]:
        """A message in plain, and its sender; a plain one as it came (``Unprocessed``)."""
        lifted = lift(body) if self.decipher is not None else None
        if self.decipher is None or lifted is None:
            return body, peer
        opened = open_envelope(lifted.shell, content_type)
        return self.decipher(opened, lifted, body, peer) if is_enciphered(opened) else (body, peer)


NOTHING_BEFORE: Final = Beforehand()
"""Every message is opened here, and is plain."""


def serve(
    service: Service,
    handlers: Mapping[str, Handler],
    wording: Wording,
    keep: Keep | None = None,
    before: Beforehand = NOTHING_BEFORE,
) -> Handle:
    """The service over SOAP 1.1 and 1.2, one function for both; ``handlers`` by operation."""
    documents = service.documents
    if documents.keys() != handlers.keys():
        raise ValueError(f"operations {sorted(documents)} but handlers {sorted(handlers)}")
    exchange = type("Exchange", (ServiceBase,), {name: _method(name) for name in documents})
    servers = {
        SoapVersion.V11: _server(exchange, service.namespace, _Soap11),
        SoapVersion.V12: _server(exchange, service.namespace, _Soap12),
    }

    def dispatch(body: bytes, content_type: str | None, peer: Peer) -> bytes:
        body, peer = before.in_plain(body, content_type, peer)
        glimpse = glance(body)
        if glimpse and glimpse.namespace == service.namespace:
            _check_size(service, glimpse.operation, body)
        if glimpse and glimpse.namespace == service.namespace and glimpse.operation in before.early:
            check_charset(content_type)
            document = perform(glimpse, lambda: before.early[glimpse.operation](body, peer))
            if document is not None:
                return answer(glimpse.version, service.namespace, glimpse.operation, document)
        opened = open_envelope(body, content_type)
        name = opened.operation
        _check_size(service, name, body)
        document = perform(
            opened, lambda: handlers[name](payload_of(opened, documents[name]), body, peer)
        )
        return answer(opened.version, service.namespace, name, document)

    def perform(asked: Opened | Glimpse, work: Callable[[], T]) -> T:
        call = _Call(work, f"{{{asked.namespace}}}{asked.operation}")
        _run(servers[asked.version], call)
        return call.result()

    return handled_by(dispatch, wording, keep)


def _check_size(service: Service, operation: str, body: bytes) -> None:
    """Refuse a light message that is not: before it is read, where its first bytes tell."""
    if operation in service.light and len(body) > LIGHT_BYTES:
        raise Unprocessed(Fault.TOO_LARGE, f"{len(body)} bytes, at most {LIGHT_BYTES}")


@dataclass(slots=True)
class _Call(Generic[T]):
    """A request on its way through Spyne, what will perform it, and what came of it."""

    work: Callable[[], T]
    tag: str
    _given: list[T] = field(default_factory=list)
    _problem: Exception | None = None

    def perform(self) -> None:
        try:
            self._given.append(self.work())
        except Exception as problem:  # noqa: BLE001  # Spyne would swallow it; it is raised outside
            self._problem = problem

    def result(self) -> T:
        """What was given, or raises what was raised; it is held here no more.

        Its traceback holds this call, and that the message: a circle that only a search would find.
        """
        problem, self._problem = self._problem, None
        if problem is None:
            return self._given.pop()
        try:
            raise problem
        finally:
            del problem


class _ReadAlready:
    """A protocol whose envelope is opened before Spyne sees it."""

    def create_in_document(self, ctx: MethodContext, _charset: str | None = None) -> None:
        ctx.in_document = None

    def decompose_incoming_envelope(self, ctx: MethodContext, _message: str) -> None:
        ctx.method_request_string = ctx.udc.tag


class _Soap11(_ReadAlready, Soap11):  # type: ignore[misc]  # Spyne has no types
    pass


class _Soap12(_ReadAlready, Soap12):  # type: ignore[misc]  # Spyne has no types
    pass


def _method(name: str) -> Callable[..., object]:
    def perform(ctx: MethodContext) -> None:
        ctx.udc.perform()

    perform.__name__ = name
    method: Callable[..., object] = rpc()(perform)
    return method


def _server(exchange: type, namespace: str, protocol: type) -> ServerBase:
    application = Application(
        [exchange],
        namespace,
        name=protocol.__name__,
        in_protocol=protocol(),
        out_protocol=protocol(),
    )
    return ServerBase(application)


def _run(server: ServerBase, call: _Call[T]) -> None:
    """Let Spyne find the operation and call it."""
    ctx = MethodContext(server, MethodContext.SERVER)
    ctx.udc = call
    contexts = server.generate_contexts(ctx)
    try:
        [found, *_] = contexts
        if found.in_error is not None:
            raise Unprocessed(Fault.UNKNOWN_OPERATION, call.tag)
        found.in_object = []
        server.get_out_object(found)
    finally:
        for one in (ctx, *contexts):  # they hold each other, and must not hold the message
            one.udc = one.in_error = one.out_error = None

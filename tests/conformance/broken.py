"""Systems that are broken on purpose: a proxy before a real one, which changes one thing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import msgspec
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import Amendable, Part
from shared_contracts.messages.package import Package
from shared_contracts.messages.roots import ROOTS
from shared_contracts.signing.sign import FileSigner, sign_canonical
from shared_contracts.soap.fault import read_fault
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import (
    Opened,
    answer,
    open_envelope,
    payload_of,
)
from tests.serving import serving

DROPPED = ("host", "content-length", "transfer-encoding", "connection")
P = TypeVar("P", bound=Part)


@dataclass
class Exchanged:
    """A request that was passed on, and its answer, which may be changed."""

    method: str
    path: str
    body: bytes
    status: int
    reply: bytes
    headers: dict[str, str]
    signer: FileSigner
    made: dict[bytes, bytes]

    @property
    def request(self) -> Opened | None:
        """The message that came; None for what is none."""
        return _opened(self.body)

    @property
    def operation(self) -> str:
        """What was called."""
        return "" if self.request is None else self.request.operation

    @property
    def answered(self) -> Part | None:
        """The document in the answer; None for a fault and for what is none."""
        opened = _opened(self.reply)
        if opened is None or read_fault(opened) is not None:
            return None
        element = payload_of(opened)
        return codec.read(element, ROOTS[codec.local_name(element)])

    @property
    def documents(self) -> list[Amendable]:
        """The business documents in the package that came, as far as they can be read."""
        if self.request is None:
            return []
        try:
            package = codec.read(payload_of(self.request), Package)
            elements = [schema.parse(one.document or b"") for one in package.records]
            roots: Mapping[str, Any] = ROOTS
            return [codec.read(one, roots[codec.local_name(one)]) for one in elements]
        except (Unprocessed, ValueError, KeyError):
            return []

    def answer_with(self, document: Part) -> None:
        """Another document, signed, instead of the one in the answer."""
        opened = _opened(self.reply)
        assert opened is not None
        text = codec.canonical_text(document, root_id="broken-1")
        signed = self.made.setdefault(text, sign_canonical(text, "broken-1", self.signer))
        name = opened.operation.removesuffix("Response")
        self.reply = answer(opened.version, opened.namespace, name, signed)


Breakage = Callable[[Exchanged], None]
"""Changes an answer, where it is the one that is broken."""


@dataclass
class BrokenProxy:
    """Passes everything on to ``target``; what comes back goes through the breakage."""

    target: str
    signer: FileSigner
    breakage: Breakage
    made: dict[bytes, bytes] = field(default_factory=dict)
    http: httpx.Client = field(
        default_factory=lambda: httpx.Client(timeout=20, trust_env=False, follow_redirects=False)
    )

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its address while it is served."""
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT"])
        async def take(path: str, request: Request) -> Response:
            body = await request.body()
            query = f"?{request.url.query}" if request.url.query else ""
            return await run_in_threadpool(
                self._take, request.method, path + query, dict(request.headers), body
            )

        with serving(app) as address:
            yield address
        self.http.close()

    def _take(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        kept = {name: value for name, value in headers.items() if name not in DROPPED}
        came = self.http.request(method, f"{self.target}/{path}", content=body, headers=kept)
        plain = (*DROPPED, "content-encoding")  # the content is what it was before it was coded
        back = {name: value for name, value in came.headers.items() if name not in plain}
        whole = (method, path, body, came.status_code, came.content, back)
        at = Exchanged(*whole, self.signer, self.made)
        self.breakage(at)
        return Response(at.reply, at.status, headers=at.headers)


def _opened(body: bytes) -> Opened | None:
    try:
        return open_envelope(body, None)
    except Unprocessed:
        return None


def answers(kind: type[P], change: Callable[[P, Exchanged], P | None]) -> Breakage:
    """Answers of one kind are changed where ``change`` gives another one."""

    def breakage(at: Exchanged) -> None:
        told = at.answered
        if isinstance(told, kind) and (other := change(told, at)) is not None:
            at.answer_with(other)

    return breakage


def put(part: P, **changes: Any) -> P:
    """A part with fields changed."""
    return msgspec.structs.replace(part, **changes)


def coded(code: str, mark: bytes = b"", other: str = "BUSY") -> Breakage:
    """A fault with this code names another, where the request has ``mark`` in it."""

    def breakage(at: Exchanged) -> None:
        if mark in at.body:
            at.reply = at.reply.replace(f">{code}<".encode(), f">{other}<".encode())

    return breakage

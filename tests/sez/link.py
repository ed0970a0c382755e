"""The link between a SEZ and the Registry, with faults to order: a real proxy on loopback."""

import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.http.deadline import machine_trust
from shared_contracts.identifiers import uuid7
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.fault import write_fault
from shared_contracts.xml.envelope import SoapVersion

DROPPED = ("host", "content-length", "transfer-encoding", "connection")
"""Headers which each hop of the link writes for itself."""

PLAIN = (*DROPPED, "content-encoding", "accept-encoding")
"""Those of an answer: it comes out of the client as it was before gzip, and what passes is read."""


@dataclass(frozen=True)
class Letter:
    """A request on its way; ``deliver`` hands it over and gives the answer.

    ``break_off`` hands half of it over and ends the connection.
    """

    method: str
    path: str
    body: bytes
    deliver: Callable[[], Response]
    break_off: Callable[[], None]

    def is_call(self, operation: str) -> bool:
        """Whether it calls that operation of the Registry."""
        return f":{operation}".encode() in self.body


Accident = Callable[[Letter], Response]


@dataclass
class FaultyLink:
    """Leads to ``target``; each call of ``strikes`` meets the next accident, the rest pass.

    While it is ``cut`` nothing passes.
    """

    target: str
    cut: bool = False
    strikes: str = "TransferRecords"
    accidents: deque[Accident] = field(default_factory=deque)
    passed: list[Letter] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The files that were sent along, by their hashes, in turn."""
        sent = [letter.path for letter in self.passed if letter.method == "PUT"]
        return [path.removeprefix("files/") for path in sent]

    @property
    def packages(self) -> list[bytes]:
        """The messages with packages that came by, in turn."""
        return [letter.body for letter in self.passed if letter.is_call("TransferRecords")]

    def app(self) -> FastAPI:
        """The link as a web application."""
        link = FastAPI()

        @link.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT"])
        async def take(path: str, request: Request) -> Response:
            body = await request.body()
            return await run_in_threadpool(self._take, path, request, body)

        return link

    def _take(self, path: str, request: Request, body: bytes) -> Response:
        def deliver() -> Response:
            return self._forward(request.method, path, request.headers, body)

        def break_off() -> None:
            self._break_off(request.method, path, request.headers, body)

        letter = Letter(request.method, path, body, deliver, break_off)
        self.passed.append(letter)
        if self.cut:
            return never_arrives(letter)
        if self.accidents and letter.is_call(self.strikes):
            return self.accidents.popleft()(letter)
        return deliver()

    def _forward(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        kept = {name: value for name, value in headers.items() if name not in DROPPED}
        answer = httpx.request(
            method,
            f"{self.target}/{path}",
            content=body,
            headers=kept,
            timeout=20,
            trust_env=False,
            verify=machine_trust(),
        )
        back = {name: value for name, value in answer.headers.items() if name not in PLAIN}
        return Response(answer.content, answer.status_code, headers=back)

    def _break_off(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> None:
        target = urlsplit(self.target)
        kept = {name: value for name, value in headers.items() if name not in DROPPED}
        told = {**kept, "host": target.netloc, "content-length": str(len(body))}
        lines = [f"{method} /{path} HTTP/1.1", *(f"{name}: {told[name]}" for name in told)]
        with socket.create_connection((target.hostname, target.port), timeout=20) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body[: len(body) // 2])


def cut_in_the_message(letter: Letter) -> Response:
    """The connection ends in the middle of the message."""
    letter.break_off()
    return never_arrives(letter)


def cut_in_the_answer(letter: Letter) -> Response:
    """The connection ends in the middle of the answer."""
    answer = letter.deliver()
    body = bytes(answer.body)
    headers = {**answer.headers, "content-length": str(len(body))}
    return StreamingResponse(_ending_early(body), answer.status_code, headers=headers)


async def _ending_early(body: bytes) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]


def answer_lost(letter: Letter) -> Response:
    """The Registry has it and answers, but the answer never arrives."""
    letter.deliver()
    return Response("gateway timeout", 504, media_type="text/plain")


def never_arrives(_letter: Letter) -> Response:
    """The Registry never sees it."""
    return Response("no route", 502, media_type="text/plain")


def come_later(seconds: int) -> Accident:
    """Somebody on the way says when to come again."""

    def refuse(_letter: Letter) -> Response:
        return Response("busy", 503, headers={"retry-after": str(seconds)})

    return refuse


def altered(old: bytes, new: bytes) -> Accident:
    """Somebody changes the answer on its way back."""

    def alter(letter: Letter) -> Response:
        answer = letter.deliver()
        assert old in bytes(answer.body)
        return replaced(bytes(answer.body).replace(old, new))

    return alter


def replaced(body: bytes) -> Response:
    """Another answer instead of the Registry's."""
    return Response(body, media_type="text/xml; charset=utf-8")


def refuses(fault: Fault, *hashes: str) -> Accident:
    """The Registry answers with a fault, which may name files."""

    def answer(_letter: object) -> Response:
        problem = Unprocessed(fault, hashes=hashes)
        status, body = write_fault(SoapVersion.V11, problem, uuid7(), fault_wording)
        return Response(body, status, media_type="text/xml; charset=utf-8")

    return answer

"""The SOAP endpoint over HTTP: messages, the WSDL and the schemas (S216-18.5, S216-18.6)."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.http.body_garbage import BODIES
from shared_contracts.messages import published
from shared_contracts.messages.versions import FIRST, NEWEST, VERSIONS
from shared_contracts.soap.body import Body, BodyBudget, BodyLimits, Stalled, check_length
from shared_contracts.soap.coding import GZIP, answer_headers, codings, compressed, inflated
from shared_contracts.soap.exchange import Handle, HttpAnswer, refuse
from shared_contracts.soap.fault import Wording
from shared_contracts.soap.incidents import About
from shared_contracts.soap.peer import Peer, peer_of
from shared_contracts.soap.services import Service
from shared_contracts.xml.envelope import requested_version


@dataclass(frozen=True, slots=True)
class SoapEndpoint:
    """What a SOAP endpoint is made of: a service, its public address, and its bounds.

    ``address`` is where the service is published (``https://…/soap/``): it goes into the WSDL,
    whatever host a request may name. ``executor`` is where messages are worked on.
    """

    service: Service
    address: str
    handle: Handle
    wording: Wording
    executor: Executor
    limits: BodyLimits = field(default_factory=BodyLimits)


def soap_router(endpoint: SoapEndpoint) -> APIRouter:
    """The routes of a SOAP endpoint, everything under ``/soap/``."""
    router = APIRouter(include_in_schema=False)
    held = BodyBudget(endpoint.limits)

    @router.post("/soap/")
    @router.post("/soap")  # else it would be sent on to whatever host it names
    async def post(request: Request) -> Response:
        return _response(await _answered(endpoint, held, request))

    @router.api_route("/soap/", methods=["GET", "HEAD"])
    @router.api_route("/soap", methods=["GET", "HEAD"])
    async def wsdl(request: Request) -> Response:
        asked = {name.lower(): value for name, value in request.query_params.items()}
        if "wsdl" not in asked:
            return _told(404, f"The description of this service is at {endpoint.address}?wsdl")
        return _wsdl(endpoint, asked["wsdl"] or NEWEST)

    @router.api_route("/soap/schemas/{name}.xsd", methods=["GET", "HEAD"])
    async def first_xsd(name: str) -> Response:
        return _xsd(FIRST, name)

    @router.api_route("/soap/schemas/{version}/{name}.xsd", methods=["GET", "HEAD"])
    async def xsd(version: str, name: str) -> Response:
        return _xsd(version, name)

    return router


async def _answered(endpoint: SoapEndpoint, held: BodyBudget, request: Request) -> HttpAnswer:
    content_type = request.headers.get("content-type")
    peer = peer_of(request)
    with closing(Body(endpoint.limits, held, peer.address)) as body:
        try:
            stream: AsyncIterator[bytes] = request.stream()
            if _is_compressed(request.headers):
                stream = inflated(stream, endpoint.limits.body_bytes)
            check_length(request.headers.get("content-length"), endpoint.limits)
            read = await body.read(stream)
        except Unprocessed as refusal:
            status = _STATUSES.get(refusal.fault)
            return _refused(endpoint, content_type, refusal, status, peer)
        except Stalled:
            late = f"the body did not arrive within {endpoint.limits.seconds:g} s"
            return _refused(endpoint, content_type, Unprocessed(Fault.BUSY, late), 408, peer)
        except ClientDisconnect:
            return HttpAnswer(400, "text/plain", b"")
        return await _worked_on(endpoint, held, read, request.headers, peer)


async def _worked_on(
    endpoint: SoapEndpoint, held: BodyBudget, body: bytes, headers: Headers, peer: Peer
) -> HttpAnswer:
    """Let a message be worked on when its turn comes; BUSY if too many wait already."""
    content_type = headers.get("content-type")
    try:
        held.begin(peer.address)
    except Unprocessed as busy:
        version = requested_version(body, content_type)
        refused = refuse(version, busy, endpoint.wording, about=About(peer))
        return replace(refused, headers={**refused.headers, **answer_headers(0, "")})
    loop = asyncio.get_running_loop()
    accepted = ",".join(headers.getlist("accept-encoding"))
    work = partial(_coded, endpoint.handle, (body, content_type, peer), accepted)
    try:
        return await loop.run_in_executor(endpoint.executor, work)
    finally:
        held.end(peer.address)


def _coded(handle: Handle, asked: tuple[bytes, str | None, Peer], accepted: str) -> HttpAnswer:
    """The answer, compressed where whoever asked takes it so."""
    try:
        answer = handle(*asked)
    finally:
        BODIES.left(len(asked[0]))
    headers = {**answer.headers, **answer_headers(len(answer.body), accepted)}
    body = compressed(answer.body) if "Content-Encoding" in headers else answer.body
    return HttpAnswer(answer.status, answer.content_type, body, headers)


_STATUSES = {Fault.BODY_ENCODED: 415, Fault.BODY_IN_PARTS: 415, Fault.TOO_LARGE: 413}
"""HTTP has a better status for these than SOAP."""


def _is_compressed(headers: Headers) -> bool:
    """Whether the body is gzip; refuses what is no one XML document: attachments, other codings."""
    if headers.get("content-type", "").strip().lower().startswith("multipart/"):
        raise Unprocessed(Fault.BODY_IN_PARTS, headers["content-type"])
    named = codings(",".join(headers.getlist("content-encoding")))
    if named not in ([], [GZIP]):
        raise Unprocessed(Fault.BODY_ENCODED, f"Content-Encoding {', '.join(named)}")
    return bool(named)


def _refused(
    endpoint: SoapEndpoint,
    content_type: str | None,
    refusal: Unprocessed,
    status: int | None,
    peer: Peer,
) -> HttpAnswer:
    """A fault for a body that was not read to its end; the connection is of no more use."""
    version = requested_version(b"", content_type)
    refused = refuse(version, refusal, endpoint.wording, status=status, about=About(peer))
    headers = {**refused.headers, **answer_headers(0, ""), "Connection": "close"}
    return HttpAnswer(refused.status, refused.content_type, refused.body, headers)


def _response(answer: HttpAnswer) -> Response:
    headers = {**answer.headers, "Content-Type": answer.content_type}
    return Response(answer.body, status_code=answer.status, headers=headers)


def _wsdl(endpoint: SoapEndpoint, version: str) -> Response:
    if version not in VERSIONS:
        return _no_version(version)
    return _xml(published.served_wsdl(endpoint.service.name, endpoint.address, version))


def _xsd(version: str, name: str) -> Response:
    if version not in VERSIONS:
        return _no_version(version)
    found = published.served_schema(name, version)
    if found is None:
        known = ", ".join(published.schemas(version))
        return _told(404, f"There is no schema {name[:40]!r}; there are: {known}")
    return _xml(found)


def _no_version(version: str) -> Response:
    known = ", ".join(VERSIONS)
    return _told(404, f"The contract has no version {version[:40]!r}; served are: {known}")


def _xml(document: bytes) -> Response:
    return Response(document, media_type="text/xml")


def _told(status: int, text: str) -> Response:
    return Response(text + "\n", status_code=status, media_type="text/plain")

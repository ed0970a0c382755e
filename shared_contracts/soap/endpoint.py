"""The SOAP endpoint over HTTP: messages, the WSDL and the schemas (S216-18.5, S216-18.6)."""

import asyncio
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages import published
from shared_contracts.messages.versions import FIRST, NEWEST, VERSIONS
from shared_contracts.soap.body import (
    Body,
    BodyBudget,
    BodyLimits,
    Stalled,
    check_encoding,
    check_length,
)
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
            _check_form(request.headers)
            check_length(request.headers.get("content-length"), endpoint.limits)
            read = await body.read(request.stream())
        except Unprocessed as refusal:
            status = _STATUSES.get(refusal.fault)
            return _refused(endpoint, content_type, refusal, status, peer)
        except Stalled:
            late = f"the body did not arrive within {endpoint.limits.seconds:g} s"
            return _refused(endpoint, content_type, Unprocessed(Fault.BUSY, late), 408, peer)
        except ClientDisconnect:
            return HttpAnswer(400, "text/plain", b"")
        return await _worked_on(endpoint, held, read, content_type, peer)


async def _worked_on(
    endpoint: SoapEndpoint, held: BodyBudget, body: bytes, content_type: str | None, peer: Peer
) -> HttpAnswer:
    """Let a message be worked on when its turn comes; BUSY if too many wait already."""
    try:
        held.begin(peer.address)
    except Unprocessed as busy:
        return refuse(
            requested_version(body, content_type), busy, endpoint.wording, about=About(peer)
        )
    loop = asyncio.get_running_loop()
    work = partial(endpoint.handle, body, content_type, peer)
    try:
        return await loop.run_in_executor(endpoint.executor, work)
    finally:
        held.end(peer.address)


_STATUSES = {Fault.BODY_ENCODED: 415, Fault.BODY_IN_PARTS: 415, Fault.TOO_LARGE: 413}
"""HTTP has a better status for these than SOAP."""


def _check_form(headers: Headers) -> None:
    """Refuse what is not one plain XML document: compressed bodies and attachments."""
    check_encoding(headers)
    if headers.get("content-type", "").strip().lower().startswith("multipart/"):
        raise Unprocessed(Fault.BODY_IN_PARTS, headers["content-type"])


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
    headers = {**refused.headers, "Connection": "close"}
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

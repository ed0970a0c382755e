"""Files beside the XML: ``PUT /files/SHA256``, streamed (S216-18.5)."""

import asyncio
import errno
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.files import FileStore, NotAHash, TooLarge, WrongHash
from shared_contracts.limits import DOCUMENT_BYTES, FILE_BYTES
from shared_contracts.soap.body import check_encoding
from shared_contracts.soap.exchange import refuse_plainly
from shared_contracts.soap.fault import Wording
from shared_contracts.soap.incidents import About
from shared_contracts.soap.peer import Peer, peer_of
from shared_contracts.soap.uploads import Pace, Uploads


@dataclass(slots=True)
class FileEndpoint:
    """What the file endpoint is made of.

    ``wanted`` says whether a file of that SHA-256 has been asked for (and lately); only such a
    file is taken, or told of. ``limit`` is in bytes.
    """

    store: FileStore
    wanted: Callable[[str], bool]
    wording: Wording
    limit: int = FILE_BYTES
    pace: Pace = field(default_factory=Pace)
    uploads: Uploads = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no upload under way."""
        self.uploads = Uploads(self.store.incoming)

    def take(self, sha256: str, content: bytes) -> bool:
        """Keep a file that came within a message; whether it was new here.

        The rules are those of ``PUT``, but for what a message holds at most. ``Unprocessed`` tells
        which was broken. Not for a thread that serves.
        """
        here = self.store.has(sha256)
        if not self.wanted(sha256):
            raise Unprocessed(Fault.FILE_NOT_ASKED)
        if here:
            return False
        if len(content) > (most := min(DOCUMENT_BYTES, self.limit)):
            detail = f"at most {most} bytes in a message, {self.limit} by PUT /files"
            raise Unprocessed(Fault.FILE_TOO_LARGE, detail)
        self.uploads.ensure_space(len(content))
        try:
            return self.store.keep(sha256, content)
        except (WrongHash, OSError) as problem:
            raise _worded(problem) from problem


STATUSES = {
    Fault.FILE_NAME_WRONG: 422,
    Fault.FILE_HASH_WRONG: 422,
    Fault.FILE_NOT_ASKED: 403,
    Fault.FILE_TOO_LARGE: 413,
    Fault.BODY_ENCODED: 415,
    Fault.BUSY: 408,
    Fault.IN_PROGRESS: 503,
    Fault.NO_SPACE: 507,
}
"""HTTP status of each fault at the file endpoint."""


def file_router(endpoint: FileEndpoint, under: str = "/files") -> APIRouter:
    """The routes of the file endpoint, ``under`` a path."""
    router = APIRouter(include_in_schema=False)

    @router.put(f"{under}/{{sha256}}")
    async def put(sha256: str, request: Request) -> Response:
        try:
            return await _put(endpoint, sha256, request)
        except ClientDisconnect:
            return Response(status_code=400)
        except Unprocessed as refusal:
            return _refused(refusal, endpoint, peer_of(request))
        except (NotAHash, WrongHash, TooLarge, OSError) as problem:
            return _refused(_worded(problem), endpoint, peer_of(request))

    @router.head(f"{under}/{{sha256}}")
    def head(sha256: str) -> Response:
        try:
            size = endpoint.store.size(sha256)
        except (NotAHash, FileNotFoundError):
            return Response(status_code=404)
        if not endpoint.wanted(sha256):  # what is kept is told to nobody who was not asked for it
            return Response(status_code=404)
        return Response(headers={"Content-Length": str(size), "ETag": f'"{sha256}"'})

    return router


async def _put(endpoint: FileEndpoint, sha256: str, request: Request) -> Response:
    here = endpoint.store.has(sha256)
    if not await asyncio.to_thread(endpoint.wanted, sha256):
        raise Unprocessed(Fault.FILE_NOT_ASKED)
    if here:
        return _ended(200)
    check_encoding(request.headers)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and float(declared) > endpoint.limit:
        raise TooLarge(endpoint.limit)
    size = int(declared) if declared.isdecimal() else endpoint.limit
    upload = endpoint.uploads.begin(sha256, size, endpoint.pace)
    try:
        new = await endpoint.store.put(sha256, upload.chunks(request.stream()), endpoint.limit)
    finally:
        endpoint.uploads.end(upload)
    return Response(status_code=201 if new else 200)


def _worded(problem: Exception) -> Unprocessed:
    """The fault for a file that is not kept; a bug is raised as it is."""
    match problem:
        case NotAHash(name=name):
            return Unprocessed(Fault.FILE_NAME_WRONG, repr(name[:80]))
        case WrongHash(named=named, found=found):
            return Unprocessed(Fault.FILE_HASH_WRONG, f"{named} was named, {found} came")
        case TooLarge(limit=limit):
            return Unprocessed(Fault.FILE_TOO_LARGE, f"at most {limit} bytes")
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return Unprocessed(Fault.NO_SPACE, "the disk is full")
        case _:
            raise problem


def _refused(refusal: Unprocessed, endpoint: FileEndpoint, peer: Peer) -> Response:
    told = refuse_plainly(refusal, endpoint.wording, STATUSES[refusal.fault], About(peer))
    headers = {**told.headers, "Connection": "close", "Content-Type": told.content_type}
    return Response(told.body, status_code=told.status, headers=headers)


def _ended(status: int) -> Response:
    """An answer before the file was read to its end: the connection is of no more use."""
    return Response(status_code=status, headers={"Connection": "close"})

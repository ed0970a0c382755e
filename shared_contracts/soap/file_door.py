"""Files beside the XML: ``PUT /files/SHA256``, streamed (S216-18.5)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from shared_contracts.files import FileStore, NotAHash, TooLarge, WrongHash
from shared_contracts.limits import FILE_BYTES
from shared_contracts.soap.body import Stalled


@dataclass(frozen=True, slots=True)
class FileDoor:
    """What the door for files is made of.

    ``wanted`` says whether a file of that SHA-256 has been asked for (and lately); only such a
    file is taken. ``limit`` is in bytes; ``pause`` is how many seconds a sender may be silent.
    """

    store: FileStore
    wanted: Callable[[str], bool]
    limit: int = FILE_BYTES
    pause: float = 30


def file_router(door: FileDoor) -> APIRouter:
    """The routes of the door for files."""
    router = APIRouter(include_in_schema=False)

    @router.put("/files/{sha256}")
    async def put(sha256: str, request: Request) -> Response:
        try:
            return await _put(door, sha256, request)
        except (NotAHash, WrongHash, TooLarge, Stalled) as problem:
            return _told(*_worded(problem, door))
        except ClientDisconnect:
            return Response(status_code=400)

    @router.head("/files/{sha256}")
    def head(sha256: str) -> Response:
        try:
            size = door.store.size(sha256)
        except (NotAHash, FileNotFoundError):
            return Response(status_code=404)
        return Response(headers={"Content-Length": str(size), "ETag": f'"{sha256}"'})

    return router


async def _put(door: FileDoor, sha256: str, request: Request) -> Response:
    if door.store.has(sha256):
        return _told(200, "The file is here already.")
    if not await asyncio.to_thread(door.wanted, sha256):
        return _told(403, "This file was not asked for: send the package that names it first.")
    encoding = request.headers.get("content-encoding", "").strip()
    if encoding.lower() not in {"", "identity"}:
        return _told(415, f"Content-Encoding {encoding[:40]!r}: send the bytes as they are.")
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and float(declared) > door.limit:
        raise TooLarge(door.limit)
    new = await door.store.put(sha256, _without_pauses(request.stream(), door.pause), door.limit)
    return Response(status_code=201 if new else 200)


def _worded(problem: Exception, door: FileDoor) -> tuple[int, str]:
    """Status and text for a file that is not kept."""
    match problem:
        case NotAHash(name=name):
            return 422, f"{name[:80]!r} is no SHA-256: 64 digits 0-9a-f are."
        case WrongHash(named=named, found=found):
            return 422, f"SHA-256 of the bytes is {found}, not {named}."
        case TooLarge(limit=limit):
            return 413, f"At most {limit} bytes are taken."
        case _:
            return 408, f"No byte came for {door.pause:g} s; send the file again."


async def _without_pauses(stream: AsyncIterator[bytes], pause: float) -> AsyncIterator[bytes]:
    """The chunks of ``stream``; raises ``Stalled`` after ``pause`` seconds without one."""
    while True:
        try:
            yield await asyncio.wait_for(anext(stream), pause)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Stalled from None


def _told(status: int, text: str) -> Response:
    """An answer before the file was read to its end: the connection is of no more use."""
    headers = {"Connection": "close"}
    return Response(text + "\n", status_code=status, headers=headers, media_type="text/plain")

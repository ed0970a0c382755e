"""Everything about one object as one file, over HTTP (S216-12a, S216-13b)."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import IO, Final
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from typing_extensions import override

from shared_contracts.evidence_package.container import MIMETYPE
from shared_contracts.evidence_package.forming import EvidenceDesk

SENDING: Final = 600.0
"""Seconds in which a package must be fetched: until then it holds one of the few places."""
_CHUNK: Final = 1 << 18


def router(
    desk: EvidenceDesk, exported: Callable[[UUID], object] = lambda _object_id: None
) -> APIRouter:
    """The route ``/api/v1/evidence/{object_id}``; ``exported`` is told of each first."""
    routes = APIRouter(tags=["evidence"])

    @routes.post("/api/v1/evidence/{object_id}")
    def evidence(object_id: UUID) -> Response:
        """Form the evidence package of an object, and give it: an ASiC-E container.

        503 while two are being formed or fetched; 409 for an object that does not fit into one.
        """
        pieces = FormedPieces(desk.formed(object_id))
        try:
            exported(object_id)
        except BaseException:
            pieces.close()  # what was raised holds it, perhaps for long: its place is wanted
            raise
        name = f'attachment; filename="{object_id}.asice"'
        headers = {"Content-Disposition": name, "Content-Length": str(pieces.size)}
        return StreamingResponse(pieces, media_type=MIMETYPE.decode(), headers=headers)

    return routes


class FormedPieces(Iterator[bytes]):
    """The pieces of a formed file; it is let go at its end, when nobody reads on, or in time."""

    def __init__(self, formed: AbstractContextManager[IO[bytes]]) -> None:
        self._held = ExitStack()
        self._file = self._held.enter_context(formed)
        self.size = self._file.seek(0, 2)
        self._file.seek(0)
        self._until = time.monotonic() + SENDING

    @override
    def __next__(self) -> bytes:
        """The next piece; the file is closed after the last."""
        if self._file.closed:
            raise StopIteration
        piece = self._file.read(_CHUNK) if time.monotonic() < self._until else b""
        if not piece:
            self._held.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Let go of the file; nothing is read of it any more."""
        self._held.close()

    def __del__(self) -> None:
        """Let go of the file of an answer that nobody fetched to its end."""
        self.close()

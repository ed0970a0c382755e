"""HTTP to the examined system: any bytes out, one bounded answer in."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from shared_contracts.conformance.case import Deviation
from shared_contracts.faults import Unprocessed
from shared_contracts.http.deadline import transport, within
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.soap.coding import GZIP, BadCoding, Inflation, Swollen, codings
from shared_contracts.soap.fault import FaultRead, read_fault
from shared_contracts.xml.envelope import open_envelope, payload_bytes, payload_of

ANSWER = "one answer over HTTP"


@dataclass(frozen=True, slots=True)
class HttpSeen:
    """An answer as it came: status, headers, bytes, and after how many seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def fault(self) -> FaultRead | None:
        """The SOAP fault in it, or None where it holds an answer; ``Deviation`` for neither."""
        try:
            return read_fault(open_envelope(self.body, self.headers.get("content-type")))
        except Unprocessed as problem:
            raise Deviation("a SOAP message", f"HTTP {self.status}: {problem}") from problem

    @property
    def document(self) -> bytes:
        """The bytes of the document in the answer; ``Deviation`` for a fault."""
        if (fault := self.fault) is not None:
            raise Deviation("an answer", f"fault {fault.code}: {fault.text[:200]}")
        try:
            opened = open_envelope(self.body, self.headers.get("content-type"))
            return payload_bytes(self.body, payload_of(opened))
        except Unprocessed as problem:
            raise Deviation("a document in the answer", str(problem)) from problem


class Caller:
    """Calls the examined system; what does not answer is a ``Deviation``."""

    def __init__(self, address: str, seconds: float) -> None:
        self.address, self.seconds = address.rstrip("/"), seconds
        self._http = httpx.Client(
            headers={"Accept-Encoding": "identity"},
            timeout=seconds,
            transport=transport(None),
            trust_env=False,
        )

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> HttpSeen:
        """One request and its whole answer, of 16 MiB at most, within the time limit."""
        began = time.monotonic()
        try:
            with (
                within(self.seconds),
                self._http.stream(
                    method, self.address + path, content=body, headers=dict(headers or {})
                ) as response,
            ):
                found = _body(response)
        except httpx.HTTPError as problem:
            raise Deviation(ANSWER, f"{type(problem).__name__} {problem}") from problem
        seconds = time.monotonic() - began
        return HttpSeen(response.status_code, response.headers, found, seconds)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _body(response: httpx.Response) -> bytes:
    """The body of an answer; of gzip no more is made than it may have, however little came."""
    named = codings(response.headers.get("content-encoding", ""))
    if named not in ([], [GZIP]):
        raise Deviation("an answer as it is, or as gzip", f"Content-Encoding {', '.join(named)}")
    inflation, found = Inflation(MESSAGE_BYTES) if named else None, bytearray()
    try:
        for chunk in response.iter_raw():
            for piece in inflation.pieces(chunk) if inflation else (chunk,):
                found += piece
            if len(found) > MESSAGE_BYTES:
                raise Deviation(f"at most {MESSAGE_BYTES} bytes", "a longer answer")
        if inflation:
            inflation.end()
    except (BadCoding, Swollen) as bad:
        raise Deviation("an answer whose gzip can be read", str(bad)) from bad
    return bytes(found)


def digest(data: bytes) -> str:
    """SHA-256, lower hex."""
    return hashlib.sha256(data).hexdigest()

"""Calling the other system: zeep writes the message, the signed answer is given as it came.

zeep reads our own published WSDL, from the package and never from the net (S216-18.5).
"""

from pathlib import Path

import httpx
import zeep

from shared_contracts.errors import UpstreamFailed
from shared_contracts.faults import RETRYABLE, Unprocessed
from shared_contracts.http.deadline import within
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.time import CapabilitiesRequest
from shared_contracts.soap.description import SETTINGS, description
from shared_contracts.soap.fault import FaultRead, read_detail, read_fault
from shared_contracts.soap.services import Service
from shared_contracts.soap.wire import Connection, PeerUnreachable, Reply, Wire
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import (
    Opened,
    SoapVersion,
    element_of,
    open_envelope,
    payload_bytes,
    payload_of,
)

SLOWEST = 65536
"""Bytes a second at which a file must at least pass."""


class RemoteFault(UpstreamFailed):
    """The other system did not process the message, and says why.

    ``code`` is a fault's name (or ``HTTP_…`` from the file endpoint), ``retry_after`` in
    seconds, ``hashes`` the files that are missing, ``incident`` what to quote when asking.
    """

    def __init__(self, read: FaultRead) -> None:
        super().__init__(f"{read.code}: {read.text} (incident {read.incident or 'unknown'})")
        self.code, self.text, self.incident = read.code, read.text, read.incident
        self.retry_after, self.hashes = read.retry_after, read.hashes

    @property
    def retryable(self) -> bool:
        """Whether the same bytes may be sent again."""
        return self.code in RETRYABLE


class PeerClient:
    """Another system, called over SOAP; safe to use from many threads."""

    def __init__(self, service: Service, connection: Connection) -> None:
        self._service, self._base = service, connection.address.rstrip("/")
        self._wire = Wire(connection)
        described, name = description(service.name), service.name.capitalize()
        client = zeep.Client(  # type: ignore[no-untyped-call]  # zeep types half of itself
            described, transport=self._wire, settings=SETTINGS
        )
        ports = described.services[name].ports
        bindings = {
            SoapVersion.V11: ports[f"{name}Soap11"].binding.name,
            SoapVersion.V12: ports[f"{name}Soap12"].binding.name,
        }
        self._ports = {
            soap: client.create_service(binding, self._wire.address)  # type: ignore[no-untyped-call]
            for soap, binding in bindings.items()
        }

    def call(self, operation: str, document: bytes, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Send a document to an operation; gives the bytes of the answering document.

        Raises ``RemoteFault``, ``PeerUnreachable``.
        """
        reply: Reply = self._ports[soap][operation](_value_1=element_of(document))
        opened = _opened(reply)
        read = read_fault(opened)
        if read is not None:
            raise RemoteFault(read)
        if (opened.namespace, opened.operation) != (
            self._service.namespace,
            f"{operation}Response",
        ):
            raise PeerUnreachable(f"{opened.wrapper.tag} is no answer to {operation}")
        return _document(reply, opened)

    def get_capabilities(self, soap: SoapVersion = SoapVersion.V11) -> bytes:
        """Ask what the other system can do; gives its signed answer (S216-11)."""
        question = CapabilitiesRequest(message_id=uuid7())
        return self.call("GetCapabilities", codec.to_bytes(codec.write(question)), soap)

    def put_file(self, sha256: str, path: Path) -> bool:
        """Send a file under its SHA-256; whether the other system did not have it yet.

        Raises ``RemoteFault`` where it does not take the file, ``PeerUnreachable``.
        """
        url = f"{self._base}/files/{sha256}"
        try:
            with within(self._wire.timeout):
                if self._wire.http.head(url).status_code == httpx.codes.OK:
                    return False
            seconds = self._wire.timeout + path.stat().st_size / SLOWEST
            with within(seconds), path.open("rb") as file:
                response = self._wire.http.put(url, content=file)
        except httpx.HTTPError as error:
            raise PeerUnreachable(f"{url}: {type(error).__name__} {error}") from error
        return _taken(response)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def _opened(reply: Reply) -> Opened:
    try:
        return open_envelope(reply.body, reply.headers.get("content-type"))
    except Unprocessed as problem:
        reason = f"HTTP {reply.status} without a SOAP answer ({problem})"
        raise PeerUnreachable(reason, reply.retry_after) from problem


def _document(reply: Reply, opened: Opened) -> bytes:
    try:
        return payload_bytes(reply.body, payload_of(opened))
    except Unprocessed as problem:
        raise PeerUnreachable(f"the answer holds no document ({problem})") from problem


def _taken(response: httpx.Response) -> bool:
    text = response.text[:500].strip()
    match response.status_code:
        case httpx.codes.CREATED | httpx.codes.OK as status:
            return status == httpx.codes.CREATED
        case _ if (told := read_detail(response.content)) is not None:
            raise RemoteFault(told)
        case status if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == _LATE:
            raise PeerUnreachable(f"HTTP {status} from the file endpoint: {text}")
        case status:
            raise RemoteFault(FaultRead(f"HTTP_{status}", text, None, None, ()))


_LATE = httpx.codes.REQUEST_TIMEOUT

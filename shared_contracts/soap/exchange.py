"""One exchange: the body of a request in, an answer or a fault out (S216-18.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol
from uuid import uuid4

from eventsourcing.persistence import OperationalError

from shared_contracts.errors import NeedsPerson, Temporary
from shared_contracts.faults import RETRYABLE, CertificateNotInForce, Fault, Unprocessed
from shared_contracts.soap.fault import Wording, detail_of, retry_after, write_fault
from shared_contracts.soap.incidents import NOTHING, About, Journal
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, glance, requested_version

_journal = Journal()


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Handle(Protocol):
    """Answers a request's body, given its content type and its sender; never raises."""

    def __call__(self, body: bytes, content_type: str | None, peer: Peer = NOBODY) -> HttpAnswer:
        """The answer."""


Dispatch = Callable[[bytes, str | None, Peer], bytes]
"""Performs the operation that a body of a content type asks for; gives the answering envelope."""


Keep = Callable[[bytes, bytes, Fault, Peer], object]
"""Keeps a body that could not be processed, the answer, why, and its sender (wire.md 12)."""


def handled_by(dispatch: Dispatch, wording: Wording, keep: Keep | None = None) -> Handle:
    """Answer every body: by ``dispatch``, or by a fault worded by ``wording``.

    What is no message at all, so that nobody can be held to it, goes to ``keep``; where it cannot
    be kept now, it is to come again.
    """

    def handle(body: bytes, content_type: str | None, peer: Peer = NOBODY) -> HttpAnswer:
        version = requested_version(body, content_type)
        try:
            return answered(body, content_type, peer, version)
        except Exception as problem:  # noqa: BLE001  # it is answered like any fault, and logged
            # no name here holds the problem, whose traceback holds this frame and the body
            explained, operation = _explained(problem), _operation(body)
            return refuse(version, explained, wording, about=About(peer, operation, problem))

    def answered(
        body: bytes, content_type: str | None, peer: Peer, version: SoapVersion
    ) -> HttpAnswer:
        try:
            envelope = dispatch(body, content_type, peer)
        except Unprocessed as refusal:
            about = About(peer, _operation(body))
            answer = refuse(version, refusal, wording, about=about)
            if keep is not None and refusal.fault not in RETRYABLE:
                keep(body, answer.body, refusal.fault, peer)
            return answer
        return HttpAnswer(200, version.content_type, envelope)

    return handle


def _explained(problem: Exception) -> Unprocessed:
    """The fault for what went wrong here; what a restart or the operator mends is no bug."""
    if isinstance(problem, CertificateNotInForce):
        return Unprocessed(Fault.MAINTENANCE, "the certificate of this system is not in force")
    if isinstance(problem, OperationalError | Temporary | NeedsPerson):
        return Unprocessed(Fault.MAINTENANCE)
    return Unprocessed(Fault.INTERNAL_ERROR)


def _operation(body: bytes) -> str:
    """The operation that a body seems to ask for, if that can be seen at a glance."""
    seen = glance(body)
    return seen.operation if seen else ""


def refuse(
    version: SoapVersion,
    refusal: Unprocessed,
    wording: Wording,
    *,
    status: int | None = None,
    about: About = NOTHING,
) -> HttpAnswer:
    """The fault for a refusal, its incident written to the journal (S216-18.7).

    ``status`` replaces the status which SOAP gives the fault, where HTTP has a better one;
    ``about`` is written to the journal, a bug with its traceback; nothing of it is told outside.
    """
    incident = uuid4()
    _journal.write(incident, refusal, about)
    given, body = write_fault(version, refusal, incident, wording)
    again = retry_after(refusal)
    headers = {} if again is None else {"Retry-After": str(again)}
    return HttpAnswer(status or given, version.content_type, body, headers)


def refuse_plainly(
    refusal: Unprocessed, wording: Wording, status: int, about: About = NOTHING
) -> HttpAnswer:
    """The same for what is no SOAP: the fault's detail alone, as a document of the contract."""
    incident = uuid4()
    _journal.write(incident, refusal, about)
    detail = detail_of(refusal, incident, wording(refusal))
    again = retry_after(refusal)
    headers = {} if again is None else {"Retry-After": str(again)}
    body = codec.to_bytes(codec.write(detail))
    return HttpAnswer(status, "application/xml; charset=utf-8", body, headers)

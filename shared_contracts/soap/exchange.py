"""One exchange: the body of a request in, an answer or a fault out (S216-18.5)."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import uuid4

from shared_contracts.envelope import SoapVersion, version_told
from shared_contracts.faults import RETRYABLE, Fault, Unprocessed
from shared_contracts.soap.fault import Wording, retry_after, write_fault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


Handle = Callable[[bytes, str | None], Answer]
"""Answers a request's body, given its content type; never raises."""

Dispatch = Callable[[bytes, str | None], bytes]
"""Performs the operation that a body of a content type asks for; gives the answering envelope."""


Keep = Callable[[bytes, bytes, Fault], object]
"""Keeps a body that could not be processed, with the answer it got and why (wire.md 12)."""


def handled_by(dispatch: Dispatch, wording: Wording, keep: Keep | None = None) -> Handle:
    """Answer every body: by ``dispatch``, or by a fault worded by ``wording``.

    What is no message at all, so that nobody can be held to it, goes to ``keep``.
    """

    def handle(body: bytes, content_type: str | None) -> Answer:
        version = version_told(body, content_type)
        try:
            envelope = dispatch(body, content_type)
        except Unprocessed as refusal:
            answer = refuse(version, refusal, wording)
            if keep is not None and refusal.fault not in RETRYABLE:
                keep(body, answer.body, refusal.fault)
            return answer
        except Exception as bug:  # noqa: BLE001  # a bug is answered like any fault, and logged
            return refuse(version, Unprocessed(Fault.INTERNAL_ERROR), wording, bug=bug)
        return Answer(200, version.content_type, envelope)

    return handle


def refuse(
    version: SoapVersion,
    refusal: Unprocessed,
    wording: Wording,
    *,
    status: int | None = None,
    bug: Exception | None = None,
) -> Answer:
    """The fault for a refusal, its incident written to the journal (S216-18.7).

    ``status`` replaces the status which SOAP gives the fault, where HTTP has a better one;
    ``bug`` is written to the journal with its traceback, and nothing of it is told outside.
    """
    incident = uuid4()
    level = logging.ERROR if bug else logging.INFO
    log.log(level, "not processed: %s, incident %s", refusal, incident, exc_info=bug)
    given, body = write_fault(version, refusal, incident, wording)
    again = retry_after(refusal)
    headers = {} if again is None else {"Retry-After": str(again)}
    return Answer(status or given, version.content_type, body, headers)

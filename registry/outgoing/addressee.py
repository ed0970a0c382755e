"""To whom a message goes, why it was not acknowledged, and which acknowledgement is believed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

from shared_contracts.counterpart import Counterpart, NotTheCounterpart, SignerChecker, believe
from shared_contracts.errors import UpstreamFailed
from shared_contracts.faults import RETRYABLE, Fault
from shared_contracts.messages.document import Part

P = TypeVar("P", bound=Part)

_OF_SOAP: Final = frozenset({"Client", "Sender", "MustUnderstand", "VersionMismatch"})
"""Refusals of SOAP itself, without a detail."""

BYTES_NOT_HERE: Final = "BYTES_NOT_HERE"
"""The store has no bytes beside the message, or others than it names."""

DEFECT_HERE: Final = "DEFECT_HERE"
"""The Registry itself could not make the attempt."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A system as the register has it: where it is told, and who must sign its answer."""

    code: str
    endpoint: str
    bin: str
    system_uid: str | None = None
    certificate_sha256: str | None = None


class NoAcknowledgement(UpstreamFailed):
    """An attempt ended without an acknowledgement that can be believed.

    ``reason`` is a fault's name or UNREACHABLE, ANSWER_INVALID, BYTES_NOT_HERE, DEFECT_HERE;
    ``asked`` the seconds after which the system wants to be asked again.
    """

    def __init__(self, reason: str, detail: str, asked: int | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.retry_after = reason, detail, asked

    @property
    def final(self) -> bool:
        """Whether the same bytes cannot succeed, for what they are or for what lacks here."""
        final = {fault.value for fault in Fault if fault not in RETRYABLE}
        return self.reason in final | _OF_SOAP | {BYTES_NOT_HERE, DEFECT_HERE}


class Call(Protocol):
    """The call of a system; raises ``NoAcknowledgement``."""

    def __call__(self, addressee: Addressee, message: bytes) -> bytes:
        """Hand a signed message over; the bytes of its acknowledgement."""

    def close(self) -> None:
        """Close the connections."""


def believed(
    answer: bytes, kind: type[P], who: Addressee, checker: SignerChecker, at: datetime
) -> P:
    """The signed acknowledgement of a system; ``NoAcknowledgement`` where it is not proven."""
    system = Counterpart(checker, who.bin, who.system_uid or "", who.certificate_sha256)
    try:
        return believe(answer, kind, system, at)
    except NotTheCounterpart as doubt:
        raise NoAcknowledgement("ANSWER_INVALID", str(doubt)) from doubt

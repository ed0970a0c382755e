"""To whom a notice goes, and why it was not acknowledged."""

from dataclasses import dataclass
from typing import Final

from shared_contracts.errors import UpstreamFailed
from shared_contracts.faults import RETRYABLE, Fault

_OF_SOAP: Final = frozenset({"Client", "Sender", "MustUnderstand", "VersionMismatch"})
"""Refusals of SOAP itself, without a detail."""


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

    ``reason`` is a fault's name or UNREACHABLE, ANSWER_INVALID, BYTES_NOT_HERE; ``asked`` the
    seconds after which the system wants to be asked again; ``final`` says that the same bytes
    cannot succeed.
    """

    def __init__(
        self, reason: str, detail: str, asked: int | None = None, *, final: bool = False
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail, self.retry_after = reason, detail, asked
        self.final = final or self.refused

    @property
    def refused(self) -> bool:
        """Whether the system refused the notice for what it is."""
        final = {fault.value for fault in Fault if fault not in RETRYABLE}
        return self.reason in final | _OF_SOAP

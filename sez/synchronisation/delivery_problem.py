"""Why an attempt ended without an answer, and whether the same bytes can still succeed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

from shared_contracts.errors import UpstreamFailed
from shared_contracts.faults import RETRYABLE, Fault

FILE_NOT_HERE: Final = "FILE_NOT_HERE"
"""The Registry asks for a file that is not kept here."""

BYTES_NOT_HERE: Final = "BYTES_NOT_HERE"
"""The signed package is gone, or is not what its event names: somebody altered the log."""

NOT_ATTESTED: Final = "RECEIPT_NOT_ATTESTED"
"""The certificate of the receipt has ended, and the Registry refuses to attest the receipt."""

OWN_CERTIFICATE: Final = "OWN_CERTIFICATE_NOT_IN_FORCE"
"""The certificate of the SEZ is not in force: the Registry cannot be asked to attest a receipt."""

_FINAL = frozenset(
    {
        FILE_NOT_HERE,
        BYTES_NOT_HERE,
        NOT_ATTESTED,
        *(fault.value for fault in Fault if fault not in RETRYABLE | {Fault.FILE_NOT_ASKED}),
        *("Client", "Sender", "MustUnderstand", "VersionMismatch"),  # of SOAP, without a detail
    }
)
_OF_THE_BYTES: Final = frozenset(
    {BYTES_NOT_HERE, Fault.TOO_LARGE.value, Fault.FILE_TOO_LARGE.value}
)
"""What would be the same on any way."""

_FILE_ENDPOINT: Final = "HTTP_4"
_LATER: Final = frozenset({"HTTP_403", "HTTP_429"})
"""A file is taken only for a time after it was asked for; the next question asks for it again.

So it is with ``FILE_NOT_ASKED``, by which it says the same.
"""


class DeliveryProblem(UpstreamFailed):
    """An attempt ended without an answer: why, when to try again, which files are missing."""

    def __init__(
        self, reason: str, detail: str, retry_after: int | None, hashes: Sequence[str]
    ) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail
        self.retry_after, self.hashes = retry_after, tuple(hashes)

    @override
    def as_json(self) -> object:
        return f"the Registry: {self}"

    @property
    def final(self) -> bool:
        """Whether the same bytes cannot succeed until a person has done something."""
        return _is_final(self.reason)


def may_be_damage(reason: str) -> bool:
    """Whether damage on the way can be the cause: what left here has the form that is missed.

    A fault bears no signature, and says nothing about which bytes arrived; nor is it certain
    that the file it asks for is the one that the Registry misses.
    """
    return _is_final(reason) and reason not in _OF_THE_BYTES


def _is_final(reason: str) -> bool:
    refused = reason.startswith(_FILE_ENDPOINT) and reason not in _LATER
    return refused or reason in _FINAL


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between attempts: the first, and the longest they grow to.

    ``question`` is the longest between two questions whether the Registry is there again: they are
    small, and until one is answered nothing leaves.
    """

    first: float
    longest: float
    question: float = 8.0

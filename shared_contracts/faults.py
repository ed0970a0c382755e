"""Every reason not to process a message, and the one exception that carries a refusal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared_contracts.errors import BadInput, NeedsPerson, RefusedByRule

DETAIL: Final = 300
"""Most signs of a fault's technical detail."""


class Fault(StrEnum):
    """Code of a SOAP fault (the wording stands in the fault table)."""

    # Retryable: the same bytes are welcome again, and the messageId is not taken.
    BUSY = "BUSY"
    MAINTENANCE = "MAINTENANCE"
    REVOCATION_UNAVAILABLE = "REVOCATION_UNAVAILABLE"
    FILES_MISSING = "FILES_MISSING"
    PREDECESSOR_MISSING = "PREDECESSOR_MISSING"
    IN_PROGRESS = "IN_PROGRESS"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    NO_SPACE = "NO_SPACE"
    ENCRYPTION_KEY_EARLY = "ENCRYPTION_KEY_EARLY"
    # Unprocessable: there is nothing here that a receipt could answer.
    NOT_XML = "NOT_XML"
    DTD_FORBIDDEN = "DTD_FORBIDDEN"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    NOT_SOAP = "NOT_SOAP"
    MUST_UNDERSTAND = "MUST_UNDERSTAND"
    UNKNOWN_OPERATION = "UNKNOWN_OPERATION"
    NOT_A_PACKAGE = "NOT_A_PACKAGE"
    VERSION_MISMATCH = "VERSION_MISMATCH"
    BODY_ENCODED = "BODY_ENCODED"
    BODY_IN_PARTS = "BODY_IN_PARTS"
    RECEIPT_UNKNOWN = "RECEIPT_UNKNOWN"
    CLASSIFIER_UNKNOWN = "CLASSIFIER_UNKNOWN"
    EDITION_UNKNOWN = "EDITION_UNKNOWN"
    PAGE_UNKNOWN = "PAGE_UNKNOWN"
    TICKET_UNKNOWN = "TICKET_UNKNOWN"
    NOT_THE_REGISTRY = "NOT_THE_REGISTRY"
    NOTICE_REFUSED = "NOTICE_REFUSED"
    RECEIPT_REFUSED = "RECEIPT_REFUSED"
    AUDIT_REFUSED = "AUDIT_REFUSED"
    AUDIT_PAGE_UNKNOWN = "AUDIT_PAGE_UNKNOWN"
    PROOF_REFUSED = "PROOF_REFUSED"
    # Of enciphered messages: the same content is welcome again under another key, or enciphered.
    ENCRYPTION_WANTED = "ENCRYPTION_WANTED"
    ENCRYPTION_FORM = "ENCRYPTION_FORM"
    ENCRYPTION_KEY_UNKNOWN = "ENCRYPTION_KEY_UNKNOWN"
    ENCRYPTION_KEY_ENDED = "ENCRYPTION_KEY_ENDED"
    ENCRYPTION_KEY_OF_ANOTHER = "ENCRYPTION_KEY_OF_ANOTHER"
    ENCRYPTION_UNREADABLE = "ENCRYPTION_UNREADABLE"
    # Of the file endpoint: the same bytes under the same name are never taken as things stand.
    FILE_NAME_WRONG = "FILE_NAME_WRONG"
    FILE_HASH_WRONG = "FILE_HASH_WRONG"
    FILE_NOT_ASKED = "FILE_NOT_ASKED"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"


RETRYABLE = frozenset(
    {
        Fault.BUSY,
        Fault.MAINTENANCE,
        Fault.REVOCATION_UNAVAILABLE,
        Fault.FILES_MISSING,
        Fault.PREDECESSOR_MISSING,
        Fault.IN_PROGRESS,
        Fault.INTERNAL_ERROR,
        Fault.NO_SPACE,
        Fault.ENCRYPTION_KEY_EARLY,
    }
)
"""Faults after which the same bytes may be sent again."""


class Unprocessed(BadInput):
    """A message was not processed; the endpoint turns this into a SOAP fault.

    ``hashes`` names the files that are missing; ``retry_after`` is in seconds; ``detail`` is a
    short technical word for the sender's engineer (never a secret): at most ``DETAIL`` signs of
    it are kept, and what cannot be printed is replaced, since it may repeat what a stranger sent.
    """

    def __init__(
        self,
        fault: Fault,
        detail: str = "",
        *,
        retry_after: int | None = None,
        hashes: Sequence[str] = (),
    ) -> None:
        detail = "".join(sign if sign.isprintable() else "?" for sign in detail[:DETAIL])
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.detail = detail
        self.retry_after = retry_after
        self.hashes = tuple(hashes)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that was broken, where and by what value; the catalogue gives it its words.

    ``record`` is 1-based; ``path`` is written in local names (``/Purchase/Lots/Lot[2]/Amount``);
    ``parameters`` fill the placeholders of the rule's wording; ``indication`` and
    ``sub_indication`` are the verdict names of ETSI EN 319 102-1, for certificate findings.
    """

    rule: str
    path: str
    value: str | None = None
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    record: int | None = None
    indication: str | None = None
    sub_indication: str | None = None

    def of(self, record: int) -> "Breach":
        """The same breach, of the record with this number."""
        return replace(self, record=record)


def once(breaches: Iterable[Breach]) -> list[Breach]:
    """Each breach once, in the order in which they were found: two rules may say the same."""
    known: dict[tuple[object, ...], Breach] = {}
    for one in breaches:
        said = tuple(sorted(one.parameters.items()))
        known.setdefault((one.rule, one.path, one.value, one.record, one.sub_indication, said), one)
    return list(known.values())


class CertificateNotInForce(NeedsPerson):
    """The certificate of this system is not in force: what it signed now nobody could believe."""


class Refused(RefusedByRule):
    """A package is lawfully refused, for the named breaches."""

    def __init__(self, *breaches: Breach) -> None:
        super().__init__(", ".join(f"{breach.rule} at {breach.path}" for breach in breaches))
        self.breaches = breaches

"""Who may sign what: a dated table, and one pure question to it (S95-4, S216-3, wire.md 18)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared_contracts.astana_time import to_astana
from shared_contracts.signing.report import CertificateReport

INDIVIDUAL = "1.2.398.3.3.4.1.1"
FIRST_HEAD = "1.2.398.3.3.4.1.2.1"
RIGHT_TO_SIGN = "1.2.398.3.3.4.1.2.2"
INFORMATION_SYSTEM = "1.2.398.3.3.4.1.2.6"


class DocumentKind(StrEnum):
    """What is signed, as far as the right to sign depends on it."""

    PURCHASE = "PURCHASE"
    """Announcement of a purchase and every change of it: persons sign."""

    SYSTEM = "SYSTEM"
    """Packages, receipts, lists and answers: an organisation's system signs."""


class Refusal(StrEnum):
    """Why a signer may not sign this."""

    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED"
    BIN_MISMATCH = "BIN_MISMATCH"
    IIN_MISMATCH = "IIN_MISMATCH"


@dataclass(frozen=True, slots=True)
class Right:
    """From a day on: the roles that sign a kind of document for organisations, and for persons."""

    since: date
    kind: DocumentKind
    organisation: frozenset[str]
    person: frozenset[str]


RIGHTS = (
    Right(
        since=date(2015, 3, 20),
        kind=DocumentKind.PURCHASE,
        organisation=frozenset({FIRST_HEAD, RIGHT_TO_SIGN}),
        person=frozenset({INDIVIDUAL}),
    ),
    Right(
        since=date(2015, 3, 20),
        kind=DocumentKind.SYSTEM,
        organisation=frozenset({INFORMATION_SYSTEM}),
        person=frozenset(),
    ),
)
"""The table; the latest row of a kind that has begun is in force. It begins with the registration
of order 95; order 216 changed nothing here."""


def judge_signer(
    report: CertificateReport, expected: Collection[str], kind: DocumentKind, at: datetime
) -> Refusal | None:
    """Whether the owner of a certificate may sign ``kind`` for one of ``expected``; None if so.

    ``expected`` holds the BIN of each organisation, or the IIN of each person, that may be signed
    for. A certificate with the right role of a stranger is a mismatch.
    """
    right = _in_force(kind, at)
    subject = report.subject
    if right is None:
        return Refusal.ROLE_NOT_ALLOWED
    for_organisation = bool(subject.roles & right.organisation)
    for_person = bool(subject.roles & right.person)
    persons = {number for number in expected if not is_organisation(number)}
    if for_organisation and persons != set(expected):
        return None if subject.bin in expected else Refusal.BIN_MISMATCH
    if for_person and persons:
        return None if subject.iin in persons else Refusal.IIN_MISMATCH
    return Refusal.ROLE_NOT_ALLOWED


def is_organisation(number: str) -> bool:
    """Whether twelve digits are a BIN: the fifth is 4 to 6, in an IIN it is 0 to 3."""
    return number[4:5] in {"4", "5", "6"}


def _in_force(kind: DocumentKind, at: datetime) -> Right | None:
    day = to_astana(at).date()
    begun = [right for right in RIGHTS if right.kind is kind and right.since <= day]
    return max(begun, key=lambda right: right.since, default=None)

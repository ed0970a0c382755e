"""Who may sign what: a dated table, and one pure question to it (S95-4, S216-3, wire.md 18)."""

import re
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from shared_contracts.astana_time import to_astana
from shared_contracts.messages.document import DocumentKind
from shared_contracts.regimes import ORDER_95
from shared_contracts.signing.report import CertificateReport, Subject

INDIVIDUAL = "1.2.398.3.3.4.1.1"
LEGAL_ENTITY = "1.2.398.3.3.4.1.2"
FIRST_HEAD = "1.2.398.3.3.4.1.2.1"
RIGHT_TO_SIGN = "1.2.398.3.3.4.1.2.2"
FINANCIAL_SIGNER = "1.2.398.3.3.4.1.2.3"
HR_EMPLOYEE = "1.2.398.3.3.4.1.2.4"
EMPLOYEE = "1.2.398.3.3.4.1.2.5"
INFORMATION_SYSTEM = "1.2.398.3.3.4.1.2.6"
SYSTEM_OF_AN_INDIVIDUAL = "1.2.398.3.3.4.1.1.1"
TREASURY_CLIENT = "1.2.398.5.19.1.2.2.1"

ROLES: Mapping[str, str] = MappingProxyType(
    {
        INDIVIDUAL: "INDIVIDUAL",
        SYSTEM_OF_AN_INDIVIDUAL: "SYSTEM_OF_AN_INDIVIDUAL",
        LEGAL_ENTITY: "LEGAL_ENTITY",
        FIRST_HEAD: "FIRST_HEAD",
        RIGHT_TO_SIGN: "RIGHT_TO_SIGN",
        FINANCIAL_SIGNER: "FINANCIAL_SIGNER",
        HR_EMPLOYEE: "HR_EMPLOYEE",
        EMPLOYEE: "EMPLOYEE",
        INFORMATION_SYSTEM: "INFORMATION_SYSTEM",
        TREASURY_CLIENT: "TREASURY_CLIENT",
    }
)
"""Roles in the extended key usage of the national authority's certificates, by OID.

Source: the state's registry of object identifiers, root.gov.kz/oid. An individual entrepreneur
has no role apart: the certificate is that of an individual.
"""

_TWELVE_DIGITS = re.compile(r"[0-9]{12}")

NOWHERE_ELSE = frozenset({TREASURY_CLIENT})
"""Roles of certificates that are for one system only and sign nothing here."""


class Refusal(StrEnum):
    """Why a signer may not sign this."""

    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED"
    BIN_MISMATCH = "BIN_MISMATCH"
    IIN_MISMATCH = "IIN_MISMATCH"
    SYSTEM_UNKNOWN = "SYSTEM_UNKNOWN"
    NOBODY_NAMED = "NOBODY_NAMED"


@dataclass(frozen=True, slots=True)
class Right:
    """From a day on: the roles that sign a kind of document for organisations, and for persons."""

    since: date
    kind: DocumentKind
    organisation: frozenset[str]
    person: frozenset[str]


_OFFICERS = frozenset({FIRST_HEAD, RIGHT_TO_SIGN})
_STAFF = _OFFICERS | {FINANCIAL_SIGNER, HR_EMPLOYEE, EMPLOYEE}
_ONESELF = frozenset({INDIVIDUAL})

RIGHTS = (
    Right(ORDER_95, DocumentKind.PURCHASE, _OFFICERS, _ONESELF),
    Right(ORDER_95, DocumentKind.PROTOCOL, _STAFF, _ONESELF | _STAFF),
    Right(ORDER_95, DocumentKind.PROGRAMME, _OFFICERS, _ONESELF),
    Right(ORDER_95, DocumentKind.BID, _OFFICERS, _ONESELF),
    Right(ORDER_95, DocumentKind.SUPPLIER, _OFFICERS, _ONESELF),
    Right(ORDER_95, DocumentKind.CONTRACT, _OFFICERS, _ONESELF),
    Right(ORDER_95, DocumentKind.FINANCIAL, _OFFICERS | {FINANCIAL_SIGNER}, _ONESELF),
    Right(ORDER_95, DocumentKind.SYSTEM, frozenset({INFORMATION_SYSTEM}), frozenset()),
)
"""The table; the latest row of a kind that has begun is in force (readings R16, R40 and R52).

It begins with the regime of order 95 (reading R47); order 216 changed nothing here. A member of a
commission signs a protocol as a person, with whichever certificate names him or her.
"""

PERSONS = frozenset[str]().union(
    *(
        right.organisation | right.person
        for right in RIGHTS
        if right.kind is not DocumentKind.SYSTEM
    )
)
"""Roles with which persons sign; a certificate that bears one is judged as a person's."""


def judge_signer(
    report: CertificateReport,
    expected: Collection[str],
    kind: DocumentKind,
    at: datetime,
    systems: Collection[str] = (),
) -> Refusal | None:
    """Whether the owner of a certificate may sign ``kind`` for one of ``expected``; None if so.

    ``expected`` holds the BIN of each organisation, or the IIN of each person, that may be signed
    for. A certificate with the right role of a stranger is a mismatch; where ``expected`` holds no
    such number, nobody can tell whose certificate would be right, whatever its role. Where
    ``systems`` names UIDs, an information system must bear one of them.
    """
    subject, right = report.subject, _in_force(kind, to_astana(at).date())
    for_organisation = right is not None and _bears(subject.roles, right.organisation)
    for_person = right is not None and _bears(subject.roles, right.person)
    if for_organisation and subject.bin in expected:
        return _of_known_system(subject.system_uid, kind, systems)
    if for_person and subject.iin in expected:
        return None
    if not any(map(is_number, expected)):
        return Refusal.NOBODY_NAMED
    if for_organisation and any(map(is_organisation, expected)):
        return Refusal.BIN_MISMATCH
    if for_person and not all(map(is_organisation, expected)):
        return Refusal.IIN_MISMATCH
    return Refusal.ROLE_NOT_ALLOWED


def judge_role(subject: Subject, kind: DocumentKind, at: datetime) -> Refusal | None:
    """Whether the owner of a certificate may sign ``kind`` for whomever it names; None if so."""
    right = _in_force(kind, to_astana(at).date())
    for_organisation = right is not None and _bears(subject.roles, right.organisation)
    for_person = right is not None and _bears(subject.roles, right.person)
    may = (for_organisation and subject.bin) or (for_person and subject.iin)
    return None if may else Refusal.ROLE_NOT_ALLOWED


def is_number(text: str) -> bool:
    """Whether ``text`` can be a BIN or IIN at all: twelve ASCII digits and nothing else."""
    return _TWELVE_DIGITS.fullmatch(text) is not None


def is_organisation(number: str) -> bool:
    """Whether twelve digits are a BIN: the fifth is 4 to 6, in an IIN it is 0 to 3."""
    return number[4:5] in {"4", "5", "6"}


def role_name(oid: str) -> str | None:
    """What a role is called in the code; None if the OID is no role that is known here."""
    if oid.startswith(f"{INFORMATION_SYSTEM}."):
        return ROLES[INFORMATION_SYSTEM]
    return ROLES.get(oid)


def _bears(roles: Set[str], granted: Set[str]) -> bool:
    """Whether one of ``roles`` is granted; special kinds of systems stand below their OID."""
    if not NOWHERE_ELSE.isdisjoint(roles):
        return False
    if roles & granted or INFORMATION_SYSTEM not in granted:
        return bool(roles & granted)
    return any(role.startswith(f"{INFORMATION_SYSTEM}.") for role in roles)


def _of_known_system(
    uid: str | None, kind: DocumentKind, systems: Collection[str]
) -> Refusal | None:
    is_asked = bool(systems) and kind is DocumentKind.SYSTEM
    return Refusal.SYSTEM_UNKNOWN if is_asked and uid not in systems else None


@lru_cache(maxsize=256)
def _in_force(kind: DocumentKind, day: date) -> Right | None:
    begun = [right for right in RIGHTS if right.kind is kind and right.since <= day]
    return max(begun, key=lambda right: right.since, default=None)

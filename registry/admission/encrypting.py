"""The authority announces by which key a system sends, and a change two working days ahead.

Only a system whose order knows encryption has keys (S95-15.1a, S95-15.1b, reading R139). On a
stand a system without an application may have them too.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from registry.admission.admissions import Admissions
from registry.admission.case import AdmissionCase, AdmissionStatus
from registry.admission.events import ActingPerson
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import EncryptionRule
from registry.encryption.system_keys import EncryptionKeyAnnounced
from shared_contracts.astana_time import to_astana
from shared_contracts.calendar.terms import count
from shared_contracts.encryption.derivation import new_salt
from shared_contracts.encryption.parameters import (
    LOG2_N,
    MEMORY,
    ByArgon2id,
    ByScrypt,
    Derivation,
    KeyParameters,
    at_moment,
)
from shared_contracts.errors import Absent
from shared_contracts.messages.document import Environment

OVERLAP: Final = 72
"""Hours for which what was used before is still taken, unless told otherwise [DES]."""
MOST_OVERLAP: Final = 31 * 24
FURTHEST: Final = timedelta(days=366)
_OPEN: Final = frozenset({AdmissionStatus.ACT_DRAWN_UP, AdmissionStatus.IN_OPERATION})


class KeyMethod(StrEnum):
    """How a system sends from a moment on."""

    ARGON2ID = "ARGON2ID"
    SCRYPT = "SCRYPT"
    PLAIN = "PLAIN"


class WantedKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the authority announces; without ``valid_from`` it holds as soon as it may.

    ``memory_kib`` and ``passes`` are of ARGON2ID, ``log2_n`` of SCRYPT; without them the usual
    ones hold.
    """

    by: ActingPerson
    method: KeyMethod = KeyMethod.ARGON2ID
    valid_from: datetime | None = None
    overlap_hours: Annotated[int, msgspec.Meta(ge=0, le=MOST_OVERLAP)] = OVERLAP
    memory_kib: Annotated[int, msgspec.Meta(ge=MEMORY[0], le=MEMORY[1])] = 64 * 1024
    passes: Annotated[int, msgspec.Meta(ge=2, le=10)] = 3
    log2_n: Annotated[int, msgspec.Meta(ge=LOG2_N[0], le=LOG2_N[1])] = 17


class AnnouncedKey(msgspec.Struct, frozen=True, kw_only=True):
    """An announced key as people and the system are told of it; no passphrase stands in it."""

    parameters: KeyParameters
    in_force: bool
    announced_at: datetime
    by: ActingPerson
    clause: str
    problem: str | None


def announce(admissions: Admissions, sez_code: str, wanted: WantedKey) -> AnnouncedKey:
    """Announce a key of a system, and form its passphrase (``Absent``, ``RefusedByRule``)."""
    rule, ring = _rule(admissions, sez_code, wanted.method), admissions.ring
    if wanted.by.body != rule.by:
        raise refused("by.body", wanted.by.body, AdmissionRule.ANOTHER_BODY, rule.clause)
    now, before = to_astana(ring.clock()), ring.keys(sez_code)
    clause = rule.change_clause if before else rule.clause
    earliest = count(rule.notice, now, admissions.calendar.newest).until if before else now
    begins = to_astana(wanted.valid_from) if wanted.valid_from else earliest
    if begins < earliest:
        told = f"{begins.isoformat()} < {earliest.isoformat()}"
        raise refused("valid_from", told, AdmissionRule.NOTICE_TOO_SHORT, clause)
    if begins > now + FURTHEST:
        raise refused("valid_from", begins.isoformat(), AdmissionRule.NOTICE_TOO_LONG, clause)
    key = KeyParameters(
        sez_code=sez_code,
        number=len(before) + 1,
        derivation=_derivation(wanted),
        valid_from=begins,
        previous_until=begins + timedelta(hours=wanted.overlap_hours),
    )
    event = EncryptionKeyAnnounced(
        environment=admissions.environment,
        key=key,
        clause=clause,
        body=wanted.by.body,
        person=wanted.by.person,
        announced_at=now,
    )
    made = ring.announce(event)
    return next(one for one in announced(admissions, sez_code) if one.parameters == made)


def announced(admissions: Admissions, sez_code: str) -> list[AnnouncedKey]:
    """All that was announced for a system, the oldest first (``Absent`` for an unknown one)."""
    if admissions.register.get(sez_code) is None and _case(admissions, sez_code) is None:
        raise Absent(f"no system {sez_code} in the register")
    return list(_announced(admissions, sez_code))


def _announced(admissions: Admissions, sez_code: str) -> Iterator[AnnouncedKey]:
    ring, found = admissions.ring, admissions.ring.known.get(sez_code)
    now = at_moment(found.keys, ring.clock()) if found else None
    for one in found.announced if found else ():
        yield AnnouncedKey(
            parameters=one.key,
            in_force=one.key == now,
            announced_at=one.announced_at,
            by=ActingPerson(body=one.body, person=one.person),
            clause=one.clause,
            problem=ring.held.problem(one.key),
        )


def _case(admissions: Admissions, sez_code: str) -> AdmissionCase | None:
    """The application under which a system with this code has its act."""
    return next(
        (
            one
            for one in list(admissions.known.values())
            if one.status in _OPEN and one.entry is not None and one.entry.code == sez_code
        ),
        None,
    )


def _rule(admissions: Admissions, sez_code: str, method: KeyMethod) -> EncryptionRule:
    """What the order of a system says of encryption; ``RefusedByRule`` where it says nothing.

    Keys of a system that came under an order without encryption are ended by plain messages.
    """
    case = _case(admissions, sez_code)
    law = admissions.regulations.get(case.regulation) if case else None
    if law is not None and law.encryption is not None:
        return law.encryption
    if law is None and admissions.register.get(sez_code) is None:
        raise Absent(f"no system {sez_code} in the register")
    rules = [one.encryption for one in admissions.regulations.all if one.encryption is not None]
    ends = method == KeyMethod.PLAIN and bool(admissions.ring.keys(sez_code))
    on_stand = law is None and admissions.environment is Environment.STAND
    if not rules or not (ends or on_stand):
        told = (law.id, law.clause) if law else (sez_code, "S95-15.1a")
        raise refused("encryption", told[0], AdmissionRule.NOT_IN_THE_LAW, told[1])
    return rules[0]


def _derivation(wanted: WantedKey) -> Derivation | None:
    match wanted.method:
        case KeyMethod.ARGON2ID:
            figures = {"memory_kib": wanted.memory_kib, "passes": wanted.passes}
            return ByArgon2id(salt=new_salt(), **figures)
        case KeyMethod.SCRYPT:
            return ByScrypt(salt=new_salt(), log2_n=wanted.log2_n)
        case KeyMethod.PLAIN:
            return None

"""Signed sessions of the conformance kit on which lines of a protocol rest (S216-8, 9; R137).

The kit's own table says which cases belong to a point: a session that leaves one out proves nothing
of that point.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from registry.admission.believing import Believer, ensure_believed
from registry.admission.events import ProtocolSession
from shared_contracts.conformance.case import ExaminedSide, Suite, words
from shared_contracts.conformance.sealed_session import BrokenSeal, unseal
from shared_contracts.conformance.session import CaseVerdict
from shared_contracts.errors import BadInput
from shared_contracts.signing.subject import subject_of

SESSION: Final = "session"
"""Name of the evidence beside the end of a step: the file of its signed session."""
MOST_BYTES: Final = 4 * 1024 * 1024
"""Most bytes of a signed session."""
APART: Final = timedelta(minutes=5)
"""How far the clock of whoever ran the kit may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class ProvenSession:
    """A session whose signature and certificate hold, its file, and how each case ended.

    ``signers`` are the BIN and the IIN in the certificate, as far as there are such.
    """

    told: ProtocolSession
    data: bytes
    examined: ExaminedSide
    signers: frozenset[str]
    outcomes: Mapping[str, CaseVerdict]

    def finds(self, suite: Suite, clause: str) -> bool | None:
        """Whether the system fits a point by all cases of a suite that cite its clause.

        None where there is no such case, one of them was not run, or one is not in the session.
        """
        return self.finds_by(cases_of(suite, clause))

    def finds_by(self, cases: Sequence[str]) -> bool | None:
        """Whether the system fits by all these cases; None as in ``finds``."""
        found = [self.outcomes.get(one) for one in cases]
        if CaseVerdict.FAILED in found:
            return False
        return True if found and set(found) == {CaseVerdict.PASSED} else None


def cases_of(suite: Suite, clause: str) -> list[str]:
    """The cases of a suite that examine a SEZ for a clause."""
    known = words(ExaminedSide.SEZ).items()
    return [name for name, one in known if suite in one.suites and clause in one.clauses]


def prove(data: bytes, believer: Believer, now: datetime) -> ProvenSession:
    """The session in a file, once its seal and its signer are believed at the moment ``now``.

    Raises ``BadInput`` for a broken seal, ``RefusedByRule`` for its certificate, ``Temporary``.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(f"session: {len(data)} bytes, and at most {MOST_BYTES} are taken")
    try:
        sealed = unseal(data)
    except BrokenSeal as broken:
        raise BadInput(f"session: {broken}") from broken
    ensure_believed(believer, "session", sealed.certificates, now)
    report, who = sealed.session, subject_of(sealed.certificates[0])
    told = ProtocolSession(
        sha256=hashlib.sha256(data).hexdigest(),
        session_id=report.session_id,
        sez_code=report.sez_code,
        kit_version=report.kit_version,
        began_at=report.began_at,
        ended_at=report.ended_at,
        session_verdict=report.verdict,
        holder=who.common_name or who.organisation or "",
        holder_number=who.bin or who.iin or "",
    )
    return ProvenSession(
        told=told,
        data=data,
        examined=report.examined,
        signers=frozenset({who.bin or "", who.iin or ""} - {""}),
        outcomes={one.case_id: one.verdict for one in report.outcomes},
    )

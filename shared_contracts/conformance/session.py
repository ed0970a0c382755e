"""A session of cases as data: what was done, what was seen, and the verdict of each case."""

import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from importlib.resources import files
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.conformance.case import ExaminedSide, Suite
from shared_contracts.messages.document import LocalizedText

FORMAT = "tru-conformance-session-1"
"""What a session of this form calls itself; another form has another number."""


class CaseVerdict(StrEnum):
    """How a case ended."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    NOT_RUN = "NOT_RUN"
    """It could not be brought to its question: nothing is said of the examined system."""


class _Told(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A part of a session."""


class SessionStep(_Told, frozen=True, kw_only=True):
    """One exchange: what was sent, what came, SHA-256 of both as they went over the line."""

    did: str
    saw: str
    seconds: float
    sent_sha256: str | None = None
    received_sha256: str | None = None


class CaseOutcome(_Told, frozen=True, kw_only=True):
    """A case with its verdict.

    ``expected`` and ``found`` stand with FAILED, ``reason`` with NOT_RUN; ``figures`` are what was
    measured, seconds and numbers by name.
    """

    case_id: str
    suites: tuple[Suite, ...]
    clauses: tuple[str, ...]
    title: LocalizedText
    verdict: CaseVerdict
    seconds: float
    steps: tuple[SessionStep, ...] = ()
    more_steps: int = 0
    expected: str | None = None
    found: str | None = None
    reason: str | None = None
    cure: LocalizedText | None = None
    figures: dict[str, float] = {}


class SessionReport(_Told, frozen=True, kw_only=True):
    """A whole session: who was examined where, when, by which cases, with which verdict."""

    format: str
    session_id: UUID
    examined: ExaminedSide
    address: str
    sez_code: str
    examiner: str
    kit_version: str
    contract_versions: tuple[str, ...]
    suites: tuple[Suite, ...]
    cases: tuple[str, ...]
    began_at: datetime
    ended_at: datetime
    verdict: CaseVerdict
    outcomes: tuple[CaseOutcome, ...]

    def count(self, verdict: CaseVerdict) -> int:
        """How many cases ended so."""
        return sum(one.verdict is verdict for one in self.outcomes)


def verdict_of(outcomes: Iterable[CaseOutcome]) -> CaseVerdict:
    """That of a session: FAILED if a case failed; NOT_RUN if one was not run, or none was."""
    found = {one.verdict for one in outcomes}
    if CaseVerdict.FAILED in found:
        return CaseVerdict.FAILED
    return CaseVerdict.PASSED if found == {CaseVerdict.PASSED} else CaseVerdict.NOT_RUN


def as_json(session: SessionReport) -> bytes:
    """The session as JSON, which ``session_schema`` describes."""
    return msgspec.json.format(msgspec.json.encode(session), indent=1) + b"\n"


def read_session(data: bytes) -> SessionReport:
    """The session in a JSON text; ``ValueError`` names what is not as the schema says."""
    session = msgspec.json.decode(data, type=SessionReport)
    if session.format != FORMAT:
        raise ValueError(f"format {session.format!r}: this kit reads {FORMAT}")
    if session.verdict is not verdict_of(session.outcomes):
        told = f"the session says {session.verdict}, its cases {verdict_of(session.outcomes)}"
        raise ValueError(told)
    _check_whole(session)
    return session


def _check_whole(session: SessionReport) -> None:
    """What no schema says: each case once, moments with their offset and in their order."""
    names = [one.case_id for one in session.outcomes]
    twice = {one for one in names if names.count(one) > 1}
    if twice:
        raise ValueError(f"outcomes: {min(twice)} stands there twice")
    for name, at in (("began_at", session.began_at), ("ended_at", session.ended_at)):
        if at.tzinfo is None:
            raise ValueError(f"{name}: {at.isoformat()} has no offset")
    if session.ended_at < session.began_at:
        raise ValueError(f"ended_at: {session.ended_at.isoformat()} is before began_at")


def session_schema() -> dict[str, Any]:
    """The JSON Schema of a session, as it is published in ``session.schema.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A session of a conformance kit",
        **json.loads(msgspec.json.encode(msgspec.json.schema(SessionReport))),
    }


def published_schema() -> str:
    """The published JSON Schema of a session."""
    return files(__package__).joinpath("session.schema.json").read_text("utf-8")

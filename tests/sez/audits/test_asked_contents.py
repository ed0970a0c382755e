"""What an audit asked for is recorded once, whatever comes between (S216-9.6)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from sez.audits.asked import AUDIT, KEPT, AuditAsked, KnownAudit, evolve
from shared_contracts.messages.audit import AuditContent, AuditRequest
from shared_contracts.messages.document import Environment

ID = UUID(int=1)
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def asked(ground: str, position: int) -> AuditAsked:
    """A content that was asked for on ``ground``."""
    return AuditAsked(
        audit_id=ID,
        content=AuditContent.CHECKSUMS,
        ground=ground,
        ordered_by="Сәрсенова А.",
        position=position,
        request_sha256="0" * 64,
        asked_at=NOW,
    )


def question(ground: str) -> AuditRequest:
    """The question for that content."""
    return AuditRequest(
        message_id=UUID(int=2),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=NOW,
        audit_id=ID,
        content=AuditContent.CHECKSUMS,
        ground=ground,
        ordered_by="Сәрсенова А.",
    )


@pytest.mark.clause("S216-9.6")
def test_two_grounds_in_turn_keep_the_position_of_each() -> None:
    known: KnownAudit = AUDIT.initial
    for place, ground in enumerate(["№ 1", "№ 2"]):
        known = evolve(known, asked(ground, place))
    assert known.position_of(question("№ 1")) == 0
    assert known.position_of(question("№ 2")) == 1


def test_what_is_kept_of_an_audit_is_bounded() -> None:
    known: KnownAudit = AUDIT.initial
    for place in range(KEPT + 1):
        known = evolve(known, asked(f"№ {place}", place))
    assert len(known.asked) == KEPT
    assert known.position_of(question("№ 0")) is None

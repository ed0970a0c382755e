"""The report of an audit of a SEZ whose every value is long: it is bounded, and can be signed."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from registry.audits import printed, report
from registry.audits.events import AuditObjectExamined
from registry.audits.report import AuditReport, ExchangeFigures, GatheredEvents, as_json
from registry.audits.states import AuditOrder
from shared_contracts.event_log.event import Recorded, decode
from shared_contracts.printing.printing import MOST_BYTES

EVENTS = Path(__file__).parents[2] / "golden" / "events"
TOPIC = "audit-object-examined.1"
AT = datetime(2026, 2, 28, 19, tzinfo=UTC)


def examined(number: int, sign: str) -> Recorded:
    """A page on which a hundred values differ, each as long as one may be."""
    event = decode(TOPIC, (EVENTS / f"{TOPIC}.json").read_bytes())
    assert isinstance(event, AuditObjectExamined)
    wide = msgspec.structs.replace(event.findings[0], expected=sign * 500, found=sign * 500)
    event = msgspec.structs.replace(event, findings=(wide,) * 100, more_findings=0)
    return Recorded(number, UUID(int=1), number, TOPIC, event, b"", b"", b"", AT)


def reported(sign: str) -> AuditReport:
    """A report of three thousand such differences."""
    gathered = GatheredEvents()
    for number in range(1, 31):
        gathered.take(examined(number, sign))
    order = msgspec.json.decode(msgspec.json.encode({
        "audit_id": UUID(int=1), "environment": "STAND", "sez_code": "SEZ01",
        "contents": ["CHECKSUMS"], "ground": "№ 17", "ordered_by": "Сәрсенова А.",
        "authority_bin": "990140000806",
    }), type=AuditOrder)  # fmt: skip
    return AuditReport(
        format=report.FORMAT, order=order, ordered_at=AT, as_of=AT, status="RUNNING",
        exchange=ExchangeFigures(calls=30, failed=0, request_bytes=1, answer_bytes=1, entries=1),
        obtained=(), under_way=0, examined_objects=1, findings=tuple(gathered.findings),
        more_findings=gathered.found - len(gathered.findings), broken_links=(), more_links=0,
        pages=tuple(gathered.pages), more_pages=0,
    )  # fmt: skip


@pytest.mark.parametrize("sign", ["x", "ы", "\U0001f600"])
def test_however_long_the_values_of_a_sez_are_its_report_can_be_printed(sign: str) -> None:
    told = reported(sign)
    assert len(told.findings) + told.more_findings == 3000
    assert len(told.findings) > 300
    assert len(as_json(told)) < MOST_BYTES
    pdf, attached = printed.printed(told)
    assert pdf.startswith(b"%PDF")
    assert attached.content == as_json(told)

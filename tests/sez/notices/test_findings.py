"""What the hourly run finds reaches the system by scheme 5, over real sockets (S216-18.2)."""

from dataclasses import replace
from datetime import timedelta

from registry.findings.finding import FindingKind
from shared_contracts import astana_time
from shared_contracts.messages.notice import NoticeKind
from tests.clauses import clause
from tests.sez.foreign import held
from tests.sez.notices.conftest import Told

LATER = timedelta(minutes=61)


@clause("S95-15.3", "S216-18.2", "S216-18.7", "S216-A2.5.0", "S216-A2.5.1", "S216-A2.5.2")
def test_a_system_is_told_of_a_number_that_is_missing_and_ends_it_by_closing_it(
    told: Told,
) -> None:
    systems, registry = told.systems, told.systems.registry
    desk = replace(registry.desk, clock=lambda: astana_time.now() + LATER)
    review = replace(registry.review, desk=desk)
    held(systems)
    tender = systems.announce_with_files()
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert review.run().open_findings == 1
    told.mail_until(lambda: not registry.mailing.queue.known)
    [kept] = told.received()
    assert kept.notice.kind is NoticeKind.SYNC_ERROR
    assert kept.notice.body.ru is not None
    assert "Новое: 1. Всего: 1." in kept.notice.body.ru
    assert review.run().open_findings == 1
    with systems.program() as program:
        reason = {"reason": "Пакет не был отправлен"}
        assert program.post("/api/v1/sequence/1/void", json=reason).status_code == 200
    assert review.run().open_findings == 0
    [finding] = review.found(["SEZ01"])
    assert (finding.finding.kind, finding.finding.open) == (FindingKind.MISSING_NUMBERS, False)
    assert len(told.received()) == 1

"""What waits for a system is bounded, and a notice that cannot be sent says why (S216-A2.5.1)."""

from contextlib import closing
from datetime import timedelta
from uuid import UUID

import pytest

from registry.app import open_registry
from registry.notices import queue
from registry.notices.notice import NoticeStatus
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.notice import AnnouncedWorks, NoticeKind
from tests.clauses import clause
from tests.postgres import owner_of
from tests.sez.audits.asked import tamper
from tests.sez.notices.conftest import INFO, Told

EVIDENCE = "UPDATE log.evidence SET body = {} WHERE name = 'notice'"
EVENTS = "UPDATE log.events SET state = {} WHERE topic = 'notice-formed.1'"


@clause("S216-A2.5.1")
def test_more_notices_than_may_wait_for_a_system_are_refused(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST", 3)
    told.link.cut = True
    first, *_ = [told.send() for _ in range(3)]
    with pytest.raises(RefusedByRule, match="SEZ01: 3 notices are not delivered, at most 3"):
        told.send()
    with told.keeper() as keeper:
        path = f"/api/v1/notices/SEZ01/{first}"
        assert keeper.post(f"{path}/stop", json={"reason": "закрыта"}).status_code == 200
        told.send()
        refused = keeper.post(f"{path}/retry")
        assert (refused.status_code, "3 notices are not delivered" in refused.text) == (409, True)
    told.link.cut = False
    told.mail_until(lambda: not told.systems.registry.mailing.queue.known)
    told.send()


@clause("S216-A2.5.1", "S95-15.3")
def test_what_the_registry_tells_by_itself_takes_the_place_of_the_oldest_on_its_subject(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SAME", 2)
    told.link.cut = True

    def formed() -> UUID:
        notices = told.systems.registry.desk.about("SEZ01", INFO)
        told.systems.registry.log.append(notices.commit)
        notices.committed()
        return notices.states[0][0].object_id

    oldest, second, third = (formed() for _ in range(3))
    stopped = told.state(oldest)
    assert (stopped.status, stopped.reason) == (NoticeStatus.STOPPED, "SUPERSEDED")
    assert str(third) in stopped.detail
    assert {told.state(one).status for one in (second, third)} == {NoticeStatus.QUEUED}
    with told.keeper() as keeper:
        resumed = keeper.post(f"/api/v1/notices/SEZ01/{oldest}/retry").json()
        assert resumed["status"] == "QUEUED"
    told.link.cut = False
    for one in (oldest, second, third):
        told.deliver(one)
    assert not audit(owner_of(told.systems.registry.settings.database_url)).differences


@clause("S216-A2.5.1")
def test_who_records_a_notice_is_not_told_that_an_older_one_could_not_be_ended(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both wait; the next notice on the subject ends the older ones."""
    monkeypatch.setattr(queue, "SAME", 1)
    told.link.cut = True

    def formed() -> UUID:
        notices = told.systems.registry.desk.about("SEZ01", INFO)
        told.systems.registry.log.append(notices.commit)
        notices.committed()
        return notices.states[0][0].object_id

    head = "UPDATE log.heads SET state = {} WHERE kind = 'NOTICE' AND object_id = %s"
    oldest = formed()
    tamper(told.systems.registry, head.format("'{'::bytea || state"), oldest)
    second = formed()
    tamper(told.systems.registry, head.format("substr(state, 2)"), oldest)
    assert {told.state(one).status for one in (oldest, second)} == {NoticeStatus.QUEUED}
    third = formed()
    assert told.state(oldest).status == NoticeStatus.STOPPED
    assert told.state(third).status == NoticeStatus.QUEUED


@clause("S216-A2.5.1", "S216-18.3")
def test_a_registry_that_begins_anew_reads_what_waits_and_the_works_alone(told: Told) -> None:
    now = told.systems.watch()
    works = AnnouncedWorks(
        begins_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2), excuses_hour=True
    )
    announced = told.send(kind=NoticeKind.MAINTENANCE, works=works)
    for one in (announced, told.send()):
        told.deliver(one)
    told.link.cut = True
    waits = told.send()
    told.systems.registry.close()
    told.systems.registry = open_registry(told.systems.registry.settings)
    with closing(told.systems.registry):
        known = told.systems.registry.mailing.queue
        assert [key.object_id for key in known.known] == [waits]
        assert len(known.works("SEZ01")) == 1


@clause("S216-A2.5.1", "S216-18.7")
@pytest.mark.parametrize(
    ("broken", "mended", "reason"),
    [
        (
            EVIDENCE.format("body || ' '::bytea"),
            EVIDENCE.format("rtrim(body, ' '::bytea)"),
            "BYTES_NOT_HERE",
        ),
        (EVENTS.format("'{'::bytea || state"), EVENTS.format("substr(state, 2)"), "DEFECT_HERE"),
    ],
)
def test_a_notice_that_the_registry_itself_cannot_send_waits_for_a_person_and_holds_up_none(
    told: Told, broken: str, mended: str, reason: str
) -> None:
    notice_id = told.send()
    tamper(told.systems.registry, broken)
    told.mail_until(lambda: told.state(notice_id).status == NoticeStatus.FAILED)
    state = told.state(notice_id)
    assert (state.reason, state.attempts) == (reason, 3)
    assert state.detail
    other = told.send()
    told.deliver(other)
    tamper(told.systems.registry, mended)
    with told.keeper() as keeper:
        retried = keeper.post(f"/api/v1/notices/SEZ01/{notice_id}/retry")
        assert retried.json()["status"] == "SENT"
    told.deliver(notice_id)

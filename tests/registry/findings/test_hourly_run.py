"""The hourly run: what it finds it keeps, tells and ends (S95-15.3, S216-18.2, S216-18.7)."""

from datetime import timedelta
from typing import Any

import pytest

from registry.findings import api, finding
from registry.findings.finding import FindingKind
from registry.findings.hourly_run import HourlyRun
from registry.notices import listing
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.notice import NoticeKind
from shared_contracts.signing.sign import sign_message
from tests import lists, samples
from tests.clauses import clause
from tests.postgres import owner_of
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted
from tests.registry.protocols.test_single_source import tell
from tests.story import Signed, Story

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def run(story: Story) -> list[dict[str, Any]]:
    """What is open after a run, as the interface shows it."""
    story.registry.review.run()
    return [
        {"kind": one.finding.kind, "names": one.finding.names, "count": one.finding.count}
        for one in story.registry.review.found(["SEZ01"])
        if one.finding.open
    ]


def told(story: Story) -> list[tuple[NoticeKind, str]]:
    """The notices that wait for the system, by kind and text, latest first."""
    registry = story.registry
    notices = listing.notices(registry.log, registry.settings.environment, ["SEZ01"])
    return [(one.notice.kind, one.notice.body.ru or "") for _, one in notices]


@clause("S95-15.3", "S216-18.2")
def test_a_number_that_is_missing_for_an_hour_is_found_told_and_ended_when_it_is_closed(
    story: Story,
) -> None:
    accepted(story.tell(story.tender(), sequence=1))
    accepted(story.tell(story.tender(), sequence=4))
    assert run(story) == []
    story.clock.offset = HOUR + MINUTE
    named = {"kind": FindingKind.MISSING_NUMBERS, "names": ("2-3",), "count": 2}
    assert run(story) == [named]
    assert run(story) == [named]
    [(kind, body)] = told(story)
    assert kind is NoticeKind.SYNC_ERROR
    assert "2-3" in body
    accepted(story.void(2))
    assert run(story) == [named | {"names": ("3",), "count": 1}]
    accepted(story.void(3))
    assert run(story) == []
    assert len(told(story)) == 2
    assert not audit(owner_of(story.registry.settings.database_url)).differences


@clause("S216-18.2", "S216-18.3")
def test_what_came_late_is_named_and_the_finding_ends_after_an_hour_without_more(
    story: Story,
) -> None:
    formed = story.now - HOUR - MINUTE
    late = story.with_files(story.own(samples.purchase_open_tender(formed)))
    answer = story.tell(story.sign(late, formed_at=formed))
    accepted(answer, "F-HDR-4")
    [record] = answer.receipt.records
    named = {
        "kind": FindingKind.LATE_RECORDS,
        "names": (f"{record.registry_id}/1",),
        "count": 1,
    }
    assert run(story) == [named]
    assert run(story) == [named]
    [(kind, body)] = told(story)
    assert (kind, "Установите и устраните" in body) == (NoticeKind.DEADLINE, True)
    story.clock.offset = HOUR + MINUTE
    assert run(story) == []


@clause("S216-18.2", "S216-18.3", "S216-18.7")
def test_every_late_version_is_named_by_the_events_of_its_finding_however_many_come(
    story: Story, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "NAMED", 2)
    monkeypatch.setattr(api, "EVENTS", 2)
    formed = story.now - HOUR - MINUTE

    def late() -> str:
        tender = story.with_files(story.own(samples.purchase_open_tender(formed)))
        [record] = story.tell(story.sign(tender, formed_at=formed)).receipt.records
        return f"{record.registry_id}/1"

    names = [late() for _ in range(5)]
    [found] = run(story)
    assert (found["names"], found["count"]) == (tuple(names[3:]), 5)
    names += [late() for _ in range(3)]
    [found] = run(story)
    assert (len(found["names"]), found["count"]) == (2, 8)
    address = "/api/v1/findings/SEZ01/LATE_RECORDS"
    pages = [ask.get(address, after=after)["history"] for after in (0, 2, 4)]
    events = [one["event"] for page in pages for one in page]
    assert [one["number"] for page in pages for one in page] == [1, 2, 3, 4, 5]
    said = [name for one in events for name in (one.get("names") or one["added"])]
    assert sorted(said) == sorted(names)
    assert [one["number"] for one in ask.get(address)["history"]] == [4, 5]
    [incident] = ask.get("/api/v1/incidents", sez="SEZ01")
    assert incident["count"] == 8
    assert not audit(owner_of(story.registry.settings.database_url)).differences


@clause("S95-15.3", "S216-A3.1e")
def test_bidding_that_ended_an_hour_ago_wants_its_list_of_bids(story: Story) -> None:
    tender = samples.with_act(story.ended_tender(), conditions_version=2)
    assert tender.bids_from is not None
    assert tender.bids_to is not None
    signed = story.sign(tender, formed_at=story.now - 29 * MINUTE)
    accepted(story.tell(signed), "F-PUR-4")
    assert run(story) == []
    story.clock.offset = HOUR
    lacking = {
        "kind": FindingKind.STAGE_PASSED,
        "names": (f"{tender.purchase_code} BID_LIST",),
        "count": 1,
    }
    assert run(story) == [lacking]
    bids = (lists.bid(number, at=tender.bids_from + MINUTE) for number in (0, 1))
    of: dict[str, Any] = {"purchase_id": tender.act.object_id, "final": True}
    final = story.own(lists.bid_list(*bids, as_of=tender.bids_to, **of))
    data = sign_message(final, "list-1", story.pki.signer(story.system))
    accepted(tell(story, Signed(final, data, story.now, signed.formed_by)), "C-08")
    assert run(story) == []
    story.clock.offset = timedelta(days=31)
    assert run(story) == [lacking | {"names": (f"{tender.purchase_code} REVIEW_PROTOCOL",)}]


@clause("S95-15.3", "S216-18.7")
def test_what_came_again_with_another_content_stays_open_until_a_person_tells_what_was_done(
    story: Story, ask: Asker
) -> None:
    first = story.tell(story.tender(), sequence=1)
    other = story.tell(story.tender(), sequence=1)
    assert other.rules == ["I-08"]
    [found] = run(story)
    assert (found["kind"], found["count"]) == (FindingKind.REWRITTEN_HISTORY, 1)
    assert found["names"][0].endswith(" I-08")
    assert first.rules == []
    story.clock.offset = 3 * HOUR
    assert len(run(story)) == 1
    path = "/api/v1/findings/SEZ01/REWRITTEN_HISTORY"
    assert ask.get(path)["state"]["status"] == "OPEN_FOR_A_PERSON"
    future = {"cause": "Сбой", "measure": "Исправлено", "taken_at": "2090-01-01T00:00:00+05:00"}
    refused = ask("POST", f"{path}/measure", json=future)
    assert (refused.status_code, "still to come" in refused.text) == (409, True)
    done = ask("POST", f"{path}/measure", json=future | {"taken_at": None})
    assert done.json()["status"] == "ENDED"
    assert run(story) == []
    [incident] = ask.get("/api/v1/incidents", sez="SEZ01")
    assert (incident["cause"], incident["measure"]) == ("Сбой", "Исправлено")
    assert incident["taken_at"] is not None


@clause("S216-18.7")
def test_each_time_that_something_was_found_is_an_incident_of_its_own(
    story: Story, ask: Asker
) -> None:
    for number in (2, 4):
        accepted(story.tell(story.tender(), sequence=number))
        story.clock.offset += HOUR + MINUTE
        assert len(run(story)) == 1
        accepted(story.void(number - 1))
        assert run(story) == []
    rows = ask.get("/api/v1/incidents")
    assert [row["times"] for row in rows] == [2, 1]
    assert [row["names"] for row in rows] == [["3"], ["1"]]
    [last] = ask.get("/api/v1/findings")
    assert (last["status"], last["times"]) == ("ENDED", 2)
    assert ask.get("/api/v1/findings", ended=False) == []
    history = ask.get("/api/v1/findings/SEZ01/MISSING_NUMBERS")["history"]
    assert [one["topic"] for one in history] == ["finding-opened.1", "finding-ended.1"] * 2


@clause("S95-15.3")
def test_a_run_begins_where_the_last_one_ended_also_in_another_process(story: Story) -> None:
    registry = story.registry
    story.tell(story.tender(), sequence=1)
    story.tell(story.tender(), sequence=1)
    first = registry.review.run()
    again = HourlyRun(registry.desk, registry.mailing.queue.works, registry.follower.catch_up, 30)
    assert again.run().position > first.position
    [found] = again.found(["SEZ01"])
    assert (found.finding.count, found.version) == (1, 1)


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("SEZ01/GOSSIP/measure", {"cause": "a", "measure": "b"}, "kinds: MISSING_NUMBERS"),
        ("SEZ01/LATE_RECORDS/measure", {"cause": "a", "measure": "b"}, "no finding LATE_RECORDS"),
    ],
)
def test_what_was_not_found_is_absent(
    ask: Asker, path: str, body: dict[str, str], named: str
) -> None:
    answer = ask("POST", f"/api/v1/findings/{path}", json=body)
    assert answer.status_code == 404
    assert named in answer.json()["detail"]

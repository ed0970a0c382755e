"""A person ends what is held under a ticket: its sender is told so for good (S216-18.7)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from registry.intake import asynchronous
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.messages.asynchronous import Ticket
from tests import samples
from tests.clauses import clause
from tests.postgres import owner_of
from tests.registry.asking import Asker
from tests.registry.intake.test_asynchronous import judge, pull, send, settled, ticket_of
from tests.story import Story

REASON = "Версия 1 не придёт: система снята с учёта"


def held(story: Story, monkeypatch: pytest.MonkeyPatch) -> tuple[Ticket, bytes]:
    """A package that was put off until it was held, and its bytes."""
    first = story.sign(story.tender())
    gone = samples.deletion(at=story.now + timedelta(minutes=1))
    package = story.packed(story.next(first, gone))
    ticket = ticket_of(story, send(story, package))
    with monkeypatch.context() as patch:
        patch.setattr(asynchronous, "GIVEN_UP", timedelta(0))
        story.registry.judging._pauses.clear()
        judge(story)
    story.registry.follower.catch_up()
    return ticket, package


def end(ask: Asker, ticket: Ticket, reason: str = REASON) -> Any:
    """What a person who ends a ticket is answered."""
    path, by = f"/api/v1/tickets/{ticket.ticket_id}/end", {"X-Actor": "k.ospanov"}
    return ask("POST", path, json={"reason": reason}, headers=by)


@clause("S216-18.1", "S216-18.7", "S216-A2.1.7")
def test_a_held_package_that_a_person_ends_is_refused_for_good(
    story: Story, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, package = held(story, monkeypatch)
    answer = end(ask, ticket)
    assert (answer.status_code, answer.json()["status"]) == (200, "ENDED")
    shown = ask.get(f"/api/v1/tickets/{ticket.ticket_id}")
    assert shown["ended"].pop("at")
    assert shown["ended"] == {"by": "k.ospanov", "reason": REASON}
    receipt = settled(story, ticket)
    assert (receipt.result.value, receipt.message_id) == ("REFUSED", ticket.message_id)
    [finding] = receipt.findings
    assert (finding.rule_id, finding.record) == ("I-21", 1)
    assert all(word in str(finding.text.en) for word in (REASON, "PREDECESSOR_MISSING"))
    assert story.events()[-3:] == ["ticket-ended.1", "package-refused.1", "receipt-issued.1"]
    data = pull(story, ticket.ticket_id)
    assert [send(story, package), story.post(package).data] == [data, data]
    assert ask.get("/api/v1/tickets", sez="SEZ01") == []
    assert judge(story) == 0


@clause("S216-18.7")
def test_only_what_is_held_is_ended_and_once(
    story: Story, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = ticket_of(story, send(story, story.packed(story.tender())))
    story.registry.follower.catch_up()
    assert end(ask, waits).status_code == 409
    ticket, _ = held(story, monkeypatch)
    assert [end(ask, ticket).status_code for _ in range(2)] == [200, 409]
    retried = ask("POST", f"/api/v1/tickets/{ticket.ticket_id}/retry")
    assert retried.status_code == 409
    assert settled(story, waits).result.value == "ACCEPTED"
    unknown = ask("POST", f"/api/v1/tickets/{uuid4()}/end", json={"reason": "x"})
    assert unknown.status_code == 404
    assert "registry tickets list CODE" in unknown.text
    assert end(ask, ticket, "").status_code == 422


@clause("S216-18.7", "S216-13a")
def test_a_package_whose_bytes_were_altered_is_ended_without_its_records(
    story: Story, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _ = held(story, monkeypatch)
    with psycopg.connect(owner_of(story.registry.settings.database_url)) as owner:
        owner.execute("ALTER TABLE log.evidence DISABLE TRIGGER only_grows")
        owner.execute("UPDATE log.evidence SET body = %s WHERE name = 'package'", (b"<forged/>",))
        owner.execute("ALTER TABLE log.evidence ENABLE TRIGGER only_grows")
    assert end(ask, ticket).status_code == 200
    receipt = settled(story, ticket)
    assert [(one.rule_id, one.path) for one in receipt.findings] == [("I-21", "/Package")]
    assert (receipt.records, receipt.sequence) == ((), ticket.sequence)


@clause("S216-18.7", "S216-12a")
def test_what_was_ended_stands_in_the_log_and_no_audit_finds_a_difference(
    story: Story, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket, _ = held(story, monkeypatch)
    end(ask, ticket)
    story.registry.follower.catch_up()
    assert not audit(owner_of(story.registry.settings.database_url)).differences

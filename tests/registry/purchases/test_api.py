"""Purchases as people's programs see them: listed, with history, as of any moment (S216-2.1a)."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from registry.purchases import listing
from registry.records import listing as records
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.purchase import Purchase
from tests import samples
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted, changed, failed
from tests.story import Signed, Story


def three_versions(story: Story) -> tuple[Signed, list[str]]:
    """A tender announced, renamed and deleted; and the moments after each."""
    first = story.sign(story.tender())
    renamed = changed(first, name=LocalizedText(kk="Жаңа", ru="Новое название"))
    second = story.sign(story.next(first, renamed))
    third = story.sign(story.next(second, samples.deletion(deleted_at=story.now)))
    moments = []
    for signed in (first, second, third):
        accepted(story.tell(signed))
        moments.append(story.registry.log.read(story.position() - 1)[0].recorded_at.isoformat())
    story.registry.follower.catch_up()
    return first, moments


@pytest.mark.clause("S216-2.1a", "S216-9.1")
def test_purchases_are_listed_with_what_was_last_declared_of_them(story: Story, ask: Asker) -> None:
    three_versions(story)
    first, second = failed(story)
    story.tell(first, second)
    accepted(story.tell(story.tender()))
    story.registry.follower.catch_up()
    rows = ask.get("/api/v1/purchases")
    assert [(row["status"], row["version"]) for row in rows] == [
        ("DELETED", 3),
        ("FAILED", 2),
        ("ANNOUNCED", 1),
    ]
    assert rows[0]["name"] == "Новое название"
    assert rows[2]["planned_total"] == "170542909.97"
    assert [row["status"] for row in ask.get("/api/v1/purchases", status="FAILED")] == ["FAILED"]
    assert ask.get("/api/v1/purchases", sez="SEZ02") == []
    after = ask.get("/api/v1/purchases", after=rows[0]["registry_id"], limit=1)
    assert [row["registry_id"] for row in after] == [rows[1]["registry_id"]]


@pytest.mark.clause("S216-2.1a", "S95-12b")
def test_a_purchase_named_in_one_language_is_listed_by_that_name(story: Story, ask: Asker) -> None:
    accepted(story.tell(story.tender(name=LocalizedText(kk="Тек қазақша"))), "F-TXT-1")
    accepted(story.tell(story.tender(name=LocalizedText(kk="Қазақша", ru=" "))), "F-TXT-1")
    story.registry.follower.catch_up()
    names = [row["name"] for row in ask.get("/api/v1/purchases")]
    assert names == ["Тек қазақша", "Қазақша"]


@pytest.mark.clause("S216-2.1a", "S216-12a")
def test_a_purchase_is_shown_as_it_was_at_any_past_moment(story: Story, ask: Asker) -> None:
    _, moments = three_versions(story)
    [row] = ask.get("/api/v1/purchases")
    path = f"/api/v1/purchases/{row['registry_id']}"
    states = [ask.get(path, at=moment)["state"] for moment in moments]
    assert [(s["status"], s["version"]) for s in states] == [
        ("ANNOUNCED", 1),
        ("ANNOUNCED", 2),
        ("DELETED", 3),
    ]
    assert len(ask.get(path, at=moments[1])["history"]) == 2
    assert ask.get(path)["state"]["status"] == "DELETED"
    before = (story.now - timedelta(days=1)).isoformat()
    assert ask("GET", path, params={"at": before}).status_code == 404


@pytest.mark.clause("S216-12a", "S216-13b")
def test_every_version_leads_to_its_evidence_byte_for_byte(story: Story, ask: Asker) -> None:
    signed = story.sign(story.tender())
    answer = accepted(story.tell(signed))
    registry_id = answer.receipt.records[0].registry_id
    [version] = ask.get(f"/api/v1/purchases/{registry_id}")["history"]
    shown = {name: ask("GET", version[name]).content for name in ("document", "package", "receipt")}
    assert shown == {"document": signed.data, "package": answer.body, "receipt": answer.data}
    assert sha256(shown["document"]).hexdigest() == version["event"]["header"]["document_hash"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/purchases/{UUID(int=1)}", 404),
        ("/api/v1/purchases/none", 422),
        ("/api/v1/purchases?limit=0", 422),
        ("/api/v1/purchases?limit=1001", 422),
    ],
)
def test_a_wrong_question_is_told_so(ask: Asker, path: str, status: int) -> None:
    assert ask("GET", path).status_code == status


def test_a_moment_without_offset_is_not_guessed(story: Story, ask: Asker) -> None:
    receipt = accepted(story.tell(story.tender())).receipt
    path = f"/api/v1/purchases/{receipt.records[0].registry_id}"
    refused = ask("GET", path, params={"at": "2026-11-24T10:00:00"})
    assert (refused.status_code, "offset" in refused.text) == (422, True)


@pytest.mark.parametrize("number", ["2026", "1764150000.5"])
def test_a_number_is_no_moment(story: Story, ask: Asker, number: str) -> None:
    receipt = accepted(story.tell(story.tender())).receipt
    path = f"/api/v1/purchases/{receipt.records[0].registry_id}"
    refused = ask("GET", path, params={"at": number})
    assert (refused.status_code, f"not as {number!r}" in refused.json()["detail"]) == (422, True)


@pytest.mark.clause("S216-18.3", "S216-2.1a")
def test_the_punctuality_of_every_system_is_shown(story: Story, ask: Asker) -> None:
    formed = story.now - timedelta(hours=2)
    late = story.with_files(story.own(samples.purchase_open_tender(formed)))
    accepted(story.tell(story.sign(late, formed_at=formed)), "F-HDR-4")
    story.registry.follower.catch_up()
    [one] = ask.get("/api/v1/lateness")
    assert (one["sez_code"], one["versions"], one["late"]) == ("SEZ01", 1, 1)
    [version] = ask.get("/api/v1/lateness/SEZ01")
    assert version["seconds"] > 7200


@pytest.mark.clause("S216-12a")
def test_the_views_are_the_same_when_they_are_thrown_away_and_made_anew(story: Story) -> None:
    three_versions(story)
    accepted(story.tell(story.tender()))
    story.registry.follower.catch_up()
    log = story.registry.log
    before = (
        listing.purchases(log, {}),
        [records.versions_of(log, row.registry_id) for row in listing.purchases(log, {})],
    )

    def clear(cursor: object) -> None:
        execute = getattr(cursor, "execute")  # noqa: B009
        execute("DELETE FROM views.purchases")
        execute("DELETE FROM views.versions")

    story.registry.follower.rebuild(clear)
    after = (
        listing.purchases(log, {}),
        [records.versions_of(log, row.registry_id) for row in listing.purchases(log, {})],
    )
    assert after == before
    assert len(before[1][0]) == 3


def test_the_list_holds_what_the_state_of_a_purchase_holds(story: Story) -> None:
    first, _ = three_versions(story)
    assert isinstance(first.document, Purchase)
    [row] = listing.purchases(story.registry.log, {})
    assert (row.object_id, row.customer) == (first.document.act.object_id, samples.CUSTOMER_BIN)
    assert isinstance(row.registry_id, UUID)

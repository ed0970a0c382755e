"""Imported editions are on record, and judge what was formed while they were in force."""

from datetime import timedelta

import pytest

from registry.app import open_registry
from registry.classifiers.edition import MKEI, EditionRefused
from tests import samples
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted, changed
from tests.story import Story

HEAD = "code,name_ru,name_kk,symbol_ru,symbol_int,unece_rec20,group\n"
UNITS = HEAD + "796,штука,дана,шт,pc,H87,3\n5114,услуга,қызмет,усл,,E48,3\n"
NO_PIECES = HEAD + "166,килограмм,килограмм,кг,kg,KGM,1\n5114,услуга,қызмет,усл,,E48,3\n"


def take(story: Story, name: str, days_ago: int, text: str = UNITS) -> None:
    """Import an edition of the units, in force since some days ago."""
    day = story.now.date() - timedelta(days=days_ago)
    story.registry.shelf.take(MKEI, name, day, "units.csv", text.encode())


@pytest.mark.clause("S216-17", "S216-A4.3")
def test_a_new_edition_counts_from_its_first_day_only(story: Story) -> None:
    take(story, "tomorrow", -1, NO_PIECES)
    accepted(story.tell(story.tender()))
    take(story, "today", 0, NO_PIECES)
    answer = story.tell(story.tender())
    assert (answer.outcome, answer.rules) == (("REFUSED", "FORMAT_LOGIC"), ["F-CLF-1"])
    assert answer.receipt.findings[0].path == "/Purchase/Lots/Lot[1]/Unit"
    assert "today" in (answer.receipt.findings[0].text.en or "")


@pytest.mark.clause("S216-17")
def test_a_purchase_may_keep_the_codes_of_its_announcement(story: Story) -> None:
    day = timedelta(days=1)
    formed = story.now - 2 * day
    tender = story.with_files(story.own(samples.purchase_open_tender(formed)))
    first = story.sign(tender, formed_at=formed)
    take(story, "yesterday", 1, NO_PIECES)
    late = story.tell(first)
    assert (late.outcome[0], "F-CLF-1" in late.rules) == ("ACCEPTED", False), late.rules
    answer = story.tell(story.next(first, changed(first)))
    assert answer.outcome[0] == "ACCEPTED"
    assert set(answer.rules) == {"CLF-STALE"}


@pytest.mark.clause("S216-12a", "S216-17")
def test_editions_are_read_from_the_record_by_the_next_process(story: Story) -> None:
    take(story, "today", 0, NO_PIECES)
    known = story.registry.shelf.codes().editions()
    story.registry.close()
    again = open_registry(story.registry.settings, story.clock)
    assert again.shelf.codes().editions() == known
    again.close()


def test_the_same_edition_again_is_nothing_new_and_other_rows_need_another_name(
    story: Story,
) -> None:
    take(story, "2026", 0)
    at = story.position()
    take(story, "2026", 0)
    assert story.position() == at
    with pytest.raises(EditionRefused, match="name of its own"):
        take(story, "2026", 0, NO_PIECES)
    assert story.position() == at


def test_a_broken_edition_leaves_no_trace(story: Story) -> None:
    at = story.position()
    with pytest.raises(EditionRefused):
        take(story, "broken", 0, "this,is\nno,table\n")
    assert story.position() == at


@pytest.mark.clause("S216-17")
def test_the_keeper_imports_an_edition_and_asks_what_a_code_means(story: Story, ask: Asker) -> None:
    query = {
        "edition": "2026",
        "effective_from": story.now.date().isoformat(),
        "source": "units.csv",
    }
    taken = ask("POST", "/api/v1/classifiers/MKEI", params=query, content=UNITS.encode())
    assert (taken.status_code, taken.json()["entries"]) == (201, 2)
    assert "2026" in {one["edition"] for one in ask.get("/api/v1/classifiers")}
    assert ask.get("/api/v1/classifiers/MKEI/796")["code"] == "796"
    assert ask("GET", "/api/v1/classifiers/MKEI/999").status_code == 404
    assert ask("GET", "/api/v1/classifiers/XYZ/1").status_code == 404
    wrong = ask("POST", "/api/v1/classifiers/MKEI", params=query, content=b"x")
    assert wrong.status_code == 422

"""Imported editions are on record, and judge what was formed while they were in force."""

from datetime import timedelta

import pytest
from msgspec.structs import replace as replace_entry

from registry.app import open_registry
from registry.classifiers.importer import Offered, Wish
from registry.classifiers.in_use import newly_refused
from registry.purchases.kind import coded_records
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import MKEI, Edition
from shared_contracts.classifiers.index import Classifiers, fallen
from shared_contracts.errors import BadInput, RefusedByRule
from shared_contracts.messages.purchase import Purchase
from tests import samples
from tests.registry.asking import Asker
from tests.registry.intake.test_accepted import accepted, changed
from tests.story import Signed, Story

HEAD = "code,name_ru,name_kk,symbol_ru,symbol_int,unece_rec20,group\n"
PATH = "/api/v1/classifiers/MKEI"
UNITS = HEAD + "796,штука,дана,шт,pc,H87,3\n5114,услуга,қызмет,усл,,E48,3\n"
CODES = ("796", "9990")
NO_PIECES = HEAD + "166,килограмм,килограмм,кг,kg,KGM,1\n5114,услуга,қызмет,усл,,E48,3\n"


def take(story: Story, name: str, days_ago: int, text: str = UNITS) -> None:
    """Import an edition of the units, in force since some days ago."""
    day = story.now.date() - timedelta(days=days_ago)
    offered = Offered(name, day, "units.csv", text.encode(), wish=Wish(replace=True))
    story.registry.classifier_store.take(MKEI, offered)


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
    known = story.registry.classifier_store.codes().editions()
    story.registry.close()
    again = open_registry(story.registry.settings, story.clock)
    assert again.classifier_store.codes().editions() == known
    again.close()


def test_the_same_edition_again_is_nothing_new_and_other_rows_need_another_name(
    story: Story,
) -> None:
    take(story, "2026", 0)
    at = story.position()
    take(story, "2026", 0)
    assert story.position() == at
    with pytest.raises(RefusedByRule, match="with other rows"):
        take(story, "2026", 0, NO_PIECES)
    assert story.position() == at


def test_a_broken_edition_leaves_no_trace(story: Story) -> None:
    at = story.position()
    with pytest.raises(BadInput):
        take(story, "broken", 0, "this,is\nno,table\n")
    assert story.position() == at


@pytest.mark.clause("S216-17")
def test_the_keeper_imports_an_edition_and_asks_what_a_code_means(story: Story, ask: Asker) -> None:
    query = {
        "edition": "2026",
        "effective_from": story.now.date().isoformat(),
        "source": "units.csv",
    }
    kept = ask("POST", "/api/v1/classifiers/MKEI", params=query, content=UNITS.encode())
    assert (kept.status_code, "codes could not be used any more" in kept.text) == (409, True)
    checked = query | {"check": "true"}
    told = ask("POST", "/api/v1/classifiers/MKEI", params=checked, content=UNITS.encode())
    assert (told.status_code, told.json()["recorded"]) == (200, False)
    assert told.json()["fallen"] == len(told.json()["fallen_codes"]) > 0
    assert "5114" not in told.json()["fallen_codes"]
    query |= {"replace": "true"}
    taken = ask("POST", "/api/v1/classifiers/MKEI", params=query, content=UNITS.encode())
    assert (taken.status_code, taken.json()["entries"]) == (201, 2)
    assert "2026" in {one["edition"] for one in ask.get("/api/v1/classifiers")}
    assert ask.get("/api/v1/classifiers/MKEI/796")["code"] == "796"
    assert ask("GET", "/api/v1/classifiers/MKEI/999").status_code == 404
    assert ask("GET", "/api/v1/classifiers/XYZ/1").status_code == 404
    wrong = ask("POST", "/api/v1/classifiers/MKEI", params=query, content=b"x")
    assert wrong.status_code == 422
    again = ask("POST", "/api/v1/classifiers/MKEI", params=query, content=UNITS.encode())
    assert (again.status_code, again.json()["recorded"]) == (200, False)
    other = query | {"effective_from": "2020-01-01"}
    refused = ask("POST", "/api/v1/classifiers/MKEI", params=other, content=UNITS.encode())
    assert (refused.status_code, "is in force from" in refused.text) == (409, True)
    built_in = query | {"edition": "built-in subset"}
    taken = ask("POST", "/api/v1/classifiers/MKEI", params=built_in, content=UNITS.encode())
    assert taken.status_code == 409


@pytest.mark.clause("S216-17", "S216-A4.3")
def test_a_list_without_the_national_units_refuses_no_lawful_purchase(story: Story) -> None:
    full = HEAD + "796,штука,дана,шт,pc,H87,3\n"
    take(story, "published", 0, full)
    accepted(story.tell(story.tender()))


@pytest.mark.clause("S216-17", "S216-A4.3")
def test_a_supplement_adds_codes_and_hides_none(story: Story, ask: Asker) -> None:
    day = story.now.date()
    before = {code: ask("GET", f"/api/v1/classifiers/MKEI/{code}").status_code for code in CODES}
    assert before == {"796": 200, "9990": 404}
    text = HEAD + "9990,рейс,рейс,,,,\n796,другое имя,,,,,\n"
    offered = Offered("routes", day, "routes.csv", text.encode(), supplement=True)
    assert story.registry.classifier_store.take(MKEI, offered).recorded
    assert ask.get("/api/v1/classifiers/MKEI/9990")["name_ru"] == "рейс"
    assert ask.get("/api/v1/classifiers/MKEI/796")["name_ru"] == "Штука"
    yesterday = (day - timedelta(days=1)).isoformat()
    past = ask("GET", "/api/v1/classifiers/MKEI/9990", params={"at": yesterday})
    assert past.status_code == 404
    [shown] = [one for one in ask.get("/api/v1/classifiers") if one["edition"] == "routes"]
    assert (shown["supplement"], shown["source"], shown["withdrawn"]) == (True, "routes.csv", False)


@pytest.mark.clause("S216-17", "S216-12a")
def test_an_edition_is_withdrawn_and_stays_on_record(story: Story, ask: Asker) -> None:
    take(story, "wrong", 0, NO_PIECES)
    assert story.tell(story.tender()).rules == ["F-CLF-1"]
    asked = {"edition": "wrong", "reason": "Ошибочный файл"}
    path = "/api/v1/classifiers/MKEI/withdrawal"
    assert ask("POST", path, json=asked | {"edition": "none"}).status_code == 404
    assert ask("POST", path, json=asked | {"edition": "built-in subset"}).status_code == 404
    done = ask("POST", path, json=asked)
    assert (done.status_code, done.json()["recorded"]) == (200, True)
    assert ask("POST", path, json=asked).json()["recorded"] is False
    accepted(story.tell(story.tender()))
    [shown] = [one for one in ask.get("/api/v1/classifiers") if one["edition"] == "wrong"]
    assert shown["withdrawn"] is True
    with pytest.raises(RefusedByRule, match="was withdrawn"):
        take(story, "wrong", 0, NO_PIECES)
    known = story.registry.classifier_store.codes().editions()
    story.registry.close()
    again = open_registry(story.registry.settings, story.clock)
    assert again.classifier_store.codes().editions() == known
    assert [one.name for one in again.classifier_store.withdrawn()] == ["wrong"]
    again.close()


def test_a_withdrawal_that_makes_codes_fall_away_wants_to_be_confirmed(
    story: Story, ask: Asker
) -> None:
    text = HEAD + "9990,рейс,рейс,,,,\n"
    offered = Offered("routes", story.now.date(), "routes.csv", text.encode(), supplement=True)
    story.registry.classifier_store.take(MKEI, offered)
    asked = {"edition": "routes", "reason": "Ошибка"}
    path = "/api/v1/classifiers/MKEI/withdrawal"
    refused = ask("POST", path, json=asked)
    assert (refused.status_code, "9990" in refused.text) == (409, True)
    assert ask("POST", path, json=asked | {"replace": True}).json()["fallen_codes"] == ["9990"]
    assert ask("GET", "/api/v1/classifiers/MKEI/9990").status_code == 404


@pytest.mark.clause("S216-17")
def test_an_import_tells_which_codes_of_purchases_on_record_it_would_refuse(
    story: Story, ask: Asker
) -> None:
    first, second, deleted = (story.sign(story.tender()) for _ in range(3))
    for one in (first, second, deleted):
        accepted(story.tell(one))
    accepted(story.tell(story.next(deleted, samples.deletion(deleted_at=story.now))))
    at = story.position()
    query = {"edition": "2026", "source": "units.csv"}
    today = query | {"effective_from": story.now.date().isoformat()}
    tomorrow = query | {
        "effective_from": (story.now.date() + timedelta(days=1)).isoformat(),
    }
    for asked, changes in ((today, 2), (tomorrow, 0)):
        checked = asked | {"check": "true"}
        told = ask("POST", PATH, params=checked, content=NO_PIECES.encode()).json()
        [used] = told["in_use_codes"]
        assert (used["code"], used["purchases"], told["in_use"]) == ("796", 2, 1)
        assert (used["changes_refused"], sorted(used["examples"])) == (
            changes,
            codes(first, second),
        )
    refused = ask("POST", PATH, params=today, content=NO_PIECES.encode())
    assert (refused.status_code, "796 (2: " in refused.text) == (409, True)
    assert story.position() == at
    assert ask("POST", PATH, params=today, content=UNITS.encode()).status_code == 409
    told = ask("POST", PATH, params=today | {"check": "true"}, content=UNITS.encode()).json()
    assert (told["in_use"], told["in_use_codes"]) == (0, [])


def test_a_code_that_goes_by_another_name_is_missed_though_no_code_falls_away(
    story: Story,
) -> None:
    """The published code stays, and the other name under which a purchase has it goes."""
    accepted(story.tell(story.tender()))
    rows = builtin().index(MKEI, story.now.date()).edition.entries
    renamed = [
        replace_entry(one, code="P1", aliases=("796",)) if one.code == "796" else one
        for one in rows
    ]
    day = story.now.date()
    before = Classifiers((Edition(MKEI, "aliases", day, tuple(renamed)),))
    after = before.added(
        Edition(MKEI, "none", day, tuple(replace_entry(one, aliases=()) for one in renamed))
    )
    story.registry.follower.catch_up()
    records = list(coded_records(story.registry.log))
    assert fallen(before, after, MKEI, day) == []
    assert [one.code for one in newly_refused(before, after, MKEI, {day}, records)] == ["796"]


def codes(*signed: Signed) -> list[str]:
    """The numbers of purchases, in order."""
    documents = [one.document for one in signed]
    return sorted(one.purchase_code for one in documents if isinstance(one, Purchase))

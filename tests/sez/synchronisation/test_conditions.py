"""What is wrong with a version that waits is named, with its cure and the command for it."""

from collections.abc import Callable
from datetime import datetime

import pytest

from sez.publication.publish import withdraw
from sez.synchronisation.conditions import WORDS
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.figures import OFTEN
from sez.synchronisation.package_events import DeliveryFailed
from shared_contracts.identifiers import uuid7
from shared_contracts.language import Language
from tests.sez.link import come_later
from tests.sez.synchronisation.test_forged_evidence import forge, remove
from tests.sez.systems import BothSystems, wrong_unit

pytestmark = pytest.mark.clause("S216-18.2", "S216-18.3")


def test_each_condition_has_a_name_and_a_cure_in_three_languages() -> None:
    others = {"BEHIND_OTHER", "BEHIND_REFUSED", "TICKETED", "TICKET_HELD"}
    assert set(WORDS) == {"OFTEN_TRIED", "NOT_FORMED", "WAITS_BEHIND"} | others
    for words in WORDS.values():
        assert set(words["name"]) == set(words["cure"]) == set(Language)


def test_a_package_that_is_tried_often_is_named_and_ends_by_the_command_that_is_named(
    systems: BothSystems,
) -> None:
    tender = systems.announce_with_files()
    systems.link.accidents.extend([come_later(0)] * 2 * OFTEN)
    systems.send_until(lambda: len(systems.events(DeliveryFailed)) >= OFTEN - 1)
    with systems.program() as program:
        [before] = program.get(f"/api/v1/outbox/{tender}").json()
    systems.send_until(lambda: len(systems.events(DeliveryFailed)) >= OFTEN)
    with systems.program() as program:
        [row] = program.get("/api/v1/outbox").json()["unsynchronised"]
        path = f"/api/v1/packages/{row['message_id']}/stop"
        program.post(path, json={"reason": "Причина устраняется"})
        [after] = program.get(f"/api/v1/outbox/{tender}").json()
    assert (before["condition"], after["condition"], after["state"]) == (None, None, "STOPPED")
    assert row["condition"]["code"] == "OFTEN_TRIED"
    assert row["condition"]["times"] == OFTEN
    assert "sez package stop" in row["condition"]["cure"]["kk"]


def test_a_version_behind_a_refused_one_of_its_tender_says_so_until_that_one_is_taken_back(
    systems: BothSystems,
) -> None:
    tender = systems.announce_with_files()
    systems.change(tender, wrong_unit(systems.purchase(tender)))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    systems.change(tender, systems.purchase(tender))
    other = systems.announce_with_files()
    with systems.program() as program:
        _, refused, behind = program.get(f"/api/v1/outbox/{tender}").json()
        assert (refused["condition"], behind["state"]) == (None, "WAITING")
        assert (behind["condition"]["code"], behind["condition"]["behind"]) == ("WAITS_BEHIND", 2)
        assert behind["condition"]["name"] == {
            "kk": "2-нұсқаның артында күтіп тұр",
            "ru": "Ждёт за версией 2",
            "en": "Waits behind version 2",
        }
        assert "sez tender do ID withdrawal FILE" in behind["condition"]["cure"]["ru"]
        waiting = program.get("/api/v1/outbox").json()["unsynchronised"]
        assert [row["condition"] for row in waiting if row["object_id"] == str(other)] == [None]
        withdraw(systems.system.publisher, tender, 2, "Ошибка")
        [left] = program.get(f"/api/v1/outbox/{tender}").json()
    assert (left["version"], left["condition"]) == (1, None)


def test_what_cannot_be_formed_is_named_and_tried_at_once_when_a_person_says_so(
    systems: BothSystems,
) -> None:
    tender = systems.announce_with_files()
    kept = systems.system.sender.packer.clock

    def fails() -> datetime:
        raise OSError(28, "No space left on device")

    systems.system.sender.forming.pauses = Pauses(600, 600)
    systems.system.sender.packer.clock = fails
    systems.send_until(lambda: tender in systems.system.sender.forming.unfit)
    systems.system.sender.packer.clock = kept
    with systems.program() as program:
        [row] = program.get(f"/api/v1/outbox/{tender}").json()
        assert row["condition"]["code"] == "NOT_FORMED"
        assert "sez tender form" in row["condition"]["cure"]["ru"]
        assert "No space left" in row["condition"]["detail"]
        systems.send()
        assert systems.states(tender) == ["WAITING"]
        assert program.post(f"/api/v1/outbox/{tender}/form").status_code == 200
        systems.send()
        assert systems.states(tender) == ["SYNCHRONISED"]
        [row] = program.get(f"/api/v1/outbox/{tender}").json()
        assert row["condition"] is None
        assert program.post(f"/api/v1/outbox/{tender}/form").status_code == 409
        assert program.post(f"/api/v1/outbox/{uuid7()}/form").status_code == 404


@pytest.mark.parametrize("tamper", [forge, remove])
def test_a_package_whose_bytes_are_missing_stops_and_the_person_sees_why(
    systems: BothSystems, tamper: Callable[[BothSystems, str], None]
) -> None:
    tender = systems.announce_with_files()
    systems.link.accidents.append(come_later(0))
    systems.send()
    tamper(systems, "package")
    systems.send_until(lambda: systems.states(tender) == ["STOPPED"])
    sent = len(systems.link.packages)
    with systems.program() as program:
        [row] = program.get("/api/v1/outbox").json()["unsynchronised"]
        causes = program.get("/api/v1/sending/causes").json()
    assert (row["state"], row["last_reason"]) == ("STOPPED", "BYTES_NOT_HERE")
    assert "differs from what is recorded" in row["detail"]
    assert causes == [{"cause": "BYTES_NOT_HERE", "packages": 1}]
    systems.send()
    assert len(systems.link.packages) == sent == 1

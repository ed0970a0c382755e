"""What is wrong with a version that waits is named, with its cure and the command for it."""

from datetime import datetime

import pytest

from sez.synchronisation.conditions import WORDS
from sez.synchronisation.delivery_problem import Pauses
from sez.synchronisation.figures import OFTEN
from sez.synchronisation.package import DeliveryFailed
from shared_contracts.language import Language
from tests.sez.house import House
from tests.sez.road import come_later
from tests.sez.synchronisation.test_forged_evidence import forge

pytestmark = pytest.mark.clause("S216-18.2", "S216-18.3")


def test_each_condition_has_a_name_and_a_cure_in_three_languages() -> None:
    assert set(WORDS) == {"OFTEN_TRIED", "NOT_FORMED"}
    for words in WORDS.values():
        assert set(words["name"]) == set(words["cure"]) == set(Language)


def test_a_package_that_is_tried_often_is_named_and_ends_by_the_command_that_is_named(
    house: House,
) -> None:
    tender = house.announce_with_files()
    house.road.accidents.extend([come_later(0)] * 2 * OFTEN)
    house.send_until(lambda: len(house.events(DeliveryFailed)) >= OFTEN - 1)
    with house.program() as program:
        [before] = program.get(f"/api/v1/outbox/{tender}").json()
    house.send_until(lambda: len(house.events(DeliveryFailed)) >= OFTEN)
    with house.program() as program:
        [row] = program.get("/api/v1/outbox").json()["unsynchronised"]
        path = f"/api/v1/packages/{row['message_id']}/stop"
        program.post(path, json={"reason": "Причина устраняется"})
        [after] = program.get(f"/api/v1/outbox/{tender}").json()
    assert (before["condition"], after["condition"], after["state"]) == (None, None, "STOPPED")
    assert row["condition"]["code"] == "OFTEN_TRIED"
    assert row["condition"]["times"] == OFTEN
    assert "sez package stop" in row["condition"]["cure"]["kk"]


def test_what_cannot_be_formed_is_named_and_tried_at_once_when_a_person_says_so(
    house: House,
) -> None:
    tender = house.announce_with_files()
    kept = house.system.sender.packer.clock

    def fails() -> datetime:
        raise OSError(28, "No space left on device")

    house.system.sender.forming.pauses = Pauses(600, 600)
    house.system.sender.packer.clock = fails
    house.send_until(lambda: tender in house.system.sender.forming.unfit)
    house.system.sender.packer.clock = kept
    with house.program() as program:
        [row] = program.get(f"/api/v1/outbox/{tender}").json()
        assert row["condition"]["code"] == "NOT_FORMED"
        assert "sez tender form" in row["condition"]["cure"]["ru"]
        assert "No space left" in row["condition"]["detail"]
        house.send()
        assert house.states(tender) == ["WAITING"]
        assert program.post(f"/api/v1/outbox/{tender}/form").status_code == 200
        house.send()
        assert house.states(tender) == ["SYNCHRONISED"]
        [row] = program.get(f"/api/v1/outbox/{tender}").json()
        assert row["condition"] is None
        assert program.post(f"/api/v1/outbox/{tender}/form").status_code == 409


def test_a_package_whose_bytes_are_missing_stops_and_the_person_sees_why(house: House) -> None:
    tender = house.announce_with_files()
    house.road.accidents.append(come_later(0))
    house.send()
    forge(house, "package")
    house.send_until(lambda: house.states(tender) == ["STOPPED"])
    sent = len(house.road.packages)
    with house.program() as program:
        [row] = program.get("/api/v1/outbox").json()["unsynchronised"]
        causes = program.get("/api/v1/sending/causes").json()
    assert (row["state"], row["last_reason"]) == ("STOPPED", "BYTES_NOT_HERE")
    assert "differs from what is recorded" in row["detail"]
    assert causes == [{"cause": "BYTES_NOT_HERE", "packages": 1}]
    house.send()
    assert len(house.road.packages) == sent == 1

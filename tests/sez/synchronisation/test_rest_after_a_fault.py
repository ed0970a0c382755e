"""A package of whose attempt nothing could be recorded rests, and holds up nobody."""

import time

import pytest

from sez.synchronisation import sender
from sez.synchronisation.package import DeliveryFailed
from tests.sez.house import House
from tests.sez.road import never_arrives

SHORT = 5.0
"""Seconds of rest in this test."""


@pytest.mark.clause("S216-18.2", "S216-18.7")
def test_a_package_of_which_nothing_could_be_recorded_rests_while_others_leave(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug() -> object:
        raise RuntimeError("an error of the program itself")

    assert sender.REST == 10.0
    monkeypatch.setattr(sender, "REST", SHORT)
    ask = house.system.sender.gate.ask
    tender = house.announce_with_files()
    house.road.accidents.append(never_arrives)
    house.system.sender.gate.ask = bug
    begun = time.monotonic()
    assert house.send() == 1
    house.system.sender.gate.ask = ask
    assert house.events(DeliveryFailed) == []
    other = house.announce_with_files()
    assert house.send() == 1
    assert (house.states(tender), house.states(other)) == (["IN_FLIGHT"], ["SYNCHRONISED"])
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert time.monotonic() - begun >= SHORT

"""A package of whose attempt nothing could be recorded rests, and holds up nobody."""

import time

import pytest

from sez.synchronisation import sender
from sez.synchronisation.package_events import DeliveryFailed
from tests.sez.link import never_arrives
from tests.sez.systems import BothSystems

SHORT = 5.0
"""Seconds of rest in this test."""


@pytest.mark.clause("S216-18.2", "S216-18.7")
def test_a_package_of_which_nothing_could_be_recorded_rests_while_others_leave(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug() -> object:
        raise RuntimeError("an error of the program itself")

    assert sender.REST == 10.0
    monkeypatch.setattr(sender, "REST", SHORT)
    ask = systems.system.sender.gate.ask
    tender = systems.announce_with_files()
    systems.link.accidents.append(never_arrives)
    systems.system.sender.gate.ask = bug
    begun = time.monotonic()
    assert systems.send() == 1
    systems.system.sender.gate.ask = ask
    assert systems.events(DeliveryFailed) == []
    other = systems.announce_with_files()
    assert systems.send() == 1
    assert (systems.states(tender), systems.states(other)) == (["IN_FLIGHT"], ["SYNCHRONISED"])
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert time.monotonic() - begun >= SHORT

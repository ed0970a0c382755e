"""What is formed reaches the Registry once, whatever happens on the way."""

import pytest

from tests.sez.house import House


@pytest.mark.clause("S216-A2.1.0", "S216-A2.1.1", "S216-A2.1.5", "S216-A2.1.6", "S216-18.1")
def test_an_announcement_is_transferred_and_the_acceptance_comes_back_at_once(house: House) -> None:
    tender = house.announce()
    assert house.states(tender) == ["WAITING"]
    house.send()
    [version] = house.versions(tender)
    assert version.state == "SYNCHRONISED"
    assert [one.originator_id for one in house.recorded()] == [version.registry_id]
    assert house.unsynchronised() == []
    assert house.send() == 0

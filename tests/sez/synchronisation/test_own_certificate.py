"""A SEZ whose own certificate is not in force signs no package; what waits leaves under the next.

(S216-18.2, S216-18.3)
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sez.app import open_system
from sez.synchronisation.package import PackageFormed
from shared_contracts.astana_time import now
from tests.pki import Pki
from tests.sez.certificates import another
from tests.sez.house import House

pytestmark = pytest.mark.clause("S216-18.2", "S216-18.3", "S216-18.7")


def begun_again(house: House, pki: Pki, folder: Path, ends: timedelta) -> None:
    """The SEZ works on under a certificate that ends after ``ends`` from now."""
    given = house.system.settings
    house.system.close()
    pair = another(pki, folder, now() + ends, "sez")
    house.system = open_system(replace(given, key=pair.key, certificate=pair.chain), house.watch)


def test_what_waits_is_not_signed_until_a_new_certificate_is_in_the_settings(
    house: House, pki: Pki, tmp_path: Path
) -> None:
    begun_again(house, pki, tmp_path, timedelta(seconds=-1))
    tender = house.announce_with_files()
    assert house.send() == 0
    assert house.states(tender) == ["WAITING"]
    assert house.events(PackageFormed) == []
    with house.program() as program:
        ready = program.get("/readyz")
        assert ready.status_code == 503
        assert "Name one that is in force" in ready.json()["checks"]["signing key"]
        assert "sez_certificate_seconds_left -" in program.get("/metrics").text
        by_hand = program.post("/api/v1/examples/packages", json={"example": "announcement"})
        assert (by_hand.status_code, "nothing is signed" in by_hand.text) == (503, True)
    assert house.events(PackageFormed) == []
    begun_again(house, pki, tmp_path, timedelta(days=300))
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert [one.sequence for one in house.events(PackageFormed)] == [1]

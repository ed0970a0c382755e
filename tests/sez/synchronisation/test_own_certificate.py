"""A SEZ whose own certificate is not in force signs no package; what waits leaves under the next.

(S216-18.2, S216-18.3)
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sez.app import open_system
from sez.synchronisation.package_events import PackageFormed
from shared_contracts.astana_time import now
from tests.pki import Pki
from tests.sez.certificates import another
from tests.sez.systems import BothSystems

pytestmark = pytest.mark.clause("S216-18.2", "S216-18.3", "S216-18.7")


def begun_again(systems: BothSystems, pki: Pki, folder: Path, ends: timedelta) -> None:
    """The SEZ works on under a certificate that ends after ``ends`` from now."""
    given = systems.system.settings
    systems.system.close()
    pair = another(pki, folder, now() + ends, "sez")
    systems.system = open_system(
        replace(given, key=pair.key, certificate=pair.chain), systems.watch
    )


def test_what_waits_is_not_signed_until_a_new_certificate_is_in_the_settings(
    systems: BothSystems, pki: Pki, tmp_path: Path
) -> None:
    begun_again(systems, pki, tmp_path, timedelta(seconds=-1))
    tender = systems.announce_with_files()
    assert systems.send() == 0
    assert systems.states(tender) == ["WAITING"]
    assert systems.events(PackageFormed) == []
    with systems.program() as program:
        ready = program.get("/readyz")
        assert ready.status_code == 503
        assert "Name one that is in force" in ready.json()["checks"]["signing key"]
        assert "sez_certificate_seconds_left -" in program.get("/metrics").text
        by_hand = program.post("/api/v1/examples/packages", json={"example": "announcement"})
        assert (by_hand.status_code, "nothing is signed" in by_hand.text) == (503, True)
    assert systems.events(PackageFormed) == []
    begun_again(systems, pki, tmp_path, timedelta(days=300))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert [one.sequence for one in systems.events(PackageFormed)] == [1]

"""A SEZ that is killed while its packages wait under tickets loses nothing (S216-18.1)."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from shared_contracts.event_log.auditing.audit import audit
from tests.journeys.stand import running_stand, synchronised, until
from tests.journeys.test_announcement import announce
from tests.pki import Pki
from tests.postgres import Databases

TENDERS = 12
KILLS = 3


@pytest.mark.clause("S216-18.1", "S216-18.2", "S216-18.7", "S216-13b")
def test_a_sez_killed_while_tickets_wait_loses_nothing_and_sends_nothing_twice(
    pki: Pki, databases: Databases, tmp_path: Path
) -> None:
    chance = random.Random(30)  # noqa: S311  # chance that can be repeated, not a secret
    changes = {"SEZ_ASYNCHRONOUS": "always"}
    with running_stand(pki, tmp_path, databases, sez_changes=changes) as stand:
        stand.start_registry()
        stand.enter_sez()
        stand.start_sez()
        tenders = []
        for _ in range(KILLS):
            tenders += [announce(stand, "single-source") for _ in range(TENDERS // KILLS)]
            time.sleep(chance.uniform(0.0, 0.6))
            stand.kill("sez")
            stand.start_sez()
        for tender in tenders:
            assert synchronised(stand, tender)["late"] is False
        assert stand.sez.get("/api/v1/tickets") == []

        def delivered() -> bool | None:
            rows = stand.registry.get("/api/v1/receipt-pushes", sez="SEZ01")
            return (bool(rows) and {row["status"] for row in rows} == {"DELIVERED"}) or None

        assert until(delivered)
        events = stand.registry.get("/api/v1/changes", limit=1000)["events"]
        recorded = [
            one["event"]["header"]["object_id"] for one in events if "header" in one["event"]
        ]
        assert Counter(recorded) == Counter(tenders)
        for name in ("sez", "registry"):
            stand.terminate(name)
        for dsn in (
            stand.sez_changes["SEZ_DATABASE_URL"],
            stand.registry_changes["REGISTRY_DATABASE_URL"],
        ):
            assert not audit(dsn).differences

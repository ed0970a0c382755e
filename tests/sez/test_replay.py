"""A SEZ rebuilt from its events alone is the live one, byte for byte."""

from dataclasses import replace

import psycopg
import pytest

from shared_contracts.event_log.derived import Whose, derived
from shared_contracts.event_log.replaying.digests import digests, tables_of, whole
from shared_contracts.event_log.replaying.replay import ReplayAsked, as_text, replay
from tests.postgres import Databases, owner_of
from tests.sez.systems import BothSystems

ASKED = ReplayAsked("sez", Whose("STAND", "SEZ01"), processes=False)
[SEZ] = [one for one in derived() if one.system == "sez"]


@pytest.mark.clause("S216-12a")
def test_a_sez_beside_its_running_system_is_equal_now_and_at_a_past_position(
    systems: BothSystems, databases: Databases
) -> None:
    dsn = owner_of(systems.system.settings.database_url)
    systems.announce()
    systems.send()
    position = systems.system.sender.forming.follower.catch_up()
    with psycopg.connect(dsn) as connection:
        then = whole(digests(connection, tables_of(SEZ.views)))
    systems.announce("announcement")
    systems.send()
    systems.system.sender.forming.follower.catch_up()
    with databases.empty() as into:
        outcome = replay(dsn, into, ASKED)
    assert outcome.holds, "\n".join(as_text(outcome))
    assert {one.table: one.rows for one in outcome.made}["views.packages"] == 2
    with databases.empty() as into:
        before = replay(dsn, into, replace(ASKED, at=position))
    assert before.digest == then


def test_heads_of_another_sez_differ(systems: BothSystems, databases: Databases) -> None:
    systems.announce()
    with databases.empty() as into:
        outcome = replay(
            owner_of(systems.system.settings.database_url),
            into,
            replace(ASKED, whose=Whose("STAND", "SEZ02")),
        )
    assert outcome.differing is not None
    assert outcome.differing.table == "log.heads"

"""Whether a programme is there already is asked of its place alone, however many there are."""

from collections.abc import Iterator
from typing import Any

import psycopg

from sez.programmes.listing import SAME, asked, namesakes
from tests.clauses import clause
from tests.postgres import owner_of
from tests.sez.programmes.test_programmes import load, publisher, signed
from tests.sez.systems import BothSystems

OTHERS = 5_000

MANY = """
INSERT INTO log.heads SELECT environment, sez_code, kind, gen_random_uuid(), gen_random_uuid(),
  version, position,
  convert_to(replace(convert_from(state, 'UTF8'), '"year_from":', '"year_from":1'), 'UTF8')
FROM log.heads, generate_series(1, %s) WHERE kind = 'PROGRAMME'"""
"""As many programmes of other years."""

PLACED = "INSERT INTO views.places SELECT gen_random_uuid(), object_id FROM log.heads"


def heads_read(plan: dict[str, Any]) -> Iterator[float]:
    """How many heads the database looked at in each step of a plan."""
    if plan.get("Relation Name") == "heads":
        looked = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        yield looked * plan["Actual Loops"]
    for one in plan.get("Plans", ()):
        yield from heads_read(one)


@clause("S216-9.8")
def test_a_programme_is_held_against_those_in_its_place_and_no_others(
    systems: BothSystems,
) -> None:
    log, owner = systems.system.log, publisher(systems).owner
    first = load(systems)
    programme = signed(systems, first)
    with psycopg.connect(owner_of(systems.system.settings.database_url)) as database:
        database.execute(MANY, (OTHERS,))
        for behind in (True, False):
            assert namesakes(log, owner, programme) == [first], behind
            if behind:
                systems.system.sender.follower.catch_up()
                database.execute(PLACED)
            database.execute("ANALYZE")
            database.commit()
    values = asked(owner, programme)
    [(told,)] = log.recorder.select(f"EXPLAIN (ANALYZE, FORMAT JSON) {SAME}", values)
    assert 0 < sum(heads_read(told[0]["Plan"])) <= 2

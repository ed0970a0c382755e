"""A page costs the same however deep it lies, and a purchase finds its versions by an index."""

from itertools import combinations
from typing import Any
from uuid import UUID

import psycopg
import pytest

from registry.purchases import listing
from registry.records.listing import page
from tests.postgres import owner_of
from tests.story import Story

COUNT, LIMIT = 30_000, 100
DEEP = UUID(int=COUNT - 2000)
ASKED: dict[str, object] = {
    "sez": "SEZ01",
    "status": "CANCELLED",
    "after": DEEP,
}


@pytest.fixture(scope="module")
def full(shared: Story) -> Story:
    """A Registry with many purchases of two SEZs, of which few are cancelled."""
    purchases = (
        "INSERT INTO views.purchases SELECT lpad(to_hex(n), 32, '0')::uuid, "
        "'SEZ0' || 1 + n %% 2, gen_random_uuid(), 'C' || n, 'N', 'OT', '1', 1, now(), "
        "CASE WHEN n %% 500 = 0 THEN 'CANCELLED' ELSE 'ANNOUNCED' END, 1, n "
        "FROM generate_series(1, %s) AS n"
    )
    versions = (
        "INSERT INTO views.versions SELECT -n, lpad(to_hex(n), 32, '0')::uuid, 'SEZ01', 1, "
        "gen_random_uuid(), 1, '', now(), now(), 1, false FROM generate_series(1, %s) AS n"
    )
    with shared.registry.log.recorder.transaction() as cursor:
        cursor.execute(purchases, (COUNT,))
        cursor.execute(versions, (COUNT,))
    with psycopg.connect(owner_of(shared.registry.settings.database_url), autocommit=True) as owner:
        owner.execute("ANALYZE views.purchases, views.versions")  # as autovacuum does
    return shared


def rows_touched(story: Story, query: str, values: tuple[object, ...]) -> int:
    """How many rows a query reads for its answer, in a plan made for any values."""
    with story.registry.log.recorder.transaction() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", values, prepare=True)
        [(explained,)] = cursor.fetchall()
    return _rows(explained[0]["Plan"])


def _rows(plan: dict[str, Any]) -> int:
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return int(own * plan["Actual Loops"] + sum(map(_rows, plan.get("Plans", ()))))


@pytest.mark.parametrize(
    "terms", [terms for size in range(4) for terms in combinations(ASKED, size)], ids=str
)
def test_a_page_reads_no_more_rows_than_it_shows(full: Story, terms: tuple[str, ...]) -> None:
    query, values = page(listing.ROWS, {term: ASKED[term] for term in terms})
    assert rows_touched(full, query, (*values, LIMIT)) <= 3 * LIMIT


def test_the_pages_are_those_that_were_asked_for(full: Story) -> None:
    log = full.registry.log
    deep = listing.purchases(log, {"sez": "SEZ01", "status": "CANCELLED", "after": DEEP}, 2)
    assert all(one.registry_id > DEEP for one in deep)
    assert {(one.sez_code, one.status) for one in deep} == {("SEZ01", "CANCELLED")}
    assert deep == sorted(deep, key=lambda one: one.registry_id)


def test_the_versions_of_a_purchase_are_found_by_an_index(full: Story) -> None:
    query = "SELECT * FROM views.versions WHERE registry_id = %s ORDER BY version"
    assert rows_touched(full, query, (DEEP,)) <= 3

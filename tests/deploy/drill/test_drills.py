"""Whatever an administrator does to a store is found and named, or a table says why it need not."""

import json
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from deploy.drill.__main__ import drilled
from deploy.drill.audits import AUDITS, audited
from deploy.drill.drills import DRILLS
from deploy.drill.packages import PACKAGE, PACKAGE_DRILLS
from deploy.drill.replays import replayed
from deploy.drill.sides import SIDES, Side
from deploy.drill.snapshot import Snapshot, snapshot
from deploy.drill.table import by_depth, depths_of
from shared_contracts.event_log.auditing.finding import Audit
from tests.deploy.drill.changed_bytes import (
    SCHEMAS,
    Cells,
    cells,
    changed,
    empty_tables,
    inserted,
    proves_nothing,
    strange_tables,
)
from tests.postgres import memory_folder

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The stand leaves its processes to themselves; that they run on is told when they are let go."""

PART = {
    "nothing is changed",
    "a node of the trees of checksums changed",
    "an evidence byte changed",
    "the newest events deleted",
    "an event inserted in the past",
    "an old backup restored",
    "the chain rewritten from an event on, with the key",
}
"""Drills that are played by default, on both sides: in them each audit finds something."""

DRILLED = [one for one in DRILLS if one.name in PART or "DRILL_WHOLE" in os.environ]
"""With ``DRILL_WHOLE`` all of them; ``make drill`` plays all in any case."""

EXAMPLES = int(os.environ.get("DRILL_EXAMPLES", "60"))
"""Bytes that are changed at random; each costs an audit of a small store."""


@pytest.fixture(scope="module")
def stopped() -> Iterator[Snapshot]:
    """Both systems after their story, stopped; in memory, if there is room."""
    with memory_folder() as folder, snapshot(folder / "drill") as held:
        yield held


@pytest.fixture(scope="module")
def stores(stopped: Snapshot) -> Iterator[dict[Side, "Store"]]:
    """A copy of each side's store, in which bytes are changed and put back."""
    with (
        stopped.copied("registry") as registry,
        stopped.copied("sez") as sez,
        psycopg.connect(registry, autocommit=True) as first,
        psycopg.connect(sez, autocommit=True) as second,
    ):
        yield {
            "registry": Store(stopped, "registry", registry, first),
            "sez": Store(stopped, "sez", sez, second),
        }


class Store:
    """A store of one side, with the owner's connection."""

    def __init__(self, stopped: Snapshot, side: Side, dsn: str, owner: Connection[Any]) -> None:
        self.stopped, self.side, self.dsn, self.owner = stopped, side, dsn, owner
        self.cells = cells(owner)

    def audit(self) -> Audit:
        """What the audit with the certificate and the other side's memory finds."""
        return audited(self.stopped, self.side, self.dsn)

    def is_found(self) -> bool:
        """Whether that audit finds something, or else the replay, which knows the settings."""
        return bool(self.audit().found) or bool(replayed(self.stopped, self.side, self.dsn))


def is_listed(side: Side, place: Cells) -> bool:
    """Whether the written table says why a byte of this column proves nothing."""
    whole = f"{place.schema}.{place.table}.*"
    return any(
        one.side in (side, "both") and one.column in (place.name, whole) for one in proves_nothing()
    )


@pytest.mark.clause("S216-12a", "S216-13b")
def test_each_drill_is_found_and_named_exactly(stopped: Snapshot, tmp_path: Path) -> None:
    drilled(stopped, tmp_path / "results.json", DRILLED, ())
    rows = json.loads((tmp_path / "results.json").read_text("utf-8"))["answers"]
    assert [row for row in rows if not row["as_expected"]] == []
    played = {(drill.name, side) for drill in DRILLED for side in drill.sides}
    asked = {(*run, one.name) for run in played for one in AUDITS if run[1] in one.sides}
    assert sorted(asked) == sorted((row["drill"], row["side"], row["audit"]) for row in rows)
    for drill, side in played:
        found = [row for row in rows if (row["drill"], row["side"]) == (drill, side)]
        named = [row for row in found if row["found"] and row["named"] and row["message"]]
        assert named or found[0]["proves_nothing"], f"{drill} on {side} is found by nobody"
    finding = {row["audit"] for row in rows if row["found"]}
    assert finding == {one.name for one in AUDITS}, "an audit finds nothing in any drill"
    assert {row["depth"] for row in rows} == {one.depth for one in AUDITS}
    assert {"the chain rewritten from an event on, with the key", "an old backup restored"} <= {
        name for name, side in played if by_the_other_side_alone(rows, name, side)
    }


@pytest.mark.clause("S216-12a")
def test_the_table_of_depths_says_which_drill_each_depth_finds(
    stopped: Snapshot, tmp_path: Path
) -> None:
    drills = [one for one in DRILLS if one.name.startswith("a node of the trees")]
    results = drilled(stopped, tmp_path / "results.json", drills, ())
    [head, row] = by_depth(results)
    written = json.loads((tmp_path / "results.json").read_text("utf-8"))
    found = list(dict.fromkeys(one["depth"] for one in written["answers"] if one["found"]))
    assert found == ["store", "replay", "tree"]
    places = [number for number, sign in enumerate(row) if sign == "x" and number > len(row) // 3]
    assert len(places) == len(found)
    [depths] = written["depths"]
    assert [depth for depth, is_found in depths["found_at"].items() if is_found] == found
    assert (depths["drill"], depths["side"]) == (drills[0].name, "sez")
    assert depths["only_other_side"] is False
    for place, depth in zip(places, found, strict=True):
        assert head.index(depth) <= place < head.index(depth) + len(depth)


@pytest.mark.clause("S216-12a", "S216-13b")
def test_the_verifier_names_the_place_of_one_changed_byte_of_an_evidence_package(
    stopped: Snapshot, tmp_path: Path
) -> None:
    results = drilled(stopped, tmp_path / "results.json", ())
    written = json.loads((tmp_path / "results.json").read_text("utf-8"))
    rows = written["answers"]
    assert [row for row in rows if not row["as_expected"]] == []
    assert len(rows) == 2 * len(PACKAGE_DRILLS)
    untouched = [row for row in rows if row["proves_nothing"]]
    assert [(row["found"], row["named"]) for row in untouched] == [(False, [])] * 2
    assert all(row["found"] and row["named"] for row in rows if row not in untouched)
    assert {row["depth"] for row in rows} == {PACKAGE}
    assert all(one["found_at"].keys() == {PACKAGE} for one in written["depths"])
    begin = {one.member for one in PACKAGE_DRILLS if one.member}
    for side, package in stopped.packages.items():  # no member of a package is of another kind
        with ZipFile(BytesIO(package)) as opened:
            kinds = {name for name in opened.namelist() if not name.startswith(tuple(begin))}
        assert kinds <= {"mimetype"}, side
    assert len(by_depth(results)) == 1 + len(rows)


def test_a_depth_that_is_not_asked_of_a_drill_is_told_apart_from_one_that_finds_nothing(
    stopped: Snapshot, tmp_path: Path
) -> None:
    drills = [one for one in DRILLS if one.name == "an evidence byte changed"]
    results = drilled(stopped, tmp_path / "results.json", drills, PACKAGE_DRILLS[:1])
    found_at = [one.found_at for one in depths_of(results)]
    assert [(one["replay"], one[PACKAGE]) for one in found_at[:2]] == [(False, None)] * 2
    assert [(one["replay"], one[PACKAGE]) for one in found_at[2:]] == [(None, False)] * 2
    assert by_depth(results)[-1].split()[-2:] == [".", "."]


def by_the_other_side_alone(rows: list[dict[str, Any]], drill: str, side: str) -> bool:
    """Whether a drill is found, and by none but the other side's memory or a copy kept outside."""
    run = [row for row in rows if (row["drill"], row["side"]) == (drill, side) and row["found"]]
    return bool(run) and all(row["other_side"] for row in run)


def test_the_part_that_is_played_by_default_is_of_drills_that_there_are() -> None:
    assert len(PART) == len({one.name for one in DRILLS} & PART)


@pytest.mark.clause("S216-12a")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="DRILL_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(
    side=st.sampled_from(SIDES),
    column=st.integers(0, 10_000),
    row=st.integers(0, 10_000),
    byte=st.integers(0, 1_000_000),
)
def test_a_changed_byte_of_any_table_is_found_or_proves_nothing(
    stores: dict[Side, Store], side: Side, column: int, row: int, byte: int
) -> None:
    store = stores[side]
    place = store.cells[column % len(store.cells)]
    with changed(store.owner, place, row, byte) as did:
        found = store.is_found() if did else True
    assert found or is_listed(side, place), f"{place.name} of {side}, row {row}, byte {byte}"


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("side", SIDES)
def test_a_changed_byte_of_every_column_is_found_or_proves_nothing(
    stores: dict[Side, Store], side: Side
) -> None:
    store, missed, tried = stores[side], list[str](), 0
    wanted = [one for one in store.cells if not is_listed(side, one)]
    for place in wanted:
        for row in range(min(place.rows, 40)):
            with changed(store.owner, place, row, 7 + row) as did:
                if did and not store.is_found():
                    missed.append(place.name)
            if did:
                tried += 1
                break
    assert missed == []
    assert tried > len(wanted) * 0.8  # the rest is empty in all rows of the story


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("side", SIDES)
def test_a_row_in_a_table_that_has_none_is_found(stores: dict[Side, Store], side: Side) -> None:
    store = stores[side]
    empty = empty_tables(store.owner)
    assert empty, "every table has rows"
    for table, columns in empty.items():
        with inserted(store.owner, table, columns):
            assert store.is_found(), f"{table} of {side}"


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("side", SIDES)
def test_no_table_or_column_is_there_that_the_tampering_does_not_reach(
    stores: dict[Side, Store], side: Side
) -> None:
    store = stores[side]
    assert strange_tables(store.owner) == []
    for schema in ("public", *SCHEMAS):
        store.owner.execute(f"CREATE TABLE {schema}.added (one int)".encode())
        seen = [*strange_tables(store.owner), *empty_tables(store.owner)]
        found = store.is_found() if schema in SCHEMAS else True
        store.owner.execute(f"DROP TABLE {schema}.added".encode())
        assert (f"{schema}.added" in seen, found) == (True, True), schema
    for table in ("log.claims", "views.tracking"):
        store.owner.execute(f"ALTER TABLE {table} ADD COLUMN added int DEFAULT 1".encode())
        reached, found = [one.name for one in cells(store.owner)], store.is_found()
        store.owner.execute(f"ALTER TABLE {table} DROP COLUMN added".encode())
        assert f"{table}.added" in reached
        assert found, f"a column that was added to {table} of {side}"


@pytest.mark.parametrize("number", range(len(proves_nothing())))
def test_what_is_said_to_prove_nothing_is_still_found_by_nobody(
    stopped: Snapshot, number: int
) -> None:
    listed = proves_nothing()[number]
    for side in SIDES:
        if listed.side in (side, "both"):
            with stopped.copied(side) as dsn:
                change(dsn, listed.change)
                assert audited(stopped, side, dsn).differences == (), listed.column


def change(dsn: str, statement: str) -> None:
    """Change rows as the owner, the guards away meanwhile; something has to be changed."""
    guarded = ("events", "checkpoints")
    with psycopg.connect(dsn) as owner:
        for table in guarded:
            owner.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER USER".encode())
        assert owner.execute(statement.encode()).rowcount > 0
        for table in guarded:
            owner.execute(f"ALTER TABLE log.{table} ENABLE ALWAYS TRIGGER only_grows".encode())
        owner.execute(b"ALTER TABLE log.checkpoints ENABLE ALWAYS TRIGGER within_log")


def test_the_stores_are_as_recorded_after_all_bytes_were_put_back(
    stores: dict[Side, Store],
) -> None:
    for store in stores.values():
        assert store.audit().differences == ()

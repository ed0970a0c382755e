"""A Registry rebuilt from its events alone is the live one, byte for byte."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from typer.testing import CliRunner

from registry.cli import app
from shared_contracts.errors import Absent, RefusedByRule, Temporary
from shared_contracts.event_log.derived import Whose, derived
from shared_contracts.event_log.replaying.digests import digests, tables_of, whole
from shared_contracts.event_log.replaying.replay import ReplayAsked, Replayed, as_text, replay
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import Environment
from tests.deploy.drill.changed_bytes import cells, changed
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.conftest import opened
from tests.registry.test_tamperings import OFF, ON, RECHAIN, REWRITTEN
from tests.story import Story

ASKED = ReplayAsked("registry", Whose("STAND"), processes=False)
[REGISTRY] = [one for one in derived() if one.system == "registry"]


@dataclass
class Past:
    """The owner's DSN of a store, and what its digest was at positions and moments of its past."""

    dsn: str
    digests: dict[int, str] = field(default_factory=dict)
    moments: dict[int, datetime] = field(default_factory=dict)

    def remember(self, story: Story) -> None:
        """Have everything shown and sealed, and keep the digest of the store as it stands."""
        story.registry.intake.checkpointer.make()
        position = story.registry.follower.catch_up()
        with psycopg.connect(self.dsn) as connection:
            found = connection.execute("SELECT clock_timestamp()").fetchone()
            assert found is not None
            self.moments[position] = found[0]
            self.digests[position] = whole(digests(connection, tables_of(REGISTRY.views)))


@pytest.fixture(scope="module")
def past(
    pki: Pki, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Past]:
    with databases.fresh() as dsn:
        with opened(pki, tmp_path_factory.mktemp("registry"), dsn) as story:
            kept = Past(dsn)
            story.post(story.packed(story.tender()))
            kept.remember(story)
            everything_apart(story)
            kept.remember(story)
            story.post(story.packed(story.tender(), story.tender()))
            kept.remember(story)
        yield kept


def everything_apart(story: Story) -> None:
    """Messages that are refused, kept under their content, put off, and a number voided."""
    taken = uuid4()
    story.post(story.packed(story.tender(), message_id=taken))
    assert story.post(story.packed(story.tender(), message_id=taken)).rules == ["I-06"]
    elsewhere = story.tell(story.tender(), environment=Environment.PRODUCTION)
    assert elsewhere.rules == ["I-09"]
    assert story.void(90, environment=Environment.PRODUCTION).rules == ["I-09"]
    story.void(91)
    with story.silence(), suppress(Unprocessed):
        story.post(story.packed(story.tender()))


def replayed(databases: Databases, dsn: str, asked: ReplayAsked = ASKED) -> Replayed:
    with databases.empty() as into:
        return replay(dsn, into, asked)


def told(outcome: Replayed) -> str:
    return "\n".join(as_text(outcome))


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("processes", [False, True])
def test_at_the_end_everything_is_equal_byte_for_byte(
    past: Past, databases: Databases, *, processes: bool
) -> None:
    outcome = replayed(databases, past.dsn, replace(ASKED, processes=processes))
    assert outcome.holds, told(outcome)
    assert outcome.digest == [*past.digests.values()][-1]
    assert told(outcome).endswith("EQUAL")
    rows = {one.table: one.rows for one in outcome.made}
    assert min(rows[name] for name in ("log.heads", "log.claims", "log.nodes", "log.tail")) > 0
    assert rows["views.purchases"] == 5


def test_at_a_past_position_everything_is_as_it_was_then(past: Past, databases: Databases) -> None:
    for position, digest in past.digests.items():
        outcome = replayed(databases, past.dsn, replace(ASKED, at=position))
        assert (outcome.holds, outcome.digest) == (True, digest), position
        assert outcome.stored == ()


def test_at_a_past_moment_everything_is_as_it_was_then(past: Past, databases: Databases) -> None:
    for position, digest in past.digests.items():
        outcome = replayed(databases, past.dsn, replace(ASKED, at=past.moments[position]))
        assert (outcome.extent.events, outcome.digest) == (position, digest)
    before = min(past.moments.values()) - timedelta(days=1)
    assert replayed(databases, past.dsn, replace(ASKED, at=before)).events == 0


def test_what_the_log_does_not_reach_is_told(past: Past, databases: Databases) -> None:
    with pytest.raises(Absent, match="no event at position 9999: the log ends at"):
        replayed(databases, past.dsn, replace(ASKED, at=9999))


def test_nothing_is_written_where_something_stands(past: Past, databases: Databases) -> None:
    with databases.fresh() as full, pytest.raises(RefusedByRule, match="not empty"):
        replay(past.dsn, full, ASKED)
    with databases.empty() as others:
        with psycopg.connect(others) as owner:
            owner.execute("CREATE TABLE customers (id int)")
        with pytest.raises(RefusedByRule, match="not empty"):
            replay(past.dsn, others, ASKED)
    with pytest.raises(RefusedByRule, match="not empty"):
        replay(past.dsn, past.dsn, ASKED)


def test_a_store_that_is_none_or_does_not_answer_is_told(
    past: Past, databases: Databases, empty_database: str
) -> None:
    with pytest.raises(Absent, match="no log in this database"):
        replayed(databases, empty_database)
    with pytest.raises(Temporary, match="does not answer"):
        replayed(databases, "host=/nowhere dbname=x")
    with pytest.raises(Temporary, match="does not answer"):
        replay(past.dsn, "host=/nowhere dbname=x", ASKED)


@contextmanager
def altered(databases: Databases, past: Past, statement: str) -> Iterator[str]:
    """A copy of the store in which an administrator did something."""
    with databases.copied(past.dsn) as copy:
        with psycopg.connect(copy) as owner:
            owner.execute(f"{OFF};{statement};{ON}".encode())
        yield copy


ROWS = {
    "a state of an object": (
        "UPDATE log.heads SET state = convert_to(replace(convert_from(state, 'UTF8'), "
        "'ANSWERED', 'JUDGED'), 'UTF8') WHERE kind = 'MESSAGE'",
        ("log.heads", "state"),
    ),
    "the key of an object": (
        "UPDATE log.heads SET sez_code = 'SEZ77' WHERE kind = 'PURCHASE'",
        ("log.heads", "row"),
    ),
    "a head removed": ("DELETE FROM log.heads WHERE kind = 'PURCHASE'", ("log.heads", "row")),
    "a claim altered": ("UPDATE log.claims SET value = 'x'", ("log.claims", "value")),
    "a claim added": ("INSERT INTO log.claims VALUES ('z', 'y')", ("log.claims", "row")),
    "a node altered": ("UPDATE log.nodes SET hash = sha256('')", ("log.nodes", "hash")),
    "the newest node removed": (
        "DELETE FROM log.nodes WHERE index = (SELECT max(index) FROM log.nodes)",
        ("log.nodes", "row"),
    ),
    "a price shown": (
        "UPDATE views.purchases SET planned_total = 1 WHERE version = 1",
        ("views.purchases", "planned_total"),
    ),
    "the scale of a price shown": (
        "UPDATE views.purchases SET planned_total = (planned_total::text || '0')::numeric",
        ("views.purchases", "planned_total"),
    ),
    "a row of a view removed": ("DELETE FROM views.numbers", ("views.numbers", "row")),
    "a column of a view": (
        "ALTER TABLE views.numbers ADD COLUMN more text",
        ("views.numbers", "columns"),
    ),
    "a table of views dropped": ("DROP TABLE views.gaps", ("views.gaps", "columns")),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_was_altered_is_named(past: Past, databases: Databases, what: str) -> None:
    statement, named = ROWS[what]
    with altered(databases, past, statement) as dsn:
        outcome = replayed(databases, dsn)
    assert outcome.wrong == ()
    assert outcome.differing is not None
    assert (outcome.differing.table, outcome.differing.column) == named
    assert f"DIFFERS: {named[0]} " in told(outcome)
    assert not outcome.holds


SWAPPED = (
    "UPDATE log.events SET position = -7 WHERE position = 7;"
    "UPDATE log.events SET position = 7 WHERE position = 8;"
    "UPDATE log.events SET position = 8 WHERE position = -7"
)
Wanted = list[tuple[int | str, str, str]]
EVENTS: dict[str, tuple[str, Wanted]] = {
    "an event deleted": (
        "DELETE FROM log.events WHERE position = 7",
        [(7, "MISSING", "event 7 is not there")],
    ),
    "several events deleted": (
        "DELETE FROM log.events WHERE position IN (6, 7, 8)",
        [(6, "MISSING", "events 6 to 8 are not there")],
    ),
    "the newest events deleted": (
        "DELETE FROM log.events WHERE position >= {newest}",
        [("newest", "MISSING", "are not there")],
    ),
    "two events that changed places": (
        SWAPPED,
        [(7, "REORDERED", "stands at position 8"), (8, "REORDERED", "stands at position 7")],
    ),
    "a state altered": (
        "UPDATE log.events SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'), "
        "'SEZ01', 'SEZ02'), 'UTF8') WHERE position = {accepted}",
        [("accepted", "ALTERED", "is not as recorded (its leaf)")],
    ),
    "a state and its leaf altered": (
        "UPDATE log.events SET leaf = sha256(leaf) WHERE position = 7",
        [(7, "ALTERED", "(its leaf)"), (7, "CHAIN", "either was exchanged")],
    ),
    "a topic that nobody knows": (
        "UPDATE log.events SET topic = 'x.1' WHERE position = {accepted}",
        [("accepted", "TOPIC", "'x.1' is no topic of this program")],
    ),
    "a state that is no event": (
        "UPDATE log.events SET state = '{{}}' WHERE position = {accepted}",
        [("accepted", "STATE", "no event package-accepted.1: Object missing required field")],
    ),
    "a state that is no JSON": (
        "UPDATE log.events SET state = '\\xff'::bytea WHERE position = {accepted}",
        [("accepted", "STATE", "no event package-accepted.1")],
    ),
    "a moment set back": (
        "UPDATE log.events SET recorded_at = recorded_at - interval '1 day' WHERE position = 9",
        [(9, "CLOCK", "not before")],
    ),
    "a moment that no calendar has": (
        "UPDATE log.events SET recorded_at = 'infinity' WHERE position = 9",
        [(9, "CLOCK", "a moment")],
    ),
    "the past rewritten and chained anew": (
        (REWRITTEN + "@" + RECHAIN)
        .replace("{", "{{")
        .replace("}", "}}")
        .replace("@", "{accepted}"),
        [("sealed", "CHECKPOINT", "stored")],
    ),
    "a version of a stream left out": (
        "UPDATE log.events SET originator_version = 9 WHERE position = {issued}",
        [("issued", "REORDERED", "version 9 is number 2 of its stream")],
    ),
}


def numbers(dsn: str) -> dict[str, int]:
    """Positions to which the alterations refer."""
    queries = {
        "newest": "SELECT max(position) - 1 FROM log.events",
        "accepted": "SELECT min(position) FROM log.events WHERE topic = 'package-accepted.1'",
        "issued": "SELECT min(position) FROM log.events WHERE topic = 'receipt-issued.1'",
        "sealed": "SELECT min(size) FROM log.checkpoints WHERE size > 0",
    }
    with psycopg.connect(dsn) as connection:
        return {name: one(connection, query) for name, query in queries.items()}


def one(connection: "Connection[tuple[int]]", query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture(scope="module")
def editable(past: Past, databases: Databases) -> Iterator[tuple[str, "Connection[Any]", str]]:
    """A copy of the store, its owner's connection, and the digest of its replay."""
    with databases.copied(past.dsn) as dsn, psycopg.connect(dsn, autocommit=True) as owner:
        yield dsn, owner, replayed(databases, dsn).digest


@pytest.mark.clause("S216-12a")
@settings(
    max_examples=int(os.environ.get("REPLAY_EXAMPLES", "24")),
    deadline=None,
    derandomize="REPLAY_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(column=st.integers(0, 7), row=st.integers(0, 1000), byte=st.integers(0, 100_000))
def test_any_changed_byte_of_any_event_changes_the_digest(
    editable: tuple[str, "Connection[Any]", str],
    databases: Databases,
    column: int,
    row: int,
    byte: int,
) -> None:
    dsn, owner, before = editable
    places = [one for one in cells(owner) if one.table == "events"]
    assert len(places) == 8
    with changed(owner, places[column], row, byte) as did:
        if did:
            assert replayed(databases, dsn).digest != before, places[column].name


def test_a_byte_after_the_end_of_an_event_is_named_and_changes_the_digest(
    past: Past, databases: Databases
) -> None:
    longer = "UPDATE log.events SET state = state || ' '::bytea WHERE position = 2"
    with altered(databases, past, longer) as dsn:
        outcome = replayed(databases, dsn)
    assert [(one.position, one.fault) for one in outcome.wrong] == [(2, "ALTERED")]
    assert outcome.digest != [*past.digests.values()][-1]


@pytest.mark.parametrize("what", EVENTS)
def test_an_event_that_is_not_as_recorded_is_named(
    past: Past, databases: Databases, what: str
) -> None:
    statement, wanted = EVENTS[what]
    known = numbers(past.dsn)
    with altered(databases, past, statement.format(**known)) as dsn:
        outcome = replayed(databases, dsn)
    for place, fault, detail in wanted:
        position = known[place] if isinstance(place, str) else place
        assert any(
            (wrong.position, wrong.fault) == (position, fault) and detail in wrong.detail
            for wrong in outcome.wrong
        ), told(outcome)
    assert not outcome.holds
    assert outcome.found == len(outcome.wrong)
    assert outcome.found <= len(wanted) + 3, told(outcome)


def test_the_command_replays_beside_a_store_and_removes_what_it_made(
    past: Past, databases: Databases, tmp_path: Path
) -> None:
    environ = {"REGISTRY_DATABASE_URL": past.dsn, "REGISTRY_DATA": str(tmp_path)}
    equal = CliRunner().invoke(app, ["replay"], env=environ)
    assert equal.exit_code == 0, equal.output
    assert "EQUAL" in equal.stdout
    assert [one.name for one in tmp_path.iterdir()] == ["replay.lock"]
    told = CliRunner().invoke(app, ["replay", "--at", "8", "--json"], env=environ)
    assert json.loads(told.stdout)["digest"] == past.digests[8]
    with altered(databases, past, ROWS["a claim altered"][0]) as dsn, databases.empty() as into:
        named = ["replay", "--into", into]
        other = CliRunner().invoke(app, named, env=environ | {"REGISTRY_DATABASE_URL": dsn})
        assert (other.exit_code, "DIFFERS: log.claims" in other.stdout) == (1, True)
        again = CliRunner().invoke(app, named, env=environ)
        assert (again.exit_code, "not empty" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("lang", "begins", "ends"),
    [("kk", "оқиға", "ТЕҢ"), ("ru", "событий: ", "РАВНО"), ("en", " events", "EQUAL")],
)
def test_the_command_tells_its_progress_and_outcome_in_the_language_that_is_asked(
    past: Past, tmp_path: Path, lang: str, begins: str, ends: str
) -> None:
    environ = {"REGISTRY_DATABASE_URL": past.dsn, "REGISTRY_DATA": str(tmp_path)}
    done = CliRunner().invoke(app, ["replay", "--lang", lang], env=environ)
    assert done.exit_code == 0, done.output
    assert begins in done.stderr.splitlines()[0]
    assert done.stdout.splitlines()[-1] == ends
    english = [
        one
        for one in ("events", "digests", "objects", "equal", "stored")
        if one in done.output.replace("log.events", "").replace("log.objects", "")
    ]
    assert (english == []) is (lang != "en"), done.output


@pytest.mark.parametrize(
    ("words", "changes", "code", "what"),
    [
        (["--at", "2026-11-01T10:00"], {}, 2, "a moment with its offset is wanted"),
        (["--at", "soon"], {}, 2, "a moment with its offset is wanted"),
        (["--at", "9999"], {}, 3, "the log ends at"),
        ([], {"REGISTRY_DATABASE_URL": "host=/nowhere dbname=x"}, 4, "does not answer"),
        ([], {"REGISTRY_DATABASE_URL": ""}, 3, "there is no store in"),
        (["--into", "no dsn"], {}, 2, "the DSN cannot be read"),
    ],
)
def test_what_cannot_be_replayed_ends_with_the_code_of_its_family(
    past: Past, tmp_path: Path, *, words: list[str], changes: dict[str, str], code: int, what: str
) -> None:
    environ = {"REGISTRY_DATABASE_URL": past.dsn, "REGISTRY_DATA": str(tmp_path)} | changes
    ended = CliRunner().invoke(app, ["replay", *words], env=environ)
    assert (ended.exit_code, what in ended.output) == (code, True), ended.output

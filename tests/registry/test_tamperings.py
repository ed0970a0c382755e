"""Whatever an administrator of the database changes is found by the audit and named."""

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from shared_contracts.errors import Temporary
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.auditing.finding import Audit
from shared_contracts.event_log.derived import derived
from tests.pki import Pki
from tests.postgres import Databases
from tests.registry.conftest import opened
from tests.stores import registry_store

TABLES = ("events", "evidence", "claims", "checkpoints", "nodes")
OFF = ";".join(f"ALTER TABLE log.{one} DISABLE TRIGGER ALL" for one in TABLES)
ON = ";".join(
    [
        *(f"ALTER TABLE log.{one} ENABLE ALWAYS TRIGGER only_grows" for one in TABLES),
        "ALTER TABLE log.checkpoints ENABLE ALWAYS TRIGGER within_log",
        "ALTER TABLE log.nodes ENABLE ALWAYS TRIGGER within_log",
    ]
)
RECHAIN = """;DO $$ DECLARE r record; l bytea := decode(repeat('00', 32), 'hex'); lf bytea;
n bigint := 0; BEGIN FOR r IN SELECT * FROM log.events ORDER BY position LOOP
n := n + 1; lf := sha256('\\x00'::bytea || uuid_send(r.originator_id)
|| int8send(r.originator_version) || int4send(octet_length(convert_to(r.topic, 'UTF8')))
|| convert_to(r.topic, 'UTF8') || int4send(octet_length(r.state)) || r.state);
l := sha256('\\x02'::bytea || l || int8send(n) || lf);
UPDATE log.events SET leaf = lf, chain = l, position = n WHERE originator_id = r.originator_id
AND originator_version = r.originator_version; END LOOP;
UPDATE log.tail SET position = n, chain = l; END $$"""
ACCEPTED = "(SELECT min(position) FROM log.events WHERE topic = 'package-accepted.1')"
LATEST = "(SELECT max(position) FROM log.events WHERE topic = 'package-accepted.1')"
REWRITTEN = (
    "UPDATE log.events SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'), "
    "'(\"signer_sha256\":\").{8}', '\\100000000'), 'UTF8') WHERE position = "
)
INSERTED = (
    "UPDATE log.events SET position = -position WHERE position > 3; INSERT INTO log.events "
    "VALUES (gen_random_uuid(), 1, 'x.1', '{}', 4, 'x', 'x', now()); "
    "UPDATE log.events SET position = 1 - position WHERE position < 0"
)
NO_CHECKPOINT = ";DELETE FROM log.checkpoints WHERE size > 0"

STATES = {
    "the past rewritten and chained anew, the checkpoint deleted": (
        REWRITTEN + ACCEPTED + NO_CHECKPOINT + RECHAIN,
        {"leaf", "checkpoint"},
    ),
    "what came after the checkpoint rewritten and chained anew": (
        REWRITTEN + LATEST + RECHAIN,
        {"leaf"},
    ),
    "an event put in the middle, chained anew": (
        INSERTED + NO_CHECKPOINT + RECHAIN,
        {"topic", "checkpoint"},
    ),
    "a checkpoint deleted that a receipt quotes": (NO_CHECKPOINT[1:], {"checkpoint"}),
    "a byte of a state that no UTF-8 has": (
        "UPDATE log.events SET state = set_byte(state, 5, 243) WHERE topic = 'package-accepted.1'",
        {"leaf", "state"},
    ),
    "a position below zero": (
        "UPDATE log.events SET position = -2 WHERE position = 2",
        {"position", "chain"},
    ),
    "a moment of recording that no calendar has": (
        "UPDATE log.events SET recorded_at = 'infinity' WHERE position = 2",
        {"recorded_at"},
    ),
    "a moment of recording before year one": (
        "UPDATE log.events SET recorded_at = '0044-03-15 BC' WHERE position = 2",
        {"recorded_at"},
    ),
    "a checkpoint of more events than can be counted": (
        "UPDATE log.checkpoints SET note = regexp_replace(note, E'\\n[0-9]+\\n', "
        "E'\\n' || repeat('9', 5000) || E'\\n') WHERE size > 0",
        {"checkpoint"},
    ),
    "a checkpoint with an edge of nothing": (
        "UPDATE log.checkpoints SET edge = ARRAY[NULL::bytea] WHERE size > 0",
        {"checkpoint"},
    ),
    "a checkpoint with an edge of edges": (
        "UPDATE log.checkpoints SET edge = ARRAY[edge] WHERE size > 0",
        {"checkpoint"},
    ),
    "the state of every object emptied": ("UPDATE log.heads SET state = '{}'", {"head state"}),
    "the state of a message exchanged": (
        "UPDATE log.heads SET state = convert_to(replace(convert_from(state, 'UTF8'), "
        "'ANSWERED', 'JUDGED'), 'UTF8') WHERE kind = 'MESSAGE'",
        {"head state"},
    ),
    "an object put under another key": (
        "UPDATE log.heads SET object_id = gen_random_uuid() WHERE kind = 'PURCHASE'",
        {"head"},
    ),
    "an object given another kind": (
        "UPDATE log.heads SET kind = 'X' WHERE kind = 'PURCHASE'",
        {"head"},
    ),
    "a head removed": ("DELETE FROM log.heads WHERE kind = 'PURCHASE'", {"head"}),
    "claims deleted": ("DELETE FROM log.claims", {"claim"}),
    "a claim altered": ("UPDATE log.claims SET value = 'x'", {"claim"}),
    "a claim without an event": ("INSERT INTO log.claims VALUES ('sequence/x', 'y')", {"claim"}),
    "a price shown that nobody announced": (
        "UPDATE views.purchases SET planned_total = 1",
        {"view purchases planned_total"},
    ),
    "lateness shown otherwise": (
        "UPDATE views.versions SET late = NOT late",
        {"view versions late"},
    ),
    "numbers no longer shown": ("DELETE FROM views.numbers", {"view numbers"}),
    "a purchase shown that nobody announced": (
        "INSERT INTO views.purchases SELECT gen_random_uuid(), sez_code, gen_random_uuid(), "
        "purchase_code, name, method, customer, planned_total, bids_to, status, version, position "
        "FROM views.purchases LIMIT 1",
        {"view purchases"},
    ),
    "a table of views dropped": ("DROP TABLE views.numbers", {"view numbers"}),
    "a follower set back": ("UPDATE views.tracking SET position = 1", {"view versions"}),
    "a follower set forward": ("UPDATE views.tracking SET position = 999", {"tracking"}),
    "a leaf in a receipt exchanged": (
        "UPDATE log.evidence SET body = convert_to(regexp_replace(convert_from(body, 'UTF8'), "
        "'LeafHash>.{8}', 'LeafHash>00000000'), 'UTF8') WHERE name = 'receipt'",
        {"evidence receipt", "leaf"},
    ),
}
OBJECTS = {
    "append runs as its caller": (
        "ALTER FUNCTION log.append SECURITY INVOKER",
        {"guard"},
    ),
    "append looks elsewhere first": (
        "ALTER FUNCTION log.append SET search_path = public, pg_catalog",
        {"guard"},
    ),
    "a guard promises too much": ("ALTER FUNCTION log.refuse_change() IMMUTABLE", {"guard"}),
    "append is everybody's": (
        "GRANT EXECUTE ON FUNCTION log.append TO PUBLIC",
        {"privilege"},
    ),
    "another owns the events": ("ALTER TABLE log.events OWNER TO {stranger}", {"owner"}),
    "another owns append": ("ALTER FUNCTION log.append OWNER TO {stranger}", {"owner"}),
    "a key is dropped": ("ALTER TABLE log.claims DROP CONSTRAINT claims_pkey", {"guard"}),
    "rows are hidden": ("ALTER TABLE log.events ENABLE ROW LEVEL SECURITY", {"guard"}),
    "another table adds rows": ("CREATE TABLE public.more () INHERITS (log.events)", {"guard"}),
    "a crash empties a table": ("ALTER TABLE log.claims SET UNLOGGED", {"guard"}),
    "a view stands in the log": ("CREATE VIEW log.more AS SELECT 1", {"guard"}),
    "events get a column": ("ALTER TABLE log.events ADD COLUMN more text", {"guard"}),
    "claims need no value": ("ALTER TABLE log.claims ALTER COLUMN value DROP NOT NULL", {"guard"}),
    "a table stands among the views": ("CREATE TABLE views.more (one int)", {"view more"}),
    "a view gets a column": ("ALTER TABLE views.numbers ADD COLUMN more text", {"view numbers"}),
    "a column of followers": (
        "ALTER TABLE views.tracking ADD COLUMN added int DEFAULT 1",
        {"tracking"},
    ),
    "a follower that nobody is": ("INSERT INTO views.tracking VALUES ('x', 1)", {"tracking"}),
}
TAMPERINGS = STATES | OBJECTS


@pytest.fixture(scope="module")
def filled(
    pki: Pki,
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The owner's DSN of a Registry that took in two purchases, a checkpoint between them."""
    data: Path = tmp_path_factory.mktemp("tampered")
    with registry_store(databases, pki) as dsn:
        with opened(pki, data, dsn) as story:
            story.post(story.packed(story.tender()))
            story.registry.intake.checkpointer.make()
            story.post(story.packed(story.tender()))
            story.registry.follower.catch_up()
        yield dsn


def tampered(databases: Databases, filled: str, statement: str) -> Audit:
    """The audit of a copy that the owner changed, the guards taken away meanwhile."""
    with altered(databases, filled, statement) as dsn:
        return audit(dsn)


@contextmanager
def altered(databases: Databases, filled: str, statement: str) -> Iterator[str]:
    """A copy that the owner changed, the guards taken away meanwhile."""
    with databases.copied(filled) as dsn:
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(OFF.encode())
            owner.execute(statement.encode())
            owner.execute(ON.encode())
        yield dsn


EVERYWHERE = """UPDATE log.events SET state = state || ' ' WHERE position % 3 = 0;
UPDATE log.evidence SET body = body || ' ';
UPDATE log.heads SET state = '{}';
UPDATE log.claims SET value = 'x';
UPDATE views.purchases SET planned_total = 1;
UPDATE views.versions SET late = NOT late"""
UNSHOWN = """UPDATE log.events SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'),
'"sequence":[0-9]+', '"sequence":9999999999999999999'), 'UTF8')
WHERE topic = 'package-accepted.1'"""
"""After this change the view of numbers cannot be made."""


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("statement", ["SELECT 1", EVERYWHERE, UNSHOWN])
def test_processes_beside_one_another_find_what_one_finds(
    filled: str, databases: Databases, statement: str
) -> None:
    with altered(databases, filled, statement) as dsn:
        alone = audit(dsn, processes=1)
        assert audit(dsn, processes=2) == alone
    columns = {one.column for one in alone.differences}
    wanted = {"SELECT 1": set(), UNSHOWN: {"leaf", "views"}}
    everywhere = {"leaf", "evidence package", "head state", "claim", "view versions late"}
    assert columns >= wanted.get(statement, everywhere)


def test_an_audit_of_which_a_process_is_killed_is_told_to_be_asked_again(
    filled: str,
) -> None:
    def kill_one() -> None:
        while not (begun := multiprocessing.active_children()):
            time.sleep(0.01)
        begun[0].kill()

    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill_one)
        with pytest.raises(Temporary, match="--processes 1"):
            audit(filled, processes=2)
        killed.result(10)


def test_the_parts_of_the_views_together_are_all_tables_each_once() -> None:
    [registry] = [one for one in derived() if one.system == "registry"]
    views = registry.views
    tables = [table for part in views.parts for table in part.tables]
    assert sorted(tables) == sorted(views.tables)
    assert len(views.parts) > 1


def test_a_store_that_nobody_changed_is_as_recorded(filled: str, databases: Databases) -> None:
    outcome = tampered(databases, filled, "SELECT 1")
    assert (outcome.differences, outcome.left_out) == ((), ())


@pytest.mark.clause("S216-12a")
@pytest.mark.parametrize("what", TAMPERINGS)
def test_each_tampering_is_found_and_named(filled: str, databases: Databases, what: str) -> None:
    statement, columns = TAMPERINGS[what]
    stranger = f"tru_stranger_{sha256(filled.encode()).hexdigest()[:8]}"
    role = "{stranger}" in statement
    if role:
        databases.owner.execute(f"CREATE ROLE {stranger}".encode())
    try:
        found = tampered(databases, filled, statement.replace("{stranger}", stranger))
    finally:
        if role:
            databases.owner.execute(f"DROP ROLE {stranger}".encode())
    assert columns <= {one.column for one in found.differences}


def test_a_view_that_differs_is_told_with_its_row_column_and_both_values(
    filled: str, databases: Databases
) -> None:
    outcome = tampered(databases, filled, "UPDATE views.purchases SET planned_total = 1")
    told = outcome.differences[0]
    with psycopg.connect(filled) as owner:
        rows = owner.execute("SELECT registry_id::text, planned_total FROM views.purchases")
        known = {f"{key}: {total.normalize():f}" for key, total in rows}
    assert told.column == "view purchases planned_total"
    assert told.stored.endswith(": 1")
    assert told.computed.split(".")[0] in {one.split(".")[0] for one in known}

"""Heads are the fold of the events, whatever was appended and refused."""

import json
from contextlib import suppress
from functools import reduce
from uuid import UUID

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_contracts.event_log.event import Event, Fact
from shared_contracts.event_log.log import (
    HEADS,
    Commit,
    Conflict,
    EventLog,
    HeadKey,
    NewHead,
    key_columns,
)
from shared_contracts.event_log.writing.arrays import register
from shared_contracts.identifiers import uuid7
from tests.shared_contracts.event_log.facts import LotCounted, key

ATTEMPTS = st.lists(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 9), st.booleans()), min_size=1, max_size=3
    ),
    min_size=1,
    max_size=12,
)


def evolve(state: list[int], event: Event) -> list[int]:
    return [*state, event.number] if isinstance(event, LotCounted) else state


@given(ATTEMPTS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_heads_are_the_fold_of_events(
    log: EventLog, attempts: list[list[tuple[int, int, bool]]]
) -> None:
    keys = [key() for _ in range(4)]
    streams = {each: uuid7() for each in keys}
    for attempt in attempts:
        with suppress(Conflict):
            log.append(commit_for(log, keys, streams, attempt))
    heads = log.heads(keys)
    for each in keys:
        events = log.stream(streams[each])
        folded: list[int] = reduce(evolve, (recorded.event for recorded in events), [])
        head = heads.get(each)
        assert (json.loads(head.state) if head else []) == folded
        if head is not None:
            assert (head.version, head.position) == (events[-1].version, events[-1].position)


def commit_for(
    log: EventLog,
    keys: list[HeadKey],
    streams: dict[HeadKey, UUID],
    attempt: list[tuple[int, int, bool]],
) -> Commit:
    """A commit for some objects; a stale one was decided on a head that is no longer there."""
    facts, heads = [], {}
    for index, number, stale in attempt:
        target = keys[index]
        known = log.heads([target]).get(target)
        version = known.version if known else 0
        state = json.loads(known.state) if known else []
        if target in heads:
            continue
        version = max(0, version - 1) if stale else version
        made = Fact(streams[target], version + 1, LotCounted(number=number))
        facts.append(made)
        body = json.dumps(evolve(state, made.event)).encode()
        heads[target] = NewHead(target, streams[target], version + 1, body)
    return Commit(tuple(facts), tuple(heads.values()))


def test_heads_are_found_by_the_index_before_the_table_has_statistics(
    log: EventLog, owner_dsn: str
) -> None:
    made = [(key(), uuid7()) for _ in range(2000)]
    facts = tuple(Fact(stream, 1, LotCounted(number=1)) for _, stream in made)
    heads = tuple(NewHead(each, stream, 1, b"{}") for each, stream in made)
    log.append(Commit(facts, heads))
    asked = [each for each, _ in made[:20]]
    assert len(log.heads(asked)) == 20
    with psycopg.connect(owner_dsn) as connection:
        register(connection)
        plan = connection.execute(f"EXPLAIN {HEADS}".encode(), key_columns(asked)).fetchall()
    assert any("Index Scan" in line for (line,) in plan)
    assert not any("Seq Scan on heads" in line for (line,) in plan)

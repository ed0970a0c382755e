"""What ``append`` refuses by itself, whoever calls it with the application's role.

Each is an error of a program and no verdict: the call writes nothing at all.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.errors import InvalidParameterValue, ObjectNotInPrerequisiteState

from shared_contracts.errors import Defect
from shared_contracts.event_log.kept_tree import KeptTree
from shared_contracts.event_log.log import Commit, Conflict, EventLog
from shared_contracts.event_log.proofs.merkle import CompactRange, root
from shared_contracts.event_log.writing.arrays import register
from shared_contracts.event_log.writing.commit import (
    Claim,
    Evidence,
    NewHead,
    WriterLost,
)
from shared_contracts.event_log.writing.rows import APPEND, Rows, columns, encoded
from shared_contracts.identifiers import uuid7
from tests.shared_contracts.event_log.facts import fact, key, stored

OTHERS = (
    "SELECT pg_advisory_lock(7218001)",
    "SELECT pg_advisory_lock(0, 7218002)",
    "SELECT pg_advisory_lock_shared(7218002)",
)


SIZE = (
    "SELECT (SELECT count(*) FROM log.events), (SELECT count(*) FROM log.evidence), "
    "(SELECT count(*) FROM log.claims), (SELECT count(*) FROM log.heads)"
)


@pytest.fixture
def session(dsn: str) -> Iterator[Connection]:
    """A session of the application's own login, past the program."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        register(connection)
        yield connection


@pytest.fixture
def writing(session: Connection) -> Connection:
    """The same with the writer's lock, and one stream that is recorded up to version 1."""
    session.execute("SELECT pg_advisory_lock(7218002)")
    append(session, encoded([stored(fact(OLD))]))
    return session


OLD = uuid7()
"""The stream that has its first event."""


def append(session: Connection, *group: Rows) -> list[tuple[object, ...]]:
    """The call as the writer makes it."""
    with session.cursor(binary=True) as cursor:
        return sorted(cursor.execute(APPEND, columns(group)).fetchall())


def size(session: Connection) -> Sequence[object]:
    """How many rows each table of the log has."""
    return session.execute(SIZE).fetchone() or ()


@pytest.mark.parametrize("other", ["SELECT 1", *OTHERS])
def test_nothing_is_appended_without_the_writers_lock(session: Connection, other: str) -> None:
    session.execute(other.encode())
    with pytest.raises(ObjectNotInPrerequisiteState, match="does not hold the writer's lock"):
        append(session, encoded([stored(fact())]))
    assert size(session) == (0, 0, 0, 0)


def test_the_lock_of_another_session_is_no_leave_to_append(
    log: EventLog, session: Connection
) -> None:
    with pytest.raises(ObjectNotInPrerequisiteState):
        append(session, encoded([stored(fact())]))
    assert log.append(Commit((fact(),))) == 1


def test_a_writer_whose_lock_was_let_go_is_told_that_it_is_lost(log: EventLog) -> None:
    writer = log.recorder._writer
    assert writer is not None
    writer._connection.execute("SELECT pg_advisory_unlock(7218002)")
    with pytest.raises(WriterLost, match="no longer holds the writer's lock"):
        log.append(Commit((fact(),)))
    assert log.last_position() == 0


def event(stream: UUID, version: int, name: str = "lot-counted.1") -> StoredEvent:
    """An event as a dishonest program would write it."""
    return StoredEvent(stream, version, name, b"{}")


NEW = UUID(int=7)

FORBIDDEN = {
    "version 0": encoded([event(NEW, 0)]),
    "a version below 0": encoded([event(NEW, -1)]),
    "a stream that begins at 2": encoded([event(NEW, 2)]),
    "a gap after what is recorded": encoded([event(OLD, 3)]),
    "a gap within the call": encoded([event(NEW, 1), event(NEW, 3)]),
    "versions backwards": encoded([event(NEW, 2), event(NEW, 1)]),
    "an empty topic": encoded([event(NEW, 1, "")]),
    "evidence beside an old event": encoded([], evidence=[Evidence(OLD, 1, "receipt", b"forged")]),
    "evidence beside an old event, with a new one": encoded(
        [event(NEW, 1)], evidence=[Evidence(OLD, 1, "receipt", b"forged")]
    ),
    "evidence beside no event": encoded(
        [event(NEW, 1)], evidence=[Evidence(NEW, 2, "receipt", b"forged")]
    ),
    "a head of an old event": encoded([], heads=[NewHead(key(), OLD, 1, b"forged")]),
    "a head beyond its events": encoded([event(OLD, 2)], heads=[NewHead(key(), OLD, 3, b"")]),
    "a claim without events": encoded([], claims=[Claim("sequence/STAND/SEZ01/1", "")]),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_the_promises_forbid_is_refused_whole(writing: Connection, what: str) -> None:
    before = size(writing)
    with pytest.raises(InvalidParameterValue):
        append(writing, encoded([stored(fact())]), FORBIDDEN[what])
    assert size(writing) == before


def test_what_belongs_to_the_event_of_another_request_is_refused(writing: Connection) -> None:
    before = size(writing)
    for rows in (
        encoded([], evidence=[Evidence(NEW, 1, "receipt", b"forged")]),
        encoded([], heads=[NewHead(key(), NEW, 1, b"")]),
    ):
        with pytest.raises(InvalidParameterValue, match="belongs to no event of its request"):
            append(writing, encoded([event(NEW, 1)]), rows)
    assert size(writing) == before


@pytest.mark.parametrize("request_number", ["0", "2", "NULL"])
def test_an_event_has_one_of_the_requests(writing: Connection, request_number: str) -> None:
    nothing = ", ".join(["'{}'"] * 16)
    with pytest.raises(InvalidParameterValue, match="event refused"):
        writing.execute(
            f"SELECT log.append(1, ARRAY[{request_number}]::int[], ARRAY[%s::uuid], "
            f"ARRAY[1::bigint], ARRAY['x.1'], ARRAY['x'::bytea], {nothing})".encode(),
            (NEW,),
        )


def test_a_version_that_is_recorded_already_is_a_verdict(writing: Connection) -> None:
    again, following = encoded([event(OLD, 1)]), encoded([event(OLD, 2), event(OLD, 3)])
    assert append(writing, again, following) == [
        (1, None, "version", f"{OLD}/1"),
        (2, 3, None, None),
    ]


def test_what_follows_a_refused_request_is_a_gap_for_itself_alone(log: EventLog) -> None:
    log.append(Commit((fact(),), claims=(Claim("message/1", ""),)))
    stream = uuid7()
    refused = encoded([stored(fact(stream))], claims=[Claim("message/1", "")])
    orphan, free = encoded([stored(fact(stream, 2))]), encoded([stored(fact())])
    outcomes = log.recorder.write([refused, orphan, free])
    assert isinstance(outcomes[1], Defect)
    assert f"leaves a gap in its stream: 2 of {stream};" in str(outcomes[1])
    assert [getattr(o, "position", None) for o in outcomes] == [0, None, 2]
    assert isinstance(getattr(outcomes[0], "conflict", None), Conflict)


def test_a_checkpoint_of_more_than_is_recorded_is_refused(writing: Connection) -> None:
    insert = "INSERT INTO log.checkpoints (size, root, edge, note) VALUES (%s, '', '{}', '')"
    for beyond in (2, 2**62, -1):
        with pytest.raises(InvalidParameterValue, match="checkpoint of size"):
            writing.execute(insert, (beyond,))
    writing.execute(insert, (1,))


def test_a_node_over_more_than_is_recorded_is_refused(writing: Connection) -> None:
    insert = "INSERT INTO log.nodes (height, index, hash) VALUES (%s, %s, sha256('x'))"
    for height, index in ((4, 0), (4, 2**58), (60, 0), (5, 0), (4, -1), (-4, 0)):
        with pytest.raises(InvalidParameterValue, match=r"node .* is refused"):
            writing.execute(insert, (height, index))


@pytest.mark.clause("S216-12a")
def test_a_node_with_another_hash_than_what_is_under_it_or_after_a_gap_is_refused(
    log: EventLog,
) -> None:
    log.append(Commit(tuple(fact(number=number) for number in range(600))))
    rows = log.recorder.select("SELECT leaf FROM log.events ORDER BY position", ())
    leaves = [row[0] for row in rows]

    def insert(height: int, index: int, hashed: bytes) -> None:
        with log.recorder.transaction() as cursor:
            cursor.execute(b"INSERT INTO log.nodes VALUES (%s, %s, %s)", (height, index, hashed))

    for height, index, hashed, why in (
        (4, 0, bytes(32), "another hash"),
        (4, 0, root(leaves[16:32]), "another hash"),
        (4, 5, root(leaves[80:96]), "the one before it"),
        (8, 0, root(leaves[:256]), "another hash"),
    ):
        with pytest.raises(InvalidParameterValue, match=why):
            insert(height, index, hashed)
    for index in range(16):
        insert(4, index, root(leaves[16 * index : 16 * index + 16]))
    with pytest.raises(InvalidParameterValue, match="another hash"):
        insert(8, 0, bytes(32))
    insert(8, 0, root(leaves[:256]))
    assert KeptTree(log.recorder).extended(CompactRange(), 600) == CompactRange().extended(leaves)

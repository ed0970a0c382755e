"""What followers show is the log, applied once and in order, and can be remade."""

import itertools
import time
from collections.abc import Sequence
from threading import Event as Signal
from threading import Thread

import pytest
from eventsourcing.persistence import IntegrityError
from psycopg import Cursor
from psycopg.rows import TupleRow

from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.following.followers import LONGEST_REST, RESTS, Follower
from shared_contracts.event_log.library.tracking import move
from shared_contracts.event_log.log import Commit, EventLog
from tests.shared_contracts.event_log.facts import LotCounted, fact


def create(log: EventLog) -> None:
    with log.recorder.transaction() as cursor:
        cursor.execute("CREATE TABLE views.lots (position bigint PRIMARY KEY, number int)")


def show(cursor: Cursor[TupleRow], events: Sequence[Recorded]) -> None:
    rows = [
        (each.position, each.event.number) for each in events if isinstance(each.event, LotCounted)
    ]
    cursor.executemany("INSERT INTO views.lots VALUES (%s, %s)", rows)


def clear(cursor: Cursor[TupleRow]) -> None:
    cursor.execute("TRUNCATE views.lots")


def shown(log: EventLog) -> list[tuple[int, int]]:
    return [(p, n) for p, n in log.recorder.select("SELECT * FROM views.lots ORDER BY 1", ())]


def test_a_follower_shows_everything_and_knows_its_lag(log: EventLog) -> None:
    create(log)
    follower = Follower(log, "lots", show, batch=4)
    log.append(Commit(tuple(fact(number=n) for n in range(10))))
    assert (follower.position, follower.lag) == (0, 10)
    assert follower.catch_up() == 10
    assert (follower.position, follower.lag) == (10, 0)
    assert shown(log) == [(n + 1, n) for n in range(10)]


def test_a_rebuild_gives_the_same_as_following(log: EventLog) -> None:
    create(log)
    follower = Follower(log, "lots", show, batch=3)
    log.append(Commit(tuple(fact(number=n) for n in range(8))))
    follower.catch_up()
    before = shown(log)
    assert follower.rebuild(clear) == 8
    assert shown(log) == before


def test_a_follower_that_was_moved_meanwhile_does_not_skip(log: EventLog) -> None:
    log.append(Commit(tuple(fact(number=n) for n in range(4))))
    with log.recorder.transaction() as cursor:
        move(cursor, "lots", 0, 2)
    for stale in (0, 1, 3):
        with (
            pytest.raises(IntegrityError, match=f"no longer at {stale}"),
            log.recorder.transaction() as cursor,
        ):
            move(cursor, "lots", stale, 4)
    with log.recorder.transaction() as cursor:
        cursor.execute("DELETE FROM views.tracking")  # a rebuild in another process begins
    with pytest.raises(IntegrityError), log.recorder.transaction() as cursor:
        move(cursor, "lots", 2, 4)


def test_a_batch_that_fails_leaves_no_trace_and_is_repeated(log: EventLog) -> None:
    create(log)
    log.append(Commit((fact(number=1), fact(number=2))))

    def fail(cursor: Cursor[TupleRow], events: Sequence[Recorded]) -> None:
        show(cursor, events)
        raise ArithmeticError("lot")

    with pytest.raises(ArithmeticError):
        Follower(log, "lots", fail).catch_up()
    assert shown(log) == []
    assert Follower(log, "lots", show).catch_up() == 2
    assert shown(log) == [(1, 1), (2, 2)]


def test_a_running_follower_is_woken_by_commits(log: EventLog) -> None:
    create(log)
    follower, stop = Follower(log, "lots", show), Signal()
    thread = Thread(target=follower.run, args=(stop,), kwargs={"pause": 5.0})
    thread.start()
    for number in range(5):
        log.append(Commit((fact(number=number),)))
    deadline = Signal()
    while follower.lag and not deadline.wait(0.01):
        pass
    stop.set()
    log.append(Commit((fact(number=6),)))
    thread.join(3)
    assert not thread.is_alive()
    assert [number for _, number in shown(log)][:5] == [0, 1, 2, 3, 4]


def test_one_commit_after_another_is_shown_without_waiting_for_a_look_by_the_clock(
    log: EventLog,
) -> None:
    create(log)
    follower, stop = Follower(log, "lots", show), Signal()
    thread = Thread(target=follower.run, args=(stop,), kwargs={"pause": 30.0})
    thread.start()
    began = time.monotonic()
    for number in range(20):
        log.append(Commit((fact(number=number),)))
        while len(shown(log)) <= number:
            time.sleep(0.001)
    stop.set()
    log.append(Commit((fact(number=20),)))
    thread.join(3)
    assert time.monotonic() - began < 20 * LONGEST_REST


def test_a_follower_rests_while_many_commit(log: EventLog) -> None:
    create(log)
    turns: list[tuple[float, float]] = []

    def slowly(cursor: Cursor[TupleRow], events: Sequence[Recorded]) -> None:
        began = time.monotonic()
        show(cursor, events)
        time.sleep(0.01)
        turns.append((began, time.monotonic()))

    follower, stop = Follower(log, "lots", slowly), Signal()
    thread = Thread(target=follower.run, args=(stop,))
    thread.start()
    for number in range(100):
        log.append(Commit((fact(number=number),)))
        time.sleep(0.002)
    while follower.lag:
        time.sleep(0.01)
    stop.set()
    thread.join(3)
    assert shown(log) == [(n + 1, n) for n in range(100)]
    assert len(turns) < 50
    for (began, ended), (following, _) in itertools.pairwise(turns):
        assert following - ended >= min(LONGEST_REST, RESTS * (ended - began))

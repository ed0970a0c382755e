"""A reader whose session is cut while it asks gets its answer by another, once."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from shared_contracts.event_log.log import EventLog

SLOW = "SELECT 7 FROM pg_sleep(%s)"
CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE query LIKE 'SELECT 7 FROM pg_sleep%' AND state = 'active'
         AND datname = current_database()"""


def cut(owner: psycopg.Connection, patience: float = 10.0) -> None:
    """Cut the session that asks the slow question, once it does."""
    until = time.monotonic() + patience
    while not owner.execute(CUT).fetchall():
        assert time.monotonic() < until, "nobody asks"
        time.sleep(0.01)


@pytest.mark.parametrize("cuts", [1, 2])
def test_a_question_is_asked_once_more_after_its_session_was_cut(
    log: EventLog, owner_dsn: str, cuts: int
) -> None:
    with ThreadPoolExecutor(1) as pool, psycopg.connect(owner_dsn, autocommit=True) as owner:
        asking = pool.submit(log.recorder.select, SLOW, (1.0,))
        for _ in range(cuts):
            cut(owner)
            time.sleep(0.1)
        if cuts == 1:
            assert asking.result() == [(7,)]
        else:
            with pytest.raises(OperationalError):
                asking.result()
    assert log.last_position() == 0
    assert log.sessions_lost() == cuts

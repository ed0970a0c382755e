"""A killed writer loses nothing that it acknowledged."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest

from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.log import Commit, EventLog
from tests.shared_contracts.event_log.facts import COUNTED, fact

APPENDER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from shared_contracts.event_log.log import Claim, Commit, EventLog
from tests.shared_contracts.event_log.facts import COUNTED, fact

log = EventLog(sys.argv[1])

def append_for_ever(_):
    while True:
        made = fact()
        commit = Commit((made, fact()), claims=(Claim(str(made.originator_id), ""),))
        position = log.append(commit)
        sys.stdout.write(f"{made.originator_id} {position}\\n")
        sys.stdout.flush()

with ThreadPoolExecutor(4) as pool:
    list(pool.map(append_for_ever, range(4)))
"""


def append_until_killed(dsn: str, moment: float) -> dict[UUID, int]:
    """Run a writer process, kill it after so many seconds of work; what it acknowledged."""
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", APPENDER, dsn],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert process.stdout is not None
    lines = [process.stdout.readline()]  # it works
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    process.wait()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {UUID(stream): int(position) for stream, position in whole}


@pytest.mark.clause("S216-12a")
def test_everything_acknowledged_survives_a_kill_and_the_chain_is_whole(dsn: str) -> None:
    acknowledged: dict[UUID, int] = {}
    for moment in (0.05, 0.2, 0.11):
        acknowledged |= append_until_killed(dsn, moment)
    log = EventLog(dsn)
    recorded = {each.originator_id: each.position for each in log.read(0, limit=1_000_000)}
    claimed = log.claims([str(stream) for stream in acknowledged])
    log.append(Commit((fact(),)))
    log.close()

    assert len(acknowledged) > 10
    for stream, last in acknowledged.items():
        assert recorded[stream] == last - 1
        assert str(stream) in claimed
    outcome = audit(dsn, COUNTED)
    assert [one.stored for one in outcome.differences] == ["missing"]  # nobody made checkpoints
    assert outcome.size == len(recorded) + 1

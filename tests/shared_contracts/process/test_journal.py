"""What is written to the journal can be found there, and is one line for each event (S216-18.7)."""

import subprocess
import sys

SAY = """
import logging, structlog, threading
from shared_contracts.process import journal
journal.set_up()
log = structlog.get_logger("registry")
log.info("not processed", incident="0b1c", detail="first\\nsecond\\x1b[2J")
log.info("an event\\nof two lines")
logging.getLogger("uvicorn.error").warning("from %s", "a\\nb")
logging.getLogger("httpx").info("every request")
logging.getLogger("registry.intake").info("ours")
thread = threading.Thread(target=lambda: 1 / 0, name="lonely")
thread.start()
thread.join()
"""


def test_lines_have_their_moment_and_level_and_nobody_else_can_begin_one() -> None:
    said = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True)
    lines = said.stderr.splitlines()
    assert "+05:00 [info" in lines[0]
    assert "detail='first\\nsecond\\x1b[2J'" in lines[0]
    assert "an event\\nof two lines" in lines[1]
    assert "from a\\nb" in lines[2]
    assert "ours" in lines[3]
    assert "thread='lonely'" in lines[4]
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert "every request" not in said.stderr
    assert said.stdout == ""

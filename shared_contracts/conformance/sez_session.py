"""A session that examines a SEZ, from the options of its command."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from shared_contracts.conformance.command_options import SessionWanted
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.relay import Relay, served
from shared_contracts.conformance.session_run import (
    caller_of,
    driver_of,
    list_cases,
    run_wanted,
)
from shared_contracts.conformance.sez_exam import SezExam
from shared_contracts.conformance.sez_suite import SEZ_BOOK
from shared_contracts.messages.document import Environment


@dataclass
class SezKit:
    """Which SEZ is examined, as whom the kit speaks, and between what it stands.

    ``behind`` is the stand's Registry, to which everything is passed on that comes to ``listen``;
    without it what the SEZ sends by itself is not examined.
    """

    address: str
    keys: Path
    system: str
    sez_code: str
    environment: Environment
    behind: str | None = None
    listen: str = "127.0.0.1:8404"


def examine_sez(kit: SezKit, wanted: SessionWanted) -> int:
    """Run the session, or list its cases; gives the exit code."""
    if wanted.list_them:
        return list_cases(SEZ_BOOK, wanted)
    keys = KitKeys(kit.keys, kit.system)
    with ExitStack() as stack:
        caller = caller_of(kit.address, "--sez", wanted)
        stack.callback(caller.close)
        exam = SezExam(caller, keys, kit.sez_code, environment=kit.environment)
        exam.driver = driver_of(wanted)
        if kit.behind is not None:
            caller_of(kit.behind, "--behind", wanted).close()
            exam.relay = Relay(kit.behind.rstrip("/"))
            stack.enter_context(served(exam.relay.app(), kit.listen))
        return run_wanted(exam, SEZ_BOOK, wanted, keys.signer)

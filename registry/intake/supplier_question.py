"""What a question about suppliers must keep, and how many are answered (S216-A2.4.2)."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from registry.records.rules.facts import SendingSystem
from registry.records.rules.header import before_access
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.document import Environment
from shared_contracts.messages.system_message import SystemQuestion
from shared_contracts.messages.versions import NEWEST, OF_CONDITIONS, newest_of
from shared_contracts.rules.catalogue import parameters
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.rule import day_of, shown

HOUR = timedelta(hours=1)


class QuestionBudget:
    """How many queries of each system were recorded within the last hour, in this process."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken: dict[str, deque[datetime]] = {}

    def take(self, sez_code: str, at: datetime) -> None:
        """Count a query; ``Unprocessed(BUSY)`` tells when the next is taken, in seconds."""
        most = parameters("F-SUP-11", day_of(at))["queries"]
        with self._guard:
            taken = self._taken.setdefault(sez_code, deque())
            while taken and at - taken[0] >= HOUR:
                taken.popleft()
            if len(taken) >= most:
                left = int((taken[0] + HOUR - at).total_seconds()) + 1
                detail = f"{most} queries of this system were answered within an hour"
                raise Unprocessed(Fault.BUSY, detail, retry_after=left)
            taken.append(at)


def unlawful(
    question: SystemQuestion, environment: Environment, sender: SendingSystem, at: datetime
) -> Iterator[Breach]:
    """Step 2: values, environment, moment, access, and the conditions of the sender."""
    yield from examine_values(question, at)
    root = f"/{type(question).__name__}"
    if question.environment != environment:
        expected = {"expected": environment}
        yield Breach("I-09", f"{root}/Environment", question.environment, expected)
    yield from _untimely(question.created_at, f"{root}/CreatedAt", at)
    early = sender.too_early(environment, at)
    if early is not None:
        named = before_access(sender, early)
        yield Breach("F-HDR-6", f"{root}/SezCode", question.sez_code, named)
    if newest_of(sender.conditions) != NEWEST:
        wanted = ", ".join(str(one) for one, spoken in OF_CONDITIONS.items() if spoken == NEWEST)
        allowed = {"allowed": ", ".join(map(str, sender.conditions))}
        yield Breach("F-HDR-5", f"{root}/SezCode", wanted, allowed)


def _untimely(created_at: datetime, path: str, at: datetime) -> Iterator[Breach]:
    """F-SUP-12: a question is neither of the future, but for the clocks, nor long past."""
    if created_at.tzinfo is None:
        return  # F-TIME-1 tells
    values: Any = parameters("F-SUP-12", day_of(at))
    cause = None
    if created_at - at > timedelta(seconds=values["seconds"]):
        cause = "QUESTION_EARLY"
    elif at - created_at > timedelta(hours=values["hours"]):
        cause = "QUESTION_OLD"
    if cause is not None:
        named = {name: str(value) for name, value in values.items()}
        yield Breach("F-SUP-12", path, shown(created_at), named | {"cause": cause})

"""A question of an audit is answered few times, so that who captured one gets little (R130)."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from sez.audits.bounds import AHEAD, OLD, check_made
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.system_message import SystemQuestion

REMEMBERED: Final = 100_000
"""Most questions that are remembered; ``OLD`` bounds them too, also over a restart."""


TIMES: Final = 5
"""How often a question is answered: a line may double a message or lose an answer, twice over."""


class AnsweredQuestions:
    """The questions that were answered lately, for all threads; in memory alone."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._known: OrderedDict[UUID, tuple[datetime, int]] = OrderedDict()

    def check(self, question: SystemQuestion, now: datetime) -> None:
        """``Unprocessed`` for a question that is not of now, or was answered ``TIMES`` times."""
        check_made(question.created_at, now)
        with self._guard:
            while self._known and self._is_over(now):
                self._known.popitem(last=False)
            first, times = self._known.get(question.message_id, (now, 0))
            if times >= TIMES:
                told = (
                    f"MessageId {question.message_id} was answered {times} times: ask by a new one"
                )
                raise Unprocessed(Fault.AUDIT_REFUSED, told)
            self._known[question.message_id] = first, times + 1

    def _is_over(self, now: datetime) -> bool:
        """Whether the oldest need not be remembered: ``check_made`` refuses it."""
        oldest, _ = next(iter(self._known.values()))
        return len(self._known) >= REMEMBERED or now - oldest > OLD + AHEAD

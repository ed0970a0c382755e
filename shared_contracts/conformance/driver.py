"""How the examined system is brought to act: by its operator, or by a small HTTP hook.

The hook is one address that takes ``POST`` of JSON ``{"action": NAME, …}`` and answers with JSON;
``docs/conformance.md`` lists the actions.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.wire import Caller
from shared_contracts.messages.document import LocalizedText

T = TypeVar("T")

PAUSE = 0.1
"""Seconds between two looks at whether the examined system has acted."""

OPERATOR_SECONDS = 600.0
"""How long an operator has, unless another time is given."""

HOOK_SECONDS = 60.0
"""How long a system has that is driven by its hook."""

_OK, _NOT_IMPLEMENTED = 200, 501


def silent(_what: LocalizedText) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Driver:
    """Has the examined system act, and waits for what comes of it.

    ``hook`` is the hook's address; without it ``tell`` says to the operator what to do. ``seconds``
    is how long is waited, 0 for the usual time.
    """

    hook: str | None = None
    tell: Callable[[LocalizedText], None] = silent
    seconds: float = 0.0

    @property
    def patience(self) -> float:
        """Seconds that are waited for the examined system."""
        return self.seconds or (HOOK_SECONDS if self.hook else OPERATOR_SECONDS)

    def act(self, operator: LocalizedText, action: str, **what: object) -> Mapping[str, Any]:
        """Have an action done; what the hook answered, nothing where an operator is asked.

        ``NotExamined`` where the hook cannot do it.
        """
        if self.hook is None:
            self.tell(operator)
            return {}
        caller = Caller(self.hook, self.patience)
        try:
            asked = json.dumps({"action": action, **what}).encode()
            seen = caller.send("POST", "", asked, {"Content-Type": "application/json"})
        except Deviation as silence:
            raise NotExamined(f"the hook does not answer: {silence.found}") from silence
        finally:
            caller.close()
        if seen.status == _NOT_IMPLEMENTED:
            raise NotExamined(f"the hook does not know the action {action!r}")
        if seen.status != _OK:
            told = seen.body[:300].decode("utf-8", "replace")
            raise NotExamined(f"the hook answered {action!r} with HTTP {seen.status}: {told}")
        try:
            read: Any = json.loads(seen.body or b"{}")
        except ValueError as flaw:
            raise NotExamined(f"the hook answered {action!r} with no JSON: {flaw}") from flaw
        return read if isinstance(read, dict) else {}

    def wait(self, expected: str, look: Callable[[], T | None]) -> T:
        """What ``look`` sees as soon as it sees something.

        Where nothing comes of a hook's action in time that is a ``Deviation``; where an operator
        was asked it is ``NotExamined``: nobody knows whether he acted.
        """
        until = time.monotonic() + self.patience
        while (seen := look()) is None:
            if time.monotonic() > until:
                told = f"nothing within {self.patience:.0f} s"
                if self.hook is None:
                    raise NotExamined(f"{expected}: {told} after the operator was asked")
                raise Deviation(expected, told)
            time.sleep(PAUSE)
        return seen

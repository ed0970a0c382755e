"""An endless reading of the log for the eventsourcing library's runners."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription
from typing_extensions import override

if TYPE_CHECKING:
    from shared_contracts.event_log.library.recorder import LogRecorder

_LIMIT = 500
_PAUSE = 0.1
"""Seconds after which a waiting subscription looks whether it was stopped."""


class LogSubscription(Subscription[ApplicationRecorder]):
    """Yields what is recorded after a position, and waits for the next commit."""

    def __init__(
        self, recorder: "LogRecorder", gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._log = recorder
        self._ready: deque[Notification] = deque()

    @override
    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if self._ready:
                return self._ready.popleft()
            self._pull()
        raise StopIteration

    def _pull(self) -> None:
        seen = self._log.commit_signal.position
        self._ready.extend(
            self._log.select_notifications(
                self._last_notification_id or 0,
                _LIMIT,
                None,
                self._topics,
                inclusive_of_start=False,
            )
        )
        if self._ready:
            self._last_notification_id = self._ready[-1].id
        else:
            self._log.commit_signal.wait(seen, _PAUSE)

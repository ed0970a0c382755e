"""Which notices wait for which system, and when each is tried next (S216-A2.5.1).

What waits is read from the log when the process begins, and kept in step by its one writer.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from registry.notices.notice import UNDELIVERED, WAITING, FormedNotice, State
from registry.outgoing.rounds import Rests
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.log import HeadKey
from shared_contracts.messages.notice import AnnouncedWorks
from shared_contracts.rules.hour import standing

MOST: Final = 400
"""Most notices to a system that are not delivered when a person wants another sent."""

SAME: Final = 20
"""Most of them on one subject that the Registry forms by itself; a newer one takes the place of the
oldest."""


@dataclass(slots=True)
class NoticeQueue:
    """What is not delivered, by system; and the works that excuse a breach of the hour.

    ``longest`` bounds the seconds for which a notice waits, also by a clock that was moved.
    """

    longest: float
    known: dict[HeadKey, FormedNotice] = field(default_factory=dict)
    _works: dict[str, dict[UUID, AnnouncedWorks]] = field(default_factory=dict)
    rests: Rests = field(default_factory=Rests)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, states: Iterable[tuple[HeadKey, State]]) -> None:
        """Where notices stand now."""
        with self._changed:
            for key, state in states:
                self._keep(key, state)
            self._changed.notify_all()

    def _keep(self, key: HeadKey, state: State) -> None:
        if not isinstance(state, FormedNotice):
            return
        if state.notice.works is not None:
            self._works.setdefault(key.sez_code, {})[key.object_id] = state.notice.works
        if state.status in UNDELIVERED:
            self.known[key] = state
        else:
            self.known.pop(key, None)

    def ensure_room(self, sez_code: str) -> None:
        """Raise ``RefusedByRule`` where a system was not told of as much as may wait for it."""
        with self._changed:
            count = sum(key.sez_code == sez_code for key in self.known)
        if count >= MOST:
            raise RefusedByRule(
                f"{sez_code}: {count} notices are not delivered, at most {MOST} are: see "
                f"`registry notice list --sez {sez_code}`; mend why they are not taken, or stop "
                "some by `registry notice stop`"
            )

    def superseded(self, key: HeadKey) -> list[HeadKey]:
        """Notices not delivered whose place that of a key takes: the oldest on the same subject."""
        with self._changed:
            if (newest := self.known.get(key)) is None:
                return []
            subject = (key.sez_code, newest.notice.kind, newest.notice.subject)
            same = [
                (state.notice.formed_at, one)
                for one, state in self.known.items()
                if (one.sez_code, state.notice.kind, state.notice.subject) == subject
            ]
        oldest = sorted(same, key=lambda at: at[0])
        return [one for _, one in oldest[: max(0, len(same) - SAME)] if one != key]

    def works(self, sez_code: str) -> Collection[AnnouncedWorks]:
        """The announced works that excuse a breach of the hour by a system."""
        with self._changed:
            return standing(self._works.get(sez_code, {}))

    def due(self, now: datetime, left_out: Collection[str]) -> dict[str, HeadKey]:
        """For each system that is not ``left_out`` and does not rest: the notice due longest."""
        found: dict[str, tuple[datetime, HeadKey]] = {}
        with self._changed:
            for key, state in self.known.items():
                code, at = key.sez_code, state.next_attempt_at or state.notice.formed_at
                too_far = at - now > timedelta(seconds=self.longest)
                if state.status not in WAITING or code in left_out or self.rests.is_resting(code):
                    continue
                if (at <= now or too_far) and (code not in found or at < found[code][0]):
                    found[code] = (at, key)
        return {code: key for code, (_, key) in found.items()}

    def rest(self, sez_code: str, seconds: float) -> None:
        """Nothing is tried at a system for so long: it does not answer."""
        self.rests.rest(sez_code, seconds)

    def wake(self, sez_code: str) -> None:
        """A system is tried again at once."""
        self.rests.wake(sez_code)
        with self._changed:
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait so long at most, or until something changes."""
        with self._changed:
            self._changed.wait(seconds)

    def by_status(self) -> Mapping[str, float]:
        """How many notices are not delivered, by status."""
        with self._changed:
            counted = Counter(state.status for state in self.known.values())
        return {one.value: counted[one] for one in UNDELIVERED}

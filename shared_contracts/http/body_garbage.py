"""How much of what large bodies leave behind may wait for the search for garbage.

A search is due by the number of objects, and some hundred requests make as few as one search takes
up. What a circle of objects still holds of each, bodies of 16 MiB among them, is gigabytes by then:
so a search is due by the bytes of bodies too.
"""

import gc
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from shared_contracts.limits import MESSAGE_BYTES

AFTER: Final = MESSAGE_BYTES
"""Bytes of bodies after which all that a process made since its beginning is looked through: some
ten milliseconds, where to read so many bytes takes tenths of a second."""


@dataclass(slots=True)
class BodyGarbage:
    """The bodies of a process since its last search; safe for all threads."""

    after: int = AFTER
    _octets: int = 0
    _mutex: Lock = field(default_factory=Lock)

    def left(self, octets: int) -> None:
        """A body of so many bytes was worked on: search, if it is time."""
        with self._mutex:
            self._octets += octets
            due = self._octets >= self.after
            if due:
                self._octets = 0
        if due:
            gc.collect()


BODIES: Final = BodyGarbage()
"""Those of this process: there is one search for garbage in each."""

"""Files that were uploaded to be formed: none of them is evidence, and none stays for ever.

One that was used is removed once its version is recorded, one that nobody used after a day, or
sooner where they take more room than is theirs (decision 0059).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from shared_contracts.files import FileStore
from shared_contracts.limits import FILE_BYTES
from shared_contracts.process.health import Gauge

UNDER: Final = "/uploads"
"""Where they are uploaded: ``PUT /uploads/SHA256``."""

KEPT: Final = timedelta(days=1)
"""How long one stays that nobody used, since it was uploaded last."""

MOST: Final = 1024**3
"""Most bytes that they take together, beside those that are on their way."""


@dataclass(slots=True)
class UploadedSources:
    """The uploaded files; safe for all threads.

    ``clock`` is the one of this machine. ``removed`` counts by cause since the start.
    """

    store: FileStore
    clock: Callable[[], datetime]
    kept: timedelta = KEPT
    most: int = MOST
    removed: Counter[str] = field(default_factory=Counter)
    _in_use: Counter[str] = field(default_factory=Counter)
    _turn: Lock = field(default_factory=Lock)

    def wanted(self, sha256: str) -> bool:
        """Take any file, and make room for it; one that is here already stays as if it were new."""
        here = self.store.find(sha256)
        if here is None or not self._renewed(here):
            self._sweep(self.most - FILE_BYTES)
        return True

    @contextmanager
    def using(self, sha256: str) -> Iterator[Path | None]:
        """Where a file is, None if it is not here; it is not removed meanwhile.

        Where nothing is raised it was used, and is removed.
        """
        with self._turn:
            self._in_use[sha256] += 1
            found = self.store.find(sha256)
        try:
            yield found
            if found is not None:
                self.store.remove(sha256)  # a document that was signed elsewhere has moved on
                self.removed["used"] += 1
        finally:
            with self._turn:
                self._in_use -= Counter([sha256])

    def sweep(self) -> None:
        """Remove what nobody used in time."""
        self._sweep(self.most)

    def size(self) -> int:
        """Bytes of all that are here."""
        return sum(size for _, size, _ in self._all())

    def gauges(self) -> tuple[Gauge, ...]:
        """What is told of them."""
        return (
            Gauge("sez_uploads_bytes", "Bytes of uploaded files not formed yet.", self.size),
            Gauge(
                "sez_uploads_removed",
                "Uploaded files that were removed since the start, by cause.",
                lambda: {cause: self.removed[cause] for cause in ("used", "unused", "room")},
                "cause",
            ),
        )

    def _sweep(self, most: int) -> None:
        """Remove those that are too old, then the oldest until ``most`` bytes are left."""
        oldest = (self.clock() - self.kept).timestamp()
        with self._turn:
            found = sorted(self._all())
            left = sum(size for _, size, _ in found)
            for since, size, path in found:
                if self._in_use[path.name] or (since > oldest and left <= most):
                    continue
                if self.store.remove(path.name):
                    self.removed["unused" if since <= oldest else "room"] += 1
                left -= size

    def _renewed(self, path: Path) -> bool:
        """Whether a file is here still, from now on as if it were new."""
        since = self.clock().timestamp()
        try:
            os.utime(path, (since, since))
        except FileNotFoundError:  # it was removed meanwhile
            return False
        return True

    def _all(self) -> list[tuple[float, int, Path]]:
        """Since when each is here, its bytes, and where."""
        told = []
        for path in self.store.kept():
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            told.append((state.st_mtime, state.st_size, path))
        return told

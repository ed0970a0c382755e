"""What the processes of a stand take of memory and of the processor, by what they are."""

import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LOOK: Final = 0.2
"""Seconds between two looks at all processes; the most that each had the system keeps itself."""

_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Roots:
    """The processes from which all others come, by their ids; ``workers`` were there at first.

    What comes later examines, or forms, a large document.
    """

    registry: int
    sez: int
    workers: frozenset[int]

    @classmethod
    def of(cls, registry: int, sez: int) -> "Roots":
        """Two systems that wait for work."""
        return cls(registry, sez, frozenset(children(registry)))


@dataclass(slots=True)
class Usage:
    """Bytes that a process had most, and seconds of the processor that all of its kind used.

    By ``role``: ``registry``, ``registry worker`` (the most of one), ``registry large``, ``sez``,
    ``sez large``. ``begun`` is what the main processes had at first.
    """

    peak: dict[str, int] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    _used: dict[tuple[str, int], float] = field(default_factory=dict)

    def note(self, role: str, pid: int) -> None:
        """Look at a process; one that has ended keeps what was seen last."""
        with suppress(OSError, IndexError, ValueError):
            self.peak[role] = max(self.peak.get(role, 0), kept(pid, "VmHWM"))
            self._used[role, pid] = _used(pid)

    def processor(self) -> Counter[str]:
        """Seconds of the processor until now, by role."""
        told: Counter[str] = Counter()
        for (role, _), seconds in tuple(self._used.items()):
            told[role] += seconds  # type: ignore[assignment]  # seconds, not whole
        return told


@contextmanager
def watched(roots: Roots) -> Iterator[Usage]:
    """Look at the processes all the while."""
    usage, ended = Usage(), threading.Event()
    for role, pid in (("registry", roots.registry), ("sez", roots.sez)):
        usage.begun[role] = kept(pid, "VmRSS")

    def look() -> None:
        while not ended.wait(LOOK):
            for role, pid in _all(roots):
                usage.note(role, pid)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield usage
    finally:
        ended.set()
        thread.join()


def _all(roots: Roots) -> Iterator[tuple[str, int]]:
    """The processes there are now, by what they are."""
    for role, root in (("registry", roots.registry), ("sez", roots.sez)):
        yield role, root
        for child in children(root):
            yield f"{role} {'worker' if child in roots.workers else 'large'}", child


def children(pid: int) -> list[int]:
    """The processes that a process began and that work for it."""
    found = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += [int(one) for one in (task / "children").read_text().split()]
    return [one for one in found if _works(one)]


def _works(pid: int) -> bool:
    with suppress(OSError):
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _used(pid: int) -> float:
    """Seconds of the processor that a process used."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / _TICKS


def kept(pid: int, name: str) -> int:
    """Bytes of a process by the name that the system gives them; 0 of one that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """Seconds between two looks, by role, where there are any."""
    told = {role: round(after[role] - before.get(role, 0.0), 1) for role in after}
    return {role: seconds for role, seconds in told.items() if seconds}

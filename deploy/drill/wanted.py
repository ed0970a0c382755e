"""What each audit has to name in a drill, by the audit's name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an audit has to name; with ``more`` it names what follows from it as well."""

    places: frozenset[str]
    more: bool = False

    def is_met(self, named: Collection[str]) -> bool:
        """Whether exactly this is named, or this and more where more follows."""
        return self.places == set(named) or (self.more and self.places <= set(named))


Expected: TypeAlias = dict[str, Wanted]

STORE: Final = "contracts audit"
KEPT: Final = "contracts audit --checkpoint"
START: Final = "start"
REPLAY: Final = "replay"
LOG: Final = "log memory"
SUMS: Final = "audit CHECKSUMS"
TREE: Final = "audit --depth tree"
LIVE: Final = "audit --depth live"
CHANGED: Final = "audit CHANGED_OBJECTS"
EVENTS: Final = "audit EVENT_LOG"
CHANGES: Final = "sez changes"


def names(*found: str) -> Wanted:
    """Exactly what an audit has to name."""
    return Wanted(frozenset(found))


def begins(*found: str) -> Wanted:
    """What an audit has to name, beside what follows from it."""
    return Wanted(frozenset(found), more=True)


def joined(*found: Expected) -> Expected:
    """What has to be found by each audit of all that is expected of it."""
    wanted = Expected()
    for name, one in (pair for each in found for pair in each.items()):
        before = wanted.get(name, Wanted(frozenset()))
        wanted[name] = Wanted(before.places | one.places, more=before.more or one.more)
    return wanted

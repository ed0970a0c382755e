"""What a system makes of its events beside them: states of objects, claims, views."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any
from uuid import UUID

from psycopg import Cursor

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.writing.commit import Claim, HeadKey

_NAMES = ("registry.derived:DERIVED", "sez.derived:DERIVED")
"""Where the systems declare it: by name, for the log imports no system."""


@dataclass(frozen=True)
class Whose:
    """What no event tells of a store: its environment, and the code of its SEZ ('' of a Registry).

    Both are settings of the system.
    """

    environment: str
    code: str = ""


@dataclass(frozen=True)
class ViewPart:
    """Tables of a follower, and how events change them, that read no table of another part."""

    tables: tuple[str, ...]
    apply: Callable[[Cursor[Any], Sequence[Recorded]], None]


@dataclass(frozen=True)
class Views:
    """The tables of one follower: its name, their statements, how events change them.

    ``tables`` has the columns of the primary key by table, without the schema ``views``; ``beside``
    are the relations in that schema that no events make; ``reads`` are the names of the evidence
    that ``apply`` reads beside an event. ``parts`` are what ``apply`` does, in its order, for those
    who do it beside one another; none where it is of one piece.
    """

    follower: str
    schema: str
    tables: Mapping[str, tuple[str, ...]]
    apply: Callable[[Cursor[Any], Sequence[Recorded]], None]
    beside: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    parts: tuple[ViewPart, ...] = ()

    @property
    def whole(self) -> ViewPart:
        """All tables as one part."""
        return ViewPart(tuple(self.tables), self.apply)


@dataclass(frozen=True)
class Derived:
    """Everything that follows from the events of one system by its own code.

    ``kinds`` are by the name in the key of a head; ``object_ids`` gives the ids that an event lets
    its object have, none where it names no object; ``claims`` what an event of a stream claims.
    ``keys`` gives, of the first event of a stream, the key of the head of its object, and after it
    the one under which it is kept where another stream, recorded before, has that; none where the
    event is of no object, or is never the first.
    With ``one_owner`` all objects of a store bear one environment and one code of a system.
    """

    system: str
    kinds: Mapping[str, ObjectKind[Any]]
    object_ids: Callable[[Event], Iterable[UUID]]
    claims: Callable[[UUID, Event], Iterable[Claim]]
    views: Views
    keys: Callable[[Whose, Event], tuple[HeadKey, ...]]
    one_owner: bool = False

    def owns(self, event: Event) -> bool:
        """Whether an event is one of this system's own."""
        return type(event).__module__.startswith(f"{self.system}.")


def undeclared(event: Event) -> TypeError:
    """What is raised for an event of which nobody said what follows from it."""
    name = type(event).__name__
    return TypeError(f"{name}: nobody said of which object it is and what it claims")


def derived() -> tuple[Derived, ...]:
    """What each system that is installed here declares."""
    return tuple(found for name in _NAMES if isinstance(found := resolve_name(name), Derived))

"""The families of errors: who can mend what went wrong, and how programs are told.

Every exception of the product is below one family; ``docs/operations.md`` has the table. What no
``except`` tells apart is raised as its family, with words that say what to do. A lawful answer that
is not an error (a refused package, a failed verification) is a value.
"""

from typing import ClassVar


class Diagnosed(Exception):
    """What went wrong, in words for whoever can mend it.

    ``exit_code`` ends a command, ``status`` answers over HTTP; ``retry_after`` is in seconds, None
    where the same request cannot succeed by itself.
    """

    exit_code: ClassVar[int]
    status: ClassVar[int]
    retry_after: int | None = None

    def as_json(self) -> object:
        """What programs are told: the words, or more where a family has more to tell."""
        return str(self)


class BadInput(Diagnosed):
    """What was given or received is not as it must be: give another."""

    exit_code, status = 2, 422


class Absent(Diagnosed):
    """What was named is not here: name another."""

    exit_code, status = 3, 404


class RefusedByRule(Diagnosed):
    """A rule, or the state of what it concerns, forbids it: ask for what is allowed."""

    exit_code, status = 1, 409


class Temporary(Diagnosed):
    """It cannot be done now: ask the same again later."""

    exit_code, status = 4, 503
    retry_after = 30


class NotReady(Temporary):
    """Why the system cannot work now, in words that may be told to anybody."""


class UpstreamFailed(Diagnosed):
    """Another system gave no answer, or none to be believed: try again; if it lasts, ask there."""

    exit_code, status = 4, 502


class NeedsPerson(Diagnosed):
    """Whoever runs this system has to do something first: the words say what."""

    exit_code, status = 1, 503
    retry_after = 30


class Defect(Diagnosed):
    """The program or its store is not as it must be: restore it, or report it."""

    exit_code, status = 70, 500


FAMILIES: tuple[type[Diagnosed], ...] = (
    BadInput,
    Absent,
    RefusedByRule,
    Temporary,
    UpstreamFailed,
    NeedsPerson,
    Defect,
)
"""All families."""

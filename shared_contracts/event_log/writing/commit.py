"""What is written in one transaction, and the answer when it cannot be."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from uuid import UUID

from eventsourcing.persistence import IntegrityError, PersistenceError

from shared_contracts.errors import RefusedByRule, Temporary
from shared_contracts.event_log.event import Fact


class HeadKey(NamedTuple):
    """The key of an object: environment, SEZ, type and id."""

    environment: str
    sez_code: str
    kind: str
    object_id: UUID


@dataclass(frozen=True)
class Head:
    """An object as the next decision sees it.

    ``version`` is that of the last event in the stream ``originator_id``, ``position`` its place
    in the log, ``state`` the JSON of the folded state.
    """

    key: HeadKey
    originator_id: UUID
    version: int
    position: int
    state: bytes


@dataclass(frozen=True)
class NewHead:
    """The state of an object after a commit; ``version`` is that of its last fact there."""

    key: HeadKey
    originator_id: UUID
    version: int
    state: bytes


@dataclass(frozen=True)
class Evidence:
    """Bytes as they were received or sent, kept beside the fact they prove."""

    originator_id: UUID
    version: int
    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Claim:
    """A unique key with its value; a key that is taken refuses the whole commit."""

    key: str
    value: str


@dataclass(frozen=True)
class Commit:
    """Everything one request writes: all of it or nothing.

    Raises ValueError if a head or an evidence does not belong to one of the facts.
    """

    facts: tuple[Fact, ...]
    heads: tuple[NewHead, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no fact of this commit stands behind."""
        if not self.facts:
            raise ValueError("a commit without a fact: every change is an event")
        known = {(fact.originator_id, fact.version) for fact in self.facts}
        parts: tuple[NewHead | Evidence, ...] = (*self.heads, *self.evidence)
        for part in parts:
            if (part.originator_id, part.version) not in known:
                raise ValueError(
                    f"{type(part).__name__} {part.originator_id} version {part.version} "
                    "belongs to no fact of its commit"
                )

    def beside(self, other: "Commit") -> "Commit":
        """Both as one: all of both or nothing."""
        return Commit(
            self.facts + other.facts,
            self.heads + other.heads,
            self.evidence + other.evidence,
            self.claims + other.claims,
        )


What = Literal["version", "claim", "head"]


class Conflict(RefusedByRule, IntegrityError):
    """A commit was refused whole, because another came first.

    ``what`` is ``version`` (the stream already has it), ``claim`` (the key is taken) or ``head``
    (the object has moved on); ``key`` names which.
    """

    def __init__(self, what: What, key: str) -> None:
        super().__init__(f"{what} conflict: {key}")
        self.what = what
        self.key = key


class WriterLost(Temporary, PersistenceError):
    """The writer's lock is gone or was never had, or the thread that wrote was interrupted.

    Whether a commit under way was recorded is not known: the process must stop, and the sender
    repeats the message.
    """


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What became of one request of a group: its last position, or the conflict."""

    position: int
    conflict: Conflict | None = None

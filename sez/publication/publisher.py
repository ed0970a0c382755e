"""What forms documents of a kind, and how a version of an object is made and recorded.

(S216-3, S95-4)
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from sez.publication.known_codes import KnownCodes
from sez.publication.large_process import LargeProcess
from sez.publication.related import Referred, places
from sez.records.kind import AnyKind, Referrer
from sez.records.owner import Owner
from sez.records.version import Publish
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.large_documents.apart import EVIDENCE
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.signing.sign import Signer

AnyState: TypeAlias = AggregateState[Any]
"""The state of an object of any kind, and its place in the log."""

M = TypeVar("M", bound=Amendable | None)

NOTHING_REFERRED = Referred()
"""What an object without references tells."""


@dataclass(frozen=True, slots=True)
class DocumentPublisher:
    """What forms documents of a kind: the log, whose they are, and the clock.

    ``system`` signs what the platform itself forms; ``kind`` is what is formed here, ``kinds``
    are all; ``refused`` tells whether a version was refused, or cannot be delivered, and waits for
    a person; ``known_codes`` is the copy of the classifiers. While an object is ``untouched``
    nothing of it is put into a package; ``large`` forms what is too large for this process.
    """

    log: EventLog
    owner: Owner
    system: Signer
    clock: Callable[[], datetime]
    refused: Callable[[UUID, int], bool]
    kinds: Mapping[str, AnyKind]
    kind: AnyKind
    known_codes: KnownCodes | None = None
    untouched: Callable[[UUID], AbstractContextManager[object]] = lambda _object_id: nullcontext()
    large: LargeProcess | None = None

    def of(self, object_type: str) -> "DocumentPublisher":
        """The publisher of another kind; ``KeyError`` if there is none."""
        return replace(self, kind=self.kinds[object_type])

    def key(self, object_id: UUID) -> HeadKey:
        """The key of an object."""
        return HeadKey(
            self.owner.environment, self.owner.sez_code, self.kind.objects.name, object_id
        )

    def current_state(self, object_id: UUID) -> AnyState:
        """The present state of an object, and its place in the log."""
        key = self.key(object_id)
        return current_state(self.kind.objects, key, self.log.heads([key]).get(key), uuid7)


class NextVersion(NamedTuple, Generic[M]):
    """What shall follow: where its object stands, the document, and what that refers to."""

    at: AnyState
    document: M
    referred: Referred


@contextmanager
def forming(
    publisher: DocumentPublisher, object_id: UUID, make: Callable[[AnyState], M]
) -> Iterator[NextVersion[M]]:
    """The next version as it is made; its object and those it refers to are locked.

    Which those are is known under the lock of the object: then all are locked once more. The
    document is made anew only where something happened to its object meanwhile.
    """
    keys, made = {publisher.key(object_id)}, None
    while True:
        with publisher.log.locks(keys):
            at = publisher.current_state(object_id)
            if made is None or made[0] != at.version:
                made = at.version, make(at)
            document = made[1]
            named = [one for one in _named(publisher, document, at) if one[1] != at.key]
            wanted = {*places(publisher.owner, document), *(key for _, key in named)}
            if keys.issuperset(wanted):
                objects = [(one.kind, one.current_state(key.object_id)) for one, key in named]
                beside = _beside(publisher, objects, at, document)
                yield NextVersion(at, document, Referred(objects, beside))
                return
        keys.update(wanted)


def _named(
    publisher: DocumentPublisher, document: Amendable | None, at: AnyState
) -> Iterator[tuple[DocumentPublisher, HeadKey]]:
    """The objects to which a document, or else its object, refers: their publisher and key."""
    references: Collection[tuple[str, UUID]] = (
        kind_of(document).references(document)
        if document is not None and isinstance(document, kind_of(document).whole)
        else publisher.kind.refers_to(at.state)
    )
    for object_type, object_id in dict.fromkeys(references):
        if object_type in publisher.kinds:
            other = publisher.of(object_type)
            yield other, other.key(object_id)


def _beside(
    publisher: DocumentPublisher,
    objects: Sequence[tuple[AnyKind, AnyState]],
    own: AnyState,
    document: Amendable | None,
) -> Sequence[tuple[AnyKind, AnyState]]:
    """What is shown beside those to which a version refers, but for its own object.

    That is what refers to them too, and what is in force and the same as a new one.
    """
    named = dict.fromkeys(one for kind, at in objects for one in kind.beside(at.state))
    if document is not None and not own.version:
        same = publisher.kind.namesakes(publisher.log, publisher.owner, document)
        named |= dict.fromkeys((publisher.kind.object_type, one) for one in same)
    others = [(publisher.of(object_type), object_id) for object_type, object_id in named]
    return [
        (other.kind, other.current_state(object_id))
        for other, object_id in others
        if other.key(object_id) != own.key
    ]


def append(
    publisher: DocumentPublisher,
    at: AnyState,
    command: object,
    data: bytes | None = None,
    referred: Referred = NOTHING_REFERRED,
) -> AnyState:
    """Record what happens, and what those that the object refers to learn of it."""
    kind = publisher.kind
    events = kind.decide(at.state, command)
    facts, following = at.facts(events), at.after(events)
    stands = kind.standing(following.state)
    told, heads = referred.told(Referrer(kind.object_type, at.key.object_id, stands))
    place = (facts[0].originator_id, facts[0].version)
    evidence = [Evidence(*place, "document", data)] if data else []
    if isinstance(command, Publish) and command.apart is not None:
        evidence.append(Evidence(*place, EVIDENCE, command.apart.listing))
    publisher.log.append(Commit((*facts, *told), (following.head(), *heads), tuple(evidence)))
    return following


def check_own(owner: Owner, document: Amendable) -> None:
    """``RefusedByRule`` for a document of another SEZ, or of another environment."""
    act = document.act
    if (act.environment, act.sez_code) != (owner.environment, owner.sez_code):
        raise RefusedByRule(
            f"the act names {act.sez_code} in {act.environment}, "
            f"this is {owner.sez_code} in {owner.environment}: sign a document for here"
        )

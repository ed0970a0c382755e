"""Scheme 2 as the SEZ runs it by itself: asked, answered, supplied (S216-A2.2.0, 1, 5, 7)."""

import hashlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import structlog

from sez.changes import listing
from sez.changes.answers import (
    CHANGES,
    CHANGES_ID,
    ChangesAnswered,
    DifferingObject,
    KnownChanges,
)
from sez.changes.asking_first import FirstQuestions
from sez.publication.questions import Questions
from sez.records.kind import AnyKind
from sez.synchronisation.forming import Forming
from shared_contracts.astana_time import to_astana
from shared_contracts.classifiers.edition import CLASSIFIERS
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import HELD_OBJECTS
from shared_contracts.messages.changes import (
    ChangesAnswer,
    ChangesRequest,
    ChangesResult,
    DifferenceKind,
    HeldEdition,
    HeldObject,
    ObjectDifference,
)

journal = structlog.get_logger(__name__)

ASK = "RequestChanges"
"""The Registry's operation that answers a question."""

SUPPLIED = 400
"""Most versions that are sent anew for one answer; the next round asks for the rest."""


class KeptClassifiers(Protocol):
    """The classifiers by which this SEZ works."""

    @property
    def codes(self) -> Classifiers:
        """All their editions."""

    def refresh(self) -> object:
        """Take over what the Registry has; raises what keeps it from that."""


@dataclass(slots=True)
class ChangeQuestions:
    """Asks the Registry what it lacks, keeps the answers, supplies what it asks for.

    ``kinds`` are those of this SEZ's objects, by the type that the wire knows; ``first`` asks about
    versions before they are sent. Safe for all threads; one round at a time.
    """

    log: EventLog
    kinds: Mapping[str, AnyKind]
    questions: Questions
    forming: Forming
    classifiers: KeptClassifiers
    first: FirstQuestions = field(init=False)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Prepare what is asked about versions before they are sent."""
        forming = self.forming
        self.first = FirstQuestions(
            self.log, self.kinds, self.questions, forming.follower, forming.pauses
        )

    def known(self) -> AggregateState[KnownChanges]:
        """What the answers say up to now."""
        key = self._key(CHANGES.name, CHANGES_ID)
        return current_state(CHANGES, key, self.log.heads([key]).get(key), uuid7)

    def ask(self) -> KnownChanges:
        """Go through all that was acknowledged, a page at a time; what is lacking then waits.

        Kept are the answers that ask for something, and the last of the round.

        ``DeliveryProblem`` where the Registry is away, ``RefusedByRule`` where it refuses to
        answer, ``NotTheCounterpart`` where the answer is not the Registry's to this question.
        """
        with self._mutex:
            self.forming.follower.catch_up()
            editions, number, objects = tuple(self._editions()), 1, 0
            for page, last in self._pages():
                answer, data = self._answer(page, editions)
                differing = tuple(self._differing(answer))
                editions, objects = (), objects + len(page)
                if last or answer.result is ChangesResult.SUPPLEMENT_REQUIRED:
                    self._keep(answer, data, (number, last, objects), differing)
                    number, objects = number + 1, 0
                self._supply(answer, differing)
        return self.known().state

    def _pages(self) -> Iterator[tuple[Sequence[listing.HeldVersion], bool]]:
        """All objects from the highest id down, and which page is the last."""
        before, last = UUID(int=2**128 - 1), False
        while not last:
            page = listing.held(self.log, before, HELD_OBJECTS)
            last = len(page) < HELD_OBJECTS
            yield page, last
            before = page[-1].object_id if page else before

    def _answer(
        self, page: Sequence[listing.HeldVersion], editions: Sequence[HeldEdition]
    ) -> tuple[ChangesAnswer, bytes]:
        questions, owner = self.questions, self.questions.owner
        request = ChangesRequest(
            message_id=uuid7(),
            sez_code=owner.sez_code,
            environment=owner.environment,
            created_at=questions.clock(),
            objects=tuple(self._held(page)),
            editions=tuple(editions),
        )
        signed = questions.signed(request, f"changes-{request.message_id}")
        answer, data = questions.put(signed, ASK, ChangesAnswer)
        asked = (request.message_id, owner.sez_code, owner.environment)
        if (answer.message_id, answer.sez_code, answer.environment) != asked:
            raise NotTheCounterpart(f"it answers {answer.message_id}, not {request.message_id}")
        return answer, data

    def _held(self, page: Sequence[listing.HeldVersion]) -> Iterator[HeldObject]:
        keys = {
            self._key(kind.objects.name, one.object_id): (object_type, one)
            for one in page
            for object_type, kind in self.kinds.items()
        }
        for key in self.log.heads(keys):
            object_type, one = keys[key]
            yield HeldObject(
                object_type=object_type,
                object_id=one.object_id,
                version=one.version,
                document_hash=one.document_hash,
            )

    def _editions(self) -> Iterator[HeldEdition]:
        """The editions in force today, as this SEZ has them."""
        day = to_astana(self.questions.clock()).date()
        for classifier in CLASSIFIERS:
            edition = self.classifiers.codes.index(classifier, day).edition
            yield HeldEdition(classifier=classifier, name=edition.name, sha256=edition.sha256)

    def _differing(self, answer: ChangesAnswer) -> Iterator[DifferingObject]:
        """What cannot be mended by sending: the Registry has a version that is not ours."""
        ours = listing.same_here(self.log, answer.object_differences)
        for one in answer.object_differences:
            has = one.registry_version is not None and one.registry_hash is not None
            if has and one.object_id not in ours:
                yield DifferingObject(
                    object_type=one.object_type,
                    object_id=one.object_id,
                    difference=one.difference,
                    registry_version=one.registry_version or 0,
                    registry_hash=one.registry_hash or "",
                )

    def _keep(
        self,
        answer: ChangesAnswer,
        data: bytes,
        place: tuple[int, bool, int],
        differing: tuple[DifferingObject, ...],
    ) -> None:
        number, last, objects = place
        event = ChangesAnswered(
            request_id=answer.message_id,
            page=number,
            last=last,
            objects=objects,
            result=answer.result,
            lacking=len(_asked_for(answer)),
            differing=differing,
            classifiers=tuple(one.classifier for one in answer.edition_differences),
            answer_sha256=hashlib.sha256(data).hexdigest(),
            answered_at=answer.answered_at,
            received_at=self.questions.clock(),
        )
        at = self.known()
        [fact], after = at.facts([event]), at.after([event])
        evidence = Evidence(fact.originator_id, fact.version, "answer", data)
        self.log.append(Commit((fact,), (after.head(),), (evidence,)))

    def _supply(self, answer: ChangesAnswer, differing: Collection[DifferingObject]) -> None:
        """Put on their way the versions asked for; take the editions that are in force."""
        for one in differing:
            journal.error("the Registry has another version", object_id=str(one.object_id))
        apart = {one.object_id for one in differing}
        wanted = [one for one in _asked_for(answer) if one.object_id not in apart]
        if wanted:
            self.forming.form_anew(listing.to_supply(self.log, wanted, SUPPLIED))
        if answer.edition_differences:
            self.classifiers.refresh()

    def _key(self, kind: str, object_id: UUID) -> HeadKey:
        owner = self.questions.owner
        return HeadKey(owner.environment, owner.sez_code, kind, object_id)


def _asked_for(answer: ChangesAnswer) -> list[ObjectDifference]:
    """The objects of which the Registry asks for versions."""
    lacking = {DifferenceKind.MISSING, DifferenceKind.BEHIND}
    return [one for one in answer.object_differences if one.difference in lacking]

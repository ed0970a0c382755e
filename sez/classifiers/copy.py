"""The copy of the classifiers: kept, compared with the Registry's, asked before signing."""

import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from sez.classifiers.asking import ClassifierQuestions
from sez.classifiers.editions import (
    COPY,
    COPY_ID,
    ClassifierEditionCopied,
    Compare,
    CopiedClassifiers,
    CopiedEdition,
    decide,
)
from sez.synchronisation.delivery_problem import DeliveryProblem
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import CLASSIFIERS, Edition, entries_of
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import NeedsPerson, RefusedByRule, UpstreamFailed
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import Fault
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.classifiers import ClassifierPage, KnownEdition
from shared_contracts.process.health import Gauge

journal = structlog.get_logger(__name__)

STALE = timedelta(days=1)
"""After so long without a comparison the copy is stale, and codes are left to the Registry."""

WAIT = 10.0
"""Most seconds for which whoever signs a document waits for a comparison that others began."""

AWAY = 30.0
"""Seconds for which nobody who signs asks again after the Registry could not be asked."""

Key = tuple[str, str, str]
"""Classifier, name and SHA-256 of an edition."""


@dataclass(slots=True)
class ClassifierCopy:
    """The editions of the Registry, copied; safe for all threads.

    ``away`` is for how many seconds nobody who signs asks again after the Registry was away.
    """

    event_log: EventLog
    questions: ClassifierQuestions
    _held: dict[Key, Edition] = field(default_factory=dict)
    _state: CopiedClassifiers = field(default_factory=CopiedClassifiers)
    _codes: Classifiers = field(default_factory=builtin)
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    away: float = AWAY
    _compared: float = -math.inf
    _away_until: float = -math.inf

    def load(self) -> None:
        """Read the copy from the log, when the process begins."""
        self._held = {_key(edition): edition for edition in builtin().editions()}
        at = self._at()
        for recorded in self.event_log.stream(at.originator_id) if at.version else ():
            if isinstance(recorded.event, ClassifierEditionCopied):
                rows = self.event_log.evidence(recorded.originator_id, recorded.version, "rows")
                if rows is not None:
                    edition = _edition(recorded.event, rows)
                    self._held[_key(edition)] = edition
        self._take(at.state)

    @property
    def state(self) -> CopiedClassifiers:
        """Which editions are asked, and when they were last compared."""
        return self._state

    @property
    def codes(self) -> Classifiers:
        """The codes as the copy has them; before the first comparison the built-in subset."""
        return self._codes

    def age(self) -> timedelta | None:
        """Since when nothing was compared; None if it never was."""
        compared_at = self._state.compared_at
        return None if compared_at is None else self.questions.clock() - compared_at

    @property
    def is_stale(self) -> bool:
        """Whether the copy may lack what the Registry has."""
        age = self.age()
        return age is None or age > STALE

    def gauge(self) -> Gauge:
        """How old the copy is, as a figure; -1 if it was never compared."""
        return Gauge(
            "sez_classifiers_age_seconds",
            "Seconds since the classifiers were compared with the Registry's; -1 for never",
            lambda: -1.0 if (age := self.age()) is None else age.total_seconds(),
        )

    def in_words(self) -> str:
        """How the copy stands, for readiness."""
        age = self.age()
        if age is None:
            return "never compared with the Registry: codes are left to it"
        said = f"compared {age.total_seconds():.0f} s ago"
        return f"stale, {said}: codes are left to the Registry" if self.is_stale else said

    def at_hand(self) -> Classifiers | None:
        """The codes by which a document may be refused; None while the copy is stale."""
        return None if self.is_stale else self._codes

    def anew(self, wait: float = WAIT) -> Classifiers | None:
        """The same after a comparison now; None if the Registry cannot be asked.

        Whoever comes while others compare takes what they find within ``wait`` seconds, and nobody
        waits for a Registry that was away a moment ago.
        """
        came = time.monotonic()
        if came < self._away_until or not self._mutex.acquire(timeout=wait):
            return None
        try:
            if self._compared < came:
                self._compare()
        except (UpstreamFailed, NotTheCounterpart, NeedsPerson, RefusedByRule) as problem:
            self._away_until = time.monotonic() + self.away
            journal.warning("the classifiers were not compared", problem=str(problem))
            return None
        finally:
            self._mutex.release()
        return self._codes

    def refresh(self) -> CopiedClassifiers:
        """Compare with the Registry and copy what is new; ``DeliveryProblem`` if it is away."""
        with self._mutex:
            self._compare()
            return self._state

    def _compare(self) -> None:
        told = [one for classifier in CLASSIFIERS for one in self._told(classifier)]
        fetched = [
            self.questions.edition(classifier, known)
            for classifier, known in told
            if (classifier, known.name, known.sha256) not in self._held
        ]
        editions = tuple(_copied(*one) for one in told)
        self._record(Compare(editions, tuple(fetched), self.questions.clock()))
        self._compared, self._away_until = time.monotonic(), -math.inf

    def _told(self, classifier: str) -> Iterator[tuple[str, KnownEdition]]:
        """The editions that the Registry has, told beside what one changed against itself."""
        ours = next(
            (one.name for one in self._state.editions if one.classifier == classifier), None
        )
        return ((classifier, known) for known in self._page(classifier, ours).known_editions)

    def _page(self, classifier: str, ours: str | None) -> ClassifierPage:
        if ours is None:
            return self.questions.page(classifier)
        try:
            return self.questions.page(classifier, edition=ours, since=ours)
        except DeliveryProblem as problem:
            if problem.reason != Fault.EDITION_UNKNOWN:  # it was withdrawn meanwhile
                raise
            return self.questions.page(classifier)

    def _record(self, command: Compare) -> None:
        at = self._at()
        events = decide(at.state, command)
        facts, after = at.facts(events), at.after(events)
        evidence = tuple(
            Evidence(fact.originator_id, fact.version, "rows", edition.rows)
            for fact, edition in zip(facts, command.fetched, strict=False)
        )
        self.event_log.append(Commit(facts, (after.head(),), evidence))
        self._held |= {_key(edition): edition for edition in command.fetched}
        self._take(after.state)

    def _take(self, state: CopiedClassifiers) -> None:
        if state.editions:
            keys = ((one.classifier, one.name, one.sha256) for one in state.editions)
            self._codes = Classifiers(self._held[key] for key in keys)
        self._state = state

    def _at(self) -> AggregateState[CopiedClassifiers]:
        owner = self.questions.owner
        key = HeadKey(owner.environment, owner.sez_code, COPY.name, COPY_ID)
        return current_state(COPY, key, self.event_log.heads([key]).get(key), uuid7)


def open_copy(log: EventLog, questions: ClassifierQuestions) -> ClassifierCopy:
    """The copy as it is on record."""
    copy = ClassifierCopy(log, questions)
    copy.load()
    return copy


def _key(edition: Edition) -> Key:
    return edition.classifier, edition.name, edition.sha256


def _copied(classifier: str, known: KnownEdition) -> CopiedEdition:
    return CopiedEdition(
        classifier=classifier,
        name=known.name,
        effective_from=known.effective_from,
        supplement=known.supplement,
        sha256=known.sha256,
    )


def _edition(event: ClassifierEditionCopied, rows: bytes) -> Edition:
    named = (event.classifier, event.edition, event.effective_from)
    return Edition(*named, entries_of(rows), event.supplement, source="Registry")

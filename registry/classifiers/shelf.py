"""The classifiers at hand: the built-in subset and every edition that was imported (S216-17)."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from registry.classifiers.builtin import builtin
from registry.classifiers.edition import (
    CLASSIFIERS,
    ClassifierEditionImported,
    Edition,
    Editions,
    Import,
    decide,
    evolve,
    from_rows,
)
from registry.classifiers.importer import read_edition
from registry.classifiers.index import Classifiers
from shared_contracts.event_log.commit import Commit, Evidence
from shared_contracts.event_log.decider import Kind, standing
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment

CLASSIFIER: Kind[Editions] = Kind("CLASSIFIER", Editions(), evolve, Editions)
"""The editions of each classifier, by an id made from its code."""

NAMESPACE = UUID("0f1f0f0a-6f0e-5d0c-9a57-8a43c1f6a0d2")
"""Namespace in which the code of a classifier becomes the id of its record."""


@dataclass(slots=True)
class Shelf:
    """All editions, ready to be asked; a new one counts once it is in the log."""

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    _codes: Classifiers = field(default_factory=builtin)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def codes(self) -> Classifiers:
        """The classifiers as they are now."""
        return self._codes

    def load(self) -> None:
        """Read every imported edition from the log, when the process begins."""
        for classifier in CLASSIFIERS:
            key = self._key(classifier)
            head = self.log.heads([key]).get(key)
            for recorded in self.log.stream(head.originator_id) if head else ():
                rows = self.log.evidence(recorded.originator_id, recorded.version, "rows")
                if isinstance(recorded.event, ClassifierEditionImported) and rows is not None:
                    self._codes = self._codes.added(from_rows(recorded.event, rows))

    def take(
        self, classifier: str, name: str, effective_from: date, source: str, data: bytes
    ) -> Edition:
        """Import an edition from a file; ``EditionRefused`` says what is wrong with it."""
        edition = read_edition(classifier, name, effective_from, source, data)
        command = Import(edition, source, hashlib.sha256(data).hexdigest(), self.clock())
        key = self._key(classifier)
        with self._mutex:
            at = standing(CLASSIFIER, key, self.log.heads([key]).get(key), uuid7)
            events = decide(at.state, command)
            facts, after = at.facts(events), at.after(events)
            if facts:
                rows = Evidence(facts[0].originator_id, facts[0].version, "rows", edition.rows)
                self.log.append(Commit(facts, (after.head(),), (rows,)))
                self._codes = self._codes.added(edition)
        return edition

    def _key(self, classifier: str) -> HeadKey:
        return HeadKey(self.environment, "REGISTRY", CLASSIFIER.name, uuid5(NAMESPACE, classifier))

"""The classifiers at hand: the built-in subset and every edition that was imported (S216-17)."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Protocol
from uuid import UUID, uuid5

from registry.classifiers.changes import differences, told_of
from registry.classifiers.editions import (
    ClassifierEditionImported,
    ClassifierEditionWithdrawn,
    Command,
    Editions,
    ImportEdition,
    WithdrawEdition,
    decide,
    evolve,
    from_rows,
)
from registry.classifiers.importer import Offered, Wish, read_offered
from registry.classifiers.in_use import CodeInUse, newly_refused
from registry.classifiers.pages import page
from registry.records.codes import CodedRecord
from shared_contracts.astana_time import to_astana
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import CLASSIFIERS, Edition
from shared_contracts.classifiers.index import Classifiers, fallen
from shared_contracts.errors import Absent, RefusedByRule
from shared_contracts.event_log.decider import ObjectKind, current_state
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.changes import EditionDifference, HeldEdition
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.messages.document import Environment
from shared_contracts.messages.notice import ClassifierChange

CLASSIFIER: ObjectKind[Editions] = ObjectKind("CLASSIFIER", Editions(), evolve, Editions)
"""The editions of each classifier, by an id made from its code."""

NAMESPACE = UUID("0f1f0f0a-6f0e-5d0c-9a57-8a43c1f6a0d2")
"""Namespace in which the code of a classifier becomes the id of its record."""


SAMPLE = 20
"""How many of the codes that fall away are named in a sentence."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import or a withdrawal did, or would do: which codes may not be used any more.

    ``fallen`` are those of the editions in force, ``in_use`` those of purchases on record.
    """

    edition: Edition
    recorded: bool
    fallen: tuple[str, ...]
    in_use: tuple[CodeInUse, ...] = ()


def _warning(told: Taken) -> str:
    return (
        f"{told.edition.classifier}: {len(told.fallen)} codes could not be used any more: "
        f"{_some(told.fallen)}; of purchases on record have such codes {len(told.in_use)}: "
        f"{_some(map(_used, told.in_use))}; import what is missing as a supplement, or confirm "
        "that they shall be refused"
    )


def _some(said: Iterable[str]) -> str:
    """The first of several, and whether there are more."""
    first = list(islice(said, SAMPLE + 1))
    return ", ".join(first[:SAMPLE] + ["…"] * (len(first) > SAMPLE)) or "—"


def _used(code: CodeInUse) -> str:
    more = " …" if code.purchases > len(code.examples) else ""
    return f"{code.code} ({code.purchases}: {' '.join(code.examples)}{more})"


class ChangeNotices(Protocol):
    """Notices of a change that are formed and not recorded yet."""

    @property
    def commit(self) -> Commit:
        """What is to be recorded with the change."""

    def committed(self) -> None:
        """It is recorded: they are sent from now on."""


Tell = Callable[[ClassifierChange], ChangeNotices | None]
"""Forms the notices of a change; None where there is nobody to be told."""


@dataclass(slots=True)
class ClassifierStore:
    """All editions, ready to be asked; a new one counts once it is in the log.

    ``on_record`` gives the objects whose codes a change may concern; ``tell`` forms the notices of
    a change, which are recorded with it (S216-A3.5a).
    """

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    on_record: Callable[[], Iterable[CodedRecord]]
    tell: Tell = field(default=lambda _change: None)
    _codes: Classifiers = field(default_factory=builtin)
    _withdrawn: list[Edition] = field(default_factory=list)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def codes(self) -> Classifiers:
        """The classifiers as they are now."""
        return self._codes

    def page(self, request: ClassifierRequest, at: datetime) -> ClassifierPage:
        """A page of what is at hand, as of ``at``; ``Unprocessed`` where there is none."""
        return page(self._codes, request, at)

    def differences(
        self, held: Sequence[HeldEdition], at: datetime
    ) -> tuple[EditionDifference, ...]:
        """Which editions that are held are not those in force ``at``; ``Unprocessed`` for none."""
        return differences(self._codes, held, to_astana(at).date())

    def load(self) -> None:
        """Read every imported edition from the log, when the process begins."""
        for classifier in CLASSIFIERS:
            key = self._key(classifier)
            head = self.log.heads([key]).get(key)
            for recorded in self.log.stream(head.originator_id) if head else ():
                self._load(recorded)

    def _load(self, recorded: Recorded) -> None:
        match recorded.event:
            case ClassifierEditionImported() as event:
                rows = self.log.evidence(recorded.originator_id, recorded.version, "rows")
                if rows is not None:
                    self._codes = self._codes.added(from_rows(event, rows))
            case ClassifierEditionWithdrawn(classifier=classifier, edition=name):
                self._withdrawn.append(self._known(classifier, name))
                self._codes = self._codes.without(classifier, name)
            case _:
                raise TypeError(f"{recorded.topic} in the stream of a classifier")

    def withdrawn(self) -> tuple[Edition, ...]:
        """The editions that are asked no more."""
        return tuple(self._withdrawn)

    def take(self, classifier: str, offered: Offered) -> Taken:
        """Import an edition from a file, or only tell what that would do.

        ``BadInput`` says what is wrong with the file, ``RefusedByRule`` what on record
        speaks against it: also that codes would be refused from then on, unless that is wanted.
        """
        edition = read_offered(classifier, offered)
        with self._mutex:
            digest = hashlib.sha256(offered.data).hexdigest()
            command = ImportEdition(edition, offered.source, digest, self.clock())
            return self._change(command, self._codes.added(edition), edition, offered.wish)

    def withdraw(self, classifier: str, name: str, reason: str, wish: Wish) -> Taken:
        """Ask an edition no more; ``Absent`` if none of this name was imported."""
        with self._mutex:
            command = WithdrawEdition(classifier, name, reason, self.clock())
            edition = self._known(classifier, name)
            done = self._change(command, self._codes.without(classifier, name), edition, wish)
            if done.recorded:
                self._withdrawn.append(edition)
            return done

    def _known(self, classifier: str, name: str) -> Edition:
        for edition in (*self._codes.editions(), *self._withdrawn):
            if (edition.classifier, edition.name) == (classifier, name):
                return edition
        raise Absent(f"{classifier}: no edition {name!r} was imported")

    def _change(self, command: Command, after: Classifiers, edition: Edition, wish: Wish) -> Taken:
        classifier = edition.classifier
        key = self._key(classifier)
        at = current_state(CLASSIFIER, key, self.log.heads([key]).get(key), uuid7)
        events = decide(at.state, command)
        told = (
            self._foreseen(after, edition) if events else Taken(edition, recorded=False, fallen=())
        )
        if not events or wish.check:
            return told
        if (told.fallen or told.in_use) and not wish.replace:
            raise RefusedByRule(_warning(told))
        facts = at.facts(events)
        evidence = [Evidence(facts[0].originator_id, facts[0].version, "rows", edition.rows)]
        beside = tuple(evidence) if isinstance(command, ImportEdition) else ()
        withdrawn = isinstance(command, WithdrawEdition)
        notices = self.tell(told_of(self._codes, after, edition, withdrawn=withdrawn))
        commit = Commit(facts, (at.after(events).head(),), beside)
        self.log.append(commit.beside(notices.commit) if notices else commit)
        self._codes = after
        if notices:
            notices.committed()
        return replace(told, recorded=True)

    def _foreseen(self, after: Classifiers, edition: Edition) -> Taken:
        """What would be refused by ``after``: from the edition's first day, and now."""
        classifier, now = edition.classifier, self.clock().date()
        days = {edition.effective_from, max(edition.effective_from, now)}
        lost = {code for day in days for code in fallen(self._codes, after, classifier, day)}
        used = newly_refused(self._codes, after, classifier, days, self.on_record())
        return Taken(edition, recorded=False, fallen=tuple(sorted(lost)), in_use=used)

    def _key(self, classifier: str) -> HeadKey:
        return HeadKey(self.environment, "REGISTRY", CLASSIFIER.name, uuid5(NAMESPACE, classifier))

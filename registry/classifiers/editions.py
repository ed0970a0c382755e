"""The editions on record of each classifier: taken, and withdrawn."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from shared_contracts.classifiers.edition import BUILT_IN, BUILT_IN_UNITS, Edition, entries_of
from shared_contracts.errors import Absent, Defect, RefusedByRule
from shared_contracts.event_log.event import Event, topic, upcaster

# What can happen


@topic("classifier-edition-imported.2")
class ClassifierEditionImported(Event, frozen=True, kw_only=True):
    """An edition came into the Registry; its rows are the event's evidence ``rows``."""

    classifier: str
    edition: str
    effective_from: date
    sha256: str
    entries: int
    source: str
    source_sha256: str
    imported_at: datetime
    supplement: bool = False


@upcaster("classifier-edition-imported.1")
def _without_supplements(content: dict[str, Any]) -> dict[str, Any]:
    """Every edition of before stood for the whole classifier."""
    return {**content, "supplement": False}


@topic("classifier-edition-withdrawn.1")
class ClassifierEditionWithdrawn(Event, frozen=True, kw_only=True):
    """An edition is not asked any more, for whatever day; what it judged before stands."""

    classifier: str
    edition: str
    reason: str
    withdrawn_at: datetime


# What can be asked


@dataclass(frozen=True, slots=True)
class ImportEdition:
    """Take an edition read from the file ``source``."""

    edition: Edition
    source: str
    source_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawEdition:
    """Ask an edition no more."""

    classifier: str
    name: str
    reason: str
    at: datetime


Command = ImportEdition | WithdrawEdition


# What it is meanwhile


class RecordedEdition(msgspec.Struct, frozen=True):
    """An edition that was taken before."""

    name: str
    effective_from: date
    sha256: str
    supplement: bool = False
    withdrawn: bool = False


class Editions(msgspec.Struct, frozen=True, tag="EDITIONS"):
    """The editions of one classifier, in the order in which they came."""

    kept: tuple[RecordedEdition, ...] = ()


# Decide


def decide(editions: Editions, command: Command) -> Sequence[Event]:
    """Take a new edition, or withdraw one; the same again is nothing new.

    ``RefusedByRule`` if a name already stands for something else, ``Absent`` if what
    shall be withdrawn was never imported.
    """
    if isinstance(command, WithdrawEdition):
        return _withdrawn(editions, command)
    edition = command.edition
    if edition.name in {BUILT_IN, BUILT_IN_UNITS}:
        raise RefusedByRule(f"{edition.name!r} is built in; give the new one a name of its own")
    for kept in editions.kept:
        if kept.name == edition.name:
            _ensure_same(kept, edition)
            return ()
    return (_imported(command),)


def _ensure_same(kept: RecordedEdition, edition: Edition) -> None:
    """Whether an edition is the one kept under its name; ``RefusedByRule`` tells what differs."""
    differences = (
        (kept.withdrawn, "was withdrawn"),
        (kept.sha256 != edition.sha256, f"is on record with other rows (sha256 {kept.sha256})"),
        (kept.effective_from != edition.effective_from, f"is in force from {kept.effective_from}"),
        (kept.supplement != edition.supplement, "is on record as a whole, or as a supplement"),
    )
    for differs, how in differences:
        if differs:
            raise RefusedByRule(
                f"{edition.classifier}: the edition {edition.name!r} {how}; give the new one a "
                "name of its own, and withdraw the old one if it is wrong"
            )


def _withdrawn(editions: Editions, command: WithdrawEdition) -> Sequence[Event]:
    for kept in editions.kept:
        if kept.name == command.name:
            event = ClassifierEditionWithdrawn(
                classifier=command.classifier,
                edition=command.name,
                reason=command.reason,
                withdrawn_at=command.at,
            )
            return () if kept.withdrawn else (event,)
    raise Absent(f"{command.classifier}: no edition {command.name!r} was imported")


def _imported(command: ImportEdition) -> ClassifierEditionImported:
    edition = command.edition
    return ClassifierEditionImported(
        classifier=edition.classifier,
        edition=edition.name,
        effective_from=edition.effective_from,
        sha256=edition.sha256,
        entries=len(edition.entries),
        source=command.source,
        source_sha256=command.source_sha256,
        imported_at=command.at,
        supplement=edition.supplement,
    )


# Evolve


def evolve(editions: Editions, event: Event) -> Editions:
    """What is kept after ``event``."""
    match event:
        case ClassifierEditionImported():
            kept = RecordedEdition(
                event.edition, event.effective_from, event.sha256, event.supplement
            )
            return Editions((*editions.kept, kept))
        case ClassifierEditionWithdrawn():
            return Editions(
                tuple(
                    msgspec.structs.replace(kept, withdrawn=True)
                    if kept.name == event.edition
                    else kept
                    for kept in editions.kept
                )
            )
        case _:
            return editions


# Read again


def from_rows(event: ClassifierEditionImported, rows: bytes) -> Edition:
    """The edition of ``event`` from its evidence; ``Defect`` if that is not its rows."""
    if hashlib.sha256(rows).hexdigest() != event.sha256:
        raise Defect(f"{event.classifier} {event.edition}: the rows are not those recorded")
    named = (event.classifier, event.edition, event.effective_from)
    return Edition(*named, entries_of(rows), event.supplement, event.source)

"""Which editions of the classifiers the Registry has, as the SEZ last learned it (S216-A2.3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from shared_contracts.classifiers.edition import Edition
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic

COPY_ID = UUID("3c5d0f55-9d52-5e3e-8f0d-6d6c2b8f7a30")
"""The object under which the copy is kept."""


class CopiedEdition(msgspec.Struct, frozen=True, kw_only=True):
    """An edition that the Registry asks, by the SHA-256 of its rows."""

    classifier: str
    name: str
    effective_from: date
    supplement: bool
    sha256: str


# What can happen


@topic("classifier-edition-copied.1")
class ClassifierEditionCopied(Event, frozen=True, kw_only=True):
    """An edition came from the Registry; its rows are the event's evidence ``rows``."""

    classifier: str
    edition: str
    effective_from: date
    supplement: bool
    sha256: str
    copied_at: datetime


@topic("classifiers-compared.1")
class ClassifiersCompared(Event, frozen=True, kw_only=True):
    """The copy has the editions that the Registry had at this moment, in its order."""

    editions: tuple[CopiedEdition, ...]
    compared_at: datetime


# What it is meanwhile


class CopiedClassifiers(msgspec.Struct, frozen=True, tag="CLASSIFIERS"):
    """The editions by which codes are judged, and when they were last those of the Registry."""

    editions: tuple[CopiedEdition, ...] = ()
    compared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """Take over what the Registry has; ``fetched`` are those of its editions that were not here."""

    editions: tuple[CopiedEdition, ...]
    fetched: tuple[Edition, ...]
    at: datetime


# Decide


def decide(_copied: CopiedClassifiers, command: Compare) -> Sequence[Event]:
    """Each edition that came, and then that the copy is the Registry's."""
    came = (
        ClassifierEditionCopied(
            classifier=edition.classifier,
            edition=edition.name,
            effective_from=edition.effective_from,
            supplement=edition.supplement,
            sha256=edition.sha256,
            copied_at=command.at,
        )
        for edition in command.fetched
    )
    return (*came, ClassifiersCompared(editions=command.editions, compared_at=command.at))


# Evolve


def evolve(copied: CopiedClassifiers, event: Event) -> CopiedClassifiers:
    """What is known after ``event``."""
    match event:
        case ClassifiersCompared(editions=editions, compared_at=at):
            return CopiedClassifiers(editions, at)
        case ClassifierEditionCopied():  # it counts once the comparison names it
            return copied
        case _:
            return copied


COPY: ObjectKind[CopiedClassifiers] = ObjectKind(
    "CLASSIFIER_COPY", CopiedClassifiers(), evolve, CopiedClassifiers
)
"""The one copy of this SEZ."""

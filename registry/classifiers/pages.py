"""Scheme 3: an edition, or what changed since one, page by page (S216-A2.3.1-4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared_contracts.astana_time import to_astana
from shared_contracts.classifiers.edition import CLASSIFIERS, ClassifierEntry, Edition, delta
from shared_contracts.classifiers.index import LEVELS, Classifiers, Index
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import CLASSIFIER_CODES
from shared_contracts.messages.classifiers import (
    ClassifierCode,
    ClassifierPage,
    ClassifierRequest,
    KnownEdition,
)
from shared_contracts.messages.document import LocalizedText
from shared_contracts.rules.catalogue import WORDS

Changed = tuple[ClassifierEntry, str | None]
"""An entry, and what happened to it if changes were asked for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The edition that is asked for, and the one since which changes are wanted."""

    edition: Edition
    since: Edition | None


def page(codes: Classifiers, request: ClassifierRequest, at: datetime) -> ClassifierPage:
    """The page that is asked for, as of ``at``.

    ``Unprocessed`` CLASSIFIER_UNKNOWN, EDITION_UNKNOWN or PAGE_UNKNOWN says what there is.
    """
    asked = _asked(codes, request, at)
    entries = _entries(asked.edition, asked.since)
    pages = max(1, -(-len(entries) // CLASSIFIER_CODES))
    if not 1 <= request.page <= pages:
        raise Unprocessed(Fault.PAGE_UNKNOWN, f"page {request.page} of {pages}")
    first = (request.page - 1) * CLASSIFIER_CODES
    return ClassifierPage(
        message_id=request.message_id,
        sez_code=request.sez_code,
        environment=request.environment,
        answered_at=to_astana(at),
        classifier=request.classifier,
        name=LocalizedText(**WORDS["classifier"][request.classifier]),
        edition=asked.edition.name,
        effective_from=asked.edition.effective_from,
        supplement=asked.edition.supplement,
        sha256=asked.edition.sha256,
        since_edition=None if asked.since is None else asked.since.name,
        entry_count=len(entries),
        page=request.page,
        page_count=pages,
        known_editions=tuple(_known(codes, request.classifier)),
        codes=tuple(_codes(asked, entries[first : first + CLASSIFIER_CODES])),
    )


def _asked(codes: Classifiers, request: ClassifierRequest, at: datetime) -> _Asked:
    if request.classifier not in CLASSIFIERS:
        raise Unprocessed(Fault.CLASSIFIER_UNKNOWN, request.classifier)
    if request.edition is not None and request.as_of is not None:
        either = f"{request.edition!r} and the one of {request.as_of}: ask for one of them"
        raise Unprocessed(Fault.EDITION_UNKNOWN, either)
    if request.edition is None:
        day = request.as_of or to_astana(at).date()
        edition = codes.index(request.classifier, day).edition
    else:
        edition = _named(codes, request.classifier, request.edition)
    since = request.since_edition
    return _Asked(edition, None if since is None else _named(codes, request.classifier, since))


def _named(codes: Classifiers, classifier: str, name: str) -> Edition:
    """An edition on record by its name, or one that was in force together with supplements."""
    known = [one for one in codes.editions() if one.classifier == classifier]
    united = (codes.index(classifier, one.effective_from).edition for one in known)
    for edition in (*known, *united):
        if edition.name == name:
            return edition
    there = ", ".join(repr(one.name) for one in known)
    raise Unprocessed(Fault.EDITION_UNKNOWN, f"{classifier}: {name!r}; there are {there}")


def _known(codes: Classifiers, classifier: str) -> Iterator[KnownEdition]:
    for edition in codes.editions():
        if edition.classifier == classifier:
            yield KnownEdition(
                name=edition.name,
                effective_from=edition.effective_from,
                supplement=edition.supplement,
                entry_count=len(edition.entries),
                sha256=edition.sha256,
            )


def _entries(edition: Edition, since: Edition | None) -> Sequence[Changed]:
    """All entries of the edition in the order of codes, or what changed in it."""
    if since is None:
        return [(entry, None) for entry in sorted(edition.entries, key=lambda one: one.code)]
    found = delta(since, edition)
    kinds = (("ADDED", found.added), ("CHANGED", found.changed), ("CLOSED", found.removed))
    return [(entry, change) for change, entries in kinds for entry in entries]


def _codes(asked: _Asked, entries: Sequence[Changed]) -> Iterator[ClassifierCode]:
    now, before = Index(asked.edition), Index(asked.since or asked.edition)
    for entry, change in entries:
        index = before if change == "CLOSED" else now
        yield _code(entry, _level(index, entry.code), change)


def _level(index: Index, code: str) -> int:
    if index.edition.classifier in LEVELS:
        return LEVELS[index.edition.classifier](code)
    depth, above = 0, index.parent(code)
    while above is not None:
        depth, above = depth + 1, index.parent(above)
    return depth


def _code(entry: ClassifierEntry, level: int, change: str | None) -> ClassifierCode:
    return ClassifierCode(
        code=entry.code,
        parent_code=entry.parent,
        level=level,
        name_kk=entry.name_kk,
        name_ru=entry.name_ru,
        name_en=entry.name_en,
        other_codes=entry.aliases,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        change=change,
    )

"""What changed in classifiers: since a SEZ's edition (S216-A2.2.4), by a new one (S216-A3.5a)."""

from collections.abc import Iterator, Sequence
from datetime import date

from shared_contracts.classifiers.edition import (
    CLASSIFIERS,
    COLUMNS,
    ClassifierEntry,
    Edition,
    delta,
)
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.limits import CHANGED_CODES
from shared_contracts.messages.changes import (
    ChangedCode,
    ChangedValue,
    EditionDifference,
    HeldEdition,
)
from shared_contracts.messages.notice import ClassifierChange


def differences(
    codes: Classifiers, held: Sequence[HeldEdition], day: date
) -> tuple[EditionDifference, ...]:
    """The classifiers whose edition in force on ``day`` is not the one that is held.

    ``Unprocessed`` CLASSIFIER_UNKNOWN for one that there is not.
    """
    return tuple(_differences(codes, held, day))


def _differences(
    codes: Classifiers, held: Sequence[HeldEdition], day: date
) -> Iterator[EditionDifference]:
    for theirs in held:
        if theirs.classifier not in CLASSIFIERS:
            raise Unprocessed(Fault.CLASSIFIER_UNKNOWN, theirs.classifier)
        ours = codes.index(theirs.classifier, day).edition
        if ours.sha256 != theirs.sha256:
            yield _difference(ours, _same(codes, theirs))


def _same(codes: Classifiers, theirs: HeldEdition) -> Edition | None:
    """The edition that a SEZ has, if it is or was in force here, supplements included."""
    known = [one for one in codes.editions() if one.classifier == theirs.classifier]
    begun = (codes.index(theirs.classifier, one.effective_from).edition for one in known)
    return next((one for one in (*known, *begun) if one.sha256 == theirs.sha256), None)


def _difference(ours: Edition, since: Edition | None) -> EditionDifference:
    changed = [] if since is None else list(_changed(since, ours))
    return EditionDifference(
        classifier=ours.classifier,
        edition=ours.name,
        effective_from=ours.effective_from,
        sha256=ours.sha256,
        since_edition=None if since is None else since.name,
        codes=tuple(changed[:CHANGED_CODES]),
        more_codes=max(0, len(changed) - CHANGED_CODES),
    )


def _changed(since: Edition, ours: Edition) -> Iterator[ChangedCode]:
    found, before = delta(since, ours), {one.code: one for one in since.entries}
    for entry in found.added:
        yield ChangedCode(code=entry.code, change="ADDED", values=_values(entry, None))
    for entry in found.changed:
        values = _values(entry, before[entry.code])
        yield ChangedCode(code=entry.code, change="CHANGED", values=values)
    for entry in found.removed:
        yield ChangedCode(code=entry.code, change="CLOSED")


def _values(entry: ClassifierEntry, before: ClassifierEntry | None) -> tuple[ChangedValue, ...]:
    """The fields of ``entry`` that differ from what was before; a new one has all it fills."""
    old = before or ClassifierEntry(entry.code)
    return tuple(
        ChangedValue(name=column.upper(), value=_text(getattr(entry, column)))
        for column in COLUMNS[1:]
        if getattr(entry, column) != getattr(old, column)
    )


def _text(value: str | tuple[str, ...] | date | None) -> str | None:
    if isinstance(value, tuple):
        return " ".join(value) or None
    return value.isoformat() if isinstance(value, date) else value


def told_of(
    before: Classifiers, after: Classifiers, edition: Edition, *, withdrawn: bool
) -> ClassifierChange:
    """The change that ``edition`` makes on its first day, as systems are told of it."""
    name, day = edition.classifier, edition.effective_from
    found = delta(before.index(name, day).edition, after.index(name, day).edition)
    return ClassifierChange(
        classifier=name,
        edition=edition.name,
        effective_from=day,
        withdrawn=withdrawn,
        changed_count=len(found.added) + len(found.changed) + len(found.removed),
    )

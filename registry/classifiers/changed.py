"""What an import or a withdrawal of an edition changes, as systems are told of it (S216-A3.5a)."""

from shared_contracts.classifiers.edition import ClassifierEntry, Edition
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.messages.notice import ClassifierChange


def changed(
    before: Classifiers, after: Classifiers, edition: Edition, *, withdrawn: bool
) -> ClassifierChange:
    """The change that ``edition`` makes on its first day: codes added, changed or fallen away."""
    old, new = _entries(before, edition), _entries(after, edition)
    differing = (code for code in old.keys() | new.keys() if old.get(code) != new.get(code))
    return ClassifierChange(
        classifier=edition.classifier,
        edition=edition.name,
        effective_from=edition.effective_from,
        withdrawn=withdrawn,
        changed_count=sum(1 for _ in differing),
    )


def _entries(classifiers: Classifiers, edition: Edition) -> dict[str, ClassifierEntry]:
    """The entries in force by ``classifiers`` on the first day of ``edition``, by code."""
    index = classifiers.index(edition.classifier, edition.effective_from)
    return {entry.code: entry for entry in index.edition.entries}

"""Which codes of objects on record would be refused after a classifier changed (S216-17)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from registry.records.codes import CodedRecord
from shared_contracts.classifiers.index import Classifiers

EXAMPLES = 5
"""How many objects that have a code are named with it."""


@dataclass(frozen=True, slots=True)
class CodeInUse:
    """A code of objects on record that could not be used any more: how many, and the first few.

    ``changes_refused`` counts those among them whose own next version would be refused: they were
    announced when the code would not have been in force either.
    """

    code: str
    purchases: int
    changes_refused: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class _Count:
    purchases: int = 0
    changes_refused: int = 0
    examples: list[str] = field(default_factory=list)


def newly_refused(
    before: Classifiers,
    after: Classifiers,
    classifier: str,
    days: Collection[date],
    records: Iterable[CodedRecord],
) -> tuple[CodeInUse, ...]:
    """Codes of ``records`` that may be used by ``before`` and not by ``after``, on any of ``days``.

    Asked as an intake asks: by another name of a code and by the subcategory of a product too.
    """
    lost: dict[str, bool] = {}
    counts: dict[str, _Count] = {}
    for record in records:
        for code in sorted(code for one, code in record.codes if one == classifier):
            if code not in lost:
                lost[code] = any(_is_lost(before, after, classifier, code, day) for day in days)
            if lost[code]:
                count = counts.setdefault(code, _Count())
                count.purchases += 1
                first = record.changeable and not after.has(classifier, code, record.first_day)
                count.changes_refused += first
                count.examples += [record.number][: EXAMPLES - len(count.examples)]
    return tuple(
        CodeInUse(code, one.purchases, one.changes_refused, tuple(one.examples))
        for code, one in sorted(counts.items())
    )


def _is_lost(
    before: Classifiers, after: Classifiers, classifier: str, code: str, day: date
) -> bool:
    return before.has(classifier, code, day) and not after.has(classifier, code, day)

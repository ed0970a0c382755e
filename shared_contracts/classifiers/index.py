"""All classifiers with all their editions, as they are asked whether a code is in force."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType

from shared_contracts.classifiers.edition import KATO, KPVED, ClassifierEntry, Edition
from shared_contracts.identifiers import is_kpved, kato_level, kpved, kpved_level

SUBCATEGORY = 8
"""Signs of a product code to its subcategory, NN.NN.NN; national editions go deeper."""

REMEMBERED = 20_000
"""How many answers are remembered before all are forgotten."""

LEVELS: Mapping[str, Callable[[str], int]] = {KATO: kato_level, KPVED: kpved_level}
"""How the level is told by the code itself."""


@dataclass(frozen=True)
class Index:
    """An edition made ready for questions."""

    edition: Edition

    @cached_property
    def _entries(self) -> Mapping[str, ClassifierEntry]:
        entries = {entry.code: entry for entry in self.edition.entries}
        aliases = {alias: entry for entry in self.edition.entries for alias in entry.aliases}
        return MappingProxyType(aliases | entries)

    @cached_property
    def _children(self) -> Mapping[str | None, tuple[ClassifierEntry, ...]]:
        children: dict[str | None, list[ClassifierEntry]] = {}
        for entry in self.edition.entries:
            children.setdefault(self.parent(entry.code), []).append(entry)
        return MappingProxyType({code: tuple(below) for code, below in children.items()})

    @cached_property
    def _deep(self) -> bool:
        return any(len(entry.code) > SUBCATEGORY for entry in self.edition.entries)

    def find(self, code: str) -> ClassifierEntry | None:
        """The entry of a code, or of the subcategory where the edition goes no deeper.

        Only what has the whole form of a code is cut to its subcategory.
        """
        found = self._entries.get(code)
        if found is None and self.edition.classifier == KPVED and is_kpved(kpved(code)):
            code = kpved(code)
            found = self._entries.get(code if self._deep else code[:SUBCATEGORY])
        return found

    def parent(self, code: str) -> str | None:
        """The nearest code above that the edition has; None at the top or for an unknown code."""
        entry = self.find(code)
        if entry is None:
            return None
        if entry.parent:
            return entry.parent
        above = ABOVE.get(self.edition.classifier)
        candidates = above(entry.code) if above else ()
        return next((candidate for candidate in candidates if candidate in self._entries), None)

    def children(self, code: str | None) -> tuple[ClassifierEntry, ...]:
        """The entries directly below a code; those of the top for None."""
        return self._children.get(code, ())


def united(base: Edition, *supplements: Edition) -> Edition:
    """``base`` with the codes that supplements add; its name tells which of them added any."""
    entries = {entry.code: entry for entry in base.entries}
    names = [base.name]
    for supplement in supplements:
        new = {one.code: one for one in supplement.entries if one.code not in entries}
        if new:
            entries |= new
            names.append(supplement.name)
    if len(names) == 1:
        return base
    name, source = " + ".join(names), base.source
    all_entries = tuple(entries.values())
    return Edition(base.classifier, name, base.effective_from, all_entries, source=source)


def fallen(before: "Classifiers", after: "Classifiers", classifier: str, at: date) -> list[str]:
    """The codes that may be used on ``at`` by ``before`` and not by ``after``, in order."""
    old = before.index(classifier, at).edition.entries
    return sorted(
        entry.code
        for entry in old
        if entry.in_force(at) and not after.has(classifier, entry.code, at)
    )


class Classifiers:
    """Every classifier with its editions; a new edition makes a new object.

    The edition in force is united with the supplements that have begun. Of two editions in force
    from the same day the one given later counts; before the first edition began, that first one
    is used.
    """

    def __init__(self, editions: Iterable[Edition]) -> None:
        self._by_classifier: dict[str, tuple[Edition, ...]] = {}
        self._united: dict[tuple[str, ...], Index] = {}
        self._asked: dict[tuple[str, str, date], bool] = {}
        for edition in editions:
            kept = (*self._by_classifier.get(edition.classifier, ()), edition)
            by_day = sorted(kept, key=lambda one: one.effective_from)
            self._by_classifier[edition.classifier] = tuple(by_day)

    def editions(self) -> tuple[Edition, ...]:
        """All editions, by classifier and day."""
        return tuple(edition for known in self._by_classifier.values() for edition in known)

    def added(self, edition: Edition) -> "Classifiers":
        """The classifiers with one more edition."""
        return Classifiers((*self.editions(), edition))

    def without(self, classifier: str, name: str) -> "Classifiers":
        """The classifiers without one of their editions."""
        given_up = (classifier, name)
        return Classifiers(one for one in self.editions() if (one.classifier, one.name) != given_up)

    def index(self, classifier: str, at: date) -> Index:
        """What is in force on ``at``, supplements included; KeyError for no classifier."""
        known = self._by_classifier[classifier]
        whole = [one for one in known if not one.supplement]
        begun = [one for one in whole if one.effective_from <= at]
        more = [one for one in known if one.supplement and one.effective_from <= at]
        parts = (begun[-1] if begun else whole[0], *more)
        key = (classifier, *(part.name for part in parts))
        if key not in self._united:
            self._united[key] = Index(united(*parts))
        return self._united[key]

    def edition(self, classifier: str, at: date) -> str:
        """The name of the edition in force on ``at``."""
        return self.index(classifier, at).edition.name

    def has(self, classifier: str, code: str, at: date) -> bool:
        """Whether ``code`` may be used on ``at`` (S216-17)."""
        asked = (classifier, code, at)
        known = self._asked.get(asked)
        if known is None:
            entry = self.index(classifier, at).find(code)
            known = self._remember(asked, entry is not None and entry.in_force(at))
        return known

    def _remember(self, asked: tuple[str, str, date], known: bool) -> bool:  # noqa: FBT001
        if len(self._asked) >= REMEMBERED:
            self._asked.clear()
        self._asked[asked] = known
        return known

    def find(self, classifier: str, code: str, at: date) -> ClassifierEntry | None:
        """The entry of ``code`` in the edition in force on ``at``."""
        return self.index(classifier, at).find(code)

    def level(self, classifier: str, code: str, at: date) -> int:
        """How deep ``code`` lies: 0 at the top; by its form for KATO and KPVED."""
        if classifier in LEVELS:
            return LEVELS[classifier](code)
        index, depth, parent = self.index(classifier, at), 0, code
        while above := index.parent(parent):
            depth, parent = depth + 1, above
        return depth


def _above_kato(code: str) -> Iterable[str]:
    """The code with its last filled segment zeroed, and so on up: a level may be left out."""
    for end in (6, 4, 2):
        above = code[:end].ljust(9, "0")
        if above != code:
            yield above


def _above_kpved(code: str) -> Iterable[str]:
    for end in range(len(code) - 1, 1, -1):
        if code[end - 1] != ".":
            yield code[:end]
    yield from SECTIONS.get(code[:2], "")


SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        f"{division:02d}": section
        for section, divisions in {
            "A": range(1, 4),
            "B": range(5, 10),
            "C": range(10, 34),
            "D": range(35, 36),
            "E": range(36, 40),
            "F": range(41, 44),
            "G": range(45, 48),
            "H": range(49, 54),
            "I": range(55, 57),
            "J": range(58, 64),
            "K": range(64, 67),
            "L": range(68, 69),
            "M": range(69, 76),
            "N": range(77, 83),
            "O": range(84, 85),
            "P": range(85, 86),
            "Q": range(86, 89),
            "R": range(90, 94),
            "S": range(94, 97),
            "T": range(97, 99),
            "U": range(99, 100),
        }.items()
        for division in divisions
    }
)
"""The section of each division of the product classifier."""

ABOVE: Mapping[str, Callable[[str], Iterable[str]]] = {KATO: _above_kato, KPVED: _above_kpved}
"""How the codes above are told by the code itself, nearest first."""

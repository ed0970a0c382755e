"""Rules for a version against the programme as it stood before, and against others (S216-9.8).

Both systems ask them: the Registry of what is on record, the SEZ of its own programmes before a
version is signed.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from shared_contracts.messages.programme import Programme
from shared_contracts.rules.course import identifier
from shared_contracts.rules.programme import ITEM
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks

BOOK = RuleBook()


class ProgrammeBefore(Protocol):
    """A programme as it stands before the version that is judged."""

    @property
    def kind(self) -> str:
        """ANNUAL or MEDIUM_TERM."""

    @property
    def year_from(self) -> int:
        """Its first year."""

    @property
    def year_to(self) -> int:
        """Its last year."""

    @property
    def subsoil_user(self) -> str:
        """BIN or IIN of the subsoil user."""

    @property
    def removed(self) -> Collection[str]:
        """Numbers of items that an earlier version left out."""


class ItemsApart(Protocol):
    """The items of a large version, which are not in its document."""

    def hashes(self) -> Iterable[str]:
        """Their numbers in their order."""


@dataclass(frozen=True, slots=True)
class ProgrammeCourse:
    """The programme before the version, none before a first; and its items, if kept apart.

    ``namesake`` is the id of another in force that is the same.
    """

    before: ProgrammeBefore | None
    apart: ItemsApart | None = None
    namesake: str | None = None


@BOOK.rule("F-PRG-2")
def there_is_no_second_one(_programme: Programme, course: ProgrammeCourse) -> Iterator[Found]:
    """A subsoil user has one programme of a kind for the same years; what differs changes it."""
    if course.before is None and course.namesake is not None:
        yield Found("/Programme/SubsoilUser", course.namesake, {"cause": "PROGRAMME_THERE"})


@BOOK.rule("F-PRG-2")
def it_stays_the_same_programme(programme: Programme, course: ProgrammeCourse) -> Iterator[Found]:
    """A change leaves user, kind and years as they are: another programme is a new object."""
    before = course.before
    if before is None:
        return
    for element, given, known in (
        ("SubsoilUser", identifier(programme.subsoil_user), before.subsoil_user),
        ("Kind", programme.kind, before.kind),
        ("YearFrom", str(programme.year_from), str(before.year_from)),
        ("YearTo", str(programme.year_to), str(before.year_to)),
    ):
        if given != known:
            yield Found(f"/Programme/{element}", given, {"cause": "PROGRAMME_OTHER"})


@BOOK.rule("F-PRG-3")
def numbers_of_removed_items_stay_free(
    programme: Programme, course: ProgrammeCourse
) -> Iterator[Found]:
    """A number that an item had which was removed is never another's."""
    removed = frozenset() if course.before is None else frozenset(course.before.removed)
    for index, number in enumerate(_numbers(programme, course.apart) if removed else (), 1):
        if number in removed:
            named = {"cause": "ITEM_NUMBER_REMOVED"}
            yield Found(f"{ITEM}[{index}]/ItemNumber", number, named)


def _numbers(programme: Programme, apart: ItemsApart | None) -> Iterable[str]:
    if apart is not None:
        return apart.hashes()
    return (item.item_number for item in programme.items)


RULES = RuleBooks(BOOK)
"""All rules on a programme before and after, and beside others."""

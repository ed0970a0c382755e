"""Rules as small generators, entered in a book by the kind of document they judge."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from inspect import signature
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, get_type_hints

from shared_contracts.astana_time import to_astana
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.rules.catalogue import CATALOGUE, parameters
from shared_contracts.visible import is_seen

NOTHING: Mapping[str, str] = MappingProxyType({})

_LETTER = re.compile("[!-~А-яЁё]")
"""Signs with a glyph, one of which nearly every text has: only else each of its signs is asked."""


DAYS_KEPT = 256
"""For how many kinds of document and days rules are kept ready."""


class Found(NamedTuple):
    """Where a rule is broken, by what value, and what fills the rule's wording."""

    path: str
    value: str | None = None
    parameters: Mapping[str, str] = NOTHING


Check = Callable[..., Iterator[Found]]
C = TypeVar("C", bound=Check)
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule in a book: its id, its generator, and whether that wants the catalogue's values."""

    rule_id: str
    check: Check
    kind: type[Amendable]
    wants_values: bool


class Ready(NamedTuple):
    """A rule as it is applied on one day, with the values in force."""

    rule_id: str
    check: Check
    values: tuple[Mapping[str, Any], ...]


class RuleBook:
    """The rules kept in one place."""

    def __init__(self) -> None:
        self.entries: list[RuleEntry] = []

    def rule(self, rule_id: str, of: type[Amendable] | None = None) -> Callable[[C], C]:
        """Enter the decorated generator as (part of) the rule ``rule_id`` of the catalogue.

        Its first parameter is the document, by whose type the rule is chosen, unless ``of`` says
        another; a last parameter called ``values`` receives the catalogue's values in force.
        """
        if rule_id not in CATALOGUE:
            raise KeyError(f"{rule_id} is not in the catalogue of rules")

        def enter(check: C) -> C:
            names = list(signature(check).parameters)
            kind = of or get_type_hints(check)[names[0]]
            self.entries.append(RuleEntry(rule_id, check, kind, names[-1] == "values"))
            return check

        return enter


class RuleBooks:
    """Books that are judged together, in their order; complete when it is made."""

    def __init__(self, *books: RuleBook) -> None:
        self.entries = tuple(entry for book in books for entry in book.entries)
        self._ready: dict[tuple[type[Amendable], date], tuple[Ready, ...]] = {}

    def examine(self, document: Amendable, at: datetime, *facts: object) -> list[Breach]:
        """All breaches by ``document`` of the rules in force at ``at``.

        ``facts`` follow the document among the parameters of every rule.
        """
        return [
            Breach(rule_id, *found)
            for rule_id, check, values in self._on(type(document), day_of(at))
            for found in check(document, *facts, *values)
        ]

    def _on(self, kind: type[Amendable], day: date) -> tuple[Ready, ...]:
        ready = self._ready.get((kind, day))
        if ready is None:
            ready = tuple(self._choose(kind, day))
            if len(self._ready) >= DAYS_KEPT:
                self._ready.clear()
            self._ready[kind, day] = ready
        return ready

    def _choose(self, kind: type[Amendable], day: date) -> Iterator[Ready]:
        for entry in self.entries:
            if issubclass(kind, entry.kind) and CATALOGUE[entry.rule_id].in_force(day):
                values = (parameters(entry.rule_id, day),) if entry.wants_values else ()
                yield Ready(entry.rule_id, entry.check, values)


def placed(root: str, parts: Iterable[P]) -> Iterator[tuple[str, P]]:
    """Parts that stand one after the other under ``root``, each with its path, from 1."""
    return ((f"{root}[{number}]", part) for number, part in enumerate(parts, 1))


def wrong_time(path: str, moment: datetime, cause: str, limit: datetime) -> Found:
    """That the moment at a path lies on the wrong side of a limit."""
    return Found(path, shown(moment), {"cause": cause, "limit": shown(limit)})


def unlike(path: str, value: str | None, cause: str, expected: str) -> Found:
    """That at a path another value stands than is expected."""
    return Found(path, value, {"cause": cause, "expected": expected})


def shown(value: object) -> str:
    """A value as a finding shows it: as on the wire, whatever its type."""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def _moment(moment: datetime) -> str:
    """To the millisecond, as messages have it, or finer if the moment is; UTC by its ``Z``."""
    exact = moment.microsecond % 1000 == 0 and moment.microsecond > 0
    text = moment.isoformat(timespec="milliseconds" if exact else "auto")
    return f"{text.removesuffix('+00:00')}Z" if text.endswith("+00:00") else text


def earlier(moment: datetime | None, limit: datetime | None) -> bool:
    """Whether both moments are given with an offset, and the first precedes the second."""
    if moment is None or limit is None or moment.tzinfo is None or limit.tzinfo is None:
        return False
    return moment < limit


def blank(text: str | None) -> bool:
    """Whether there is nothing to read in ``text``: spaces and what has no glyph are nothing."""
    return text is None or not (_LETTER.search(text) or any(map(is_seen, text)))


def day_of(moment: datetime) -> date:
    """The day on which ``moment`` falls in Astana; as written if its offset is not known.

    The first and last days of the calendar are taken as written too, having no neighbours.
    """
    try:
        return to_astana(moment).date()
    except (ValueError, OverflowError):
        return moment.date()


def shifted(moment: datetime, distance: timedelta) -> datetime:
    """``moment`` moved by ``distance``, but not out of the calendar."""
    try:
        return moment + distance
    except OverflowError:
        last = distance > timedelta(0)
        zone = moment.tzinfo
        return datetime.max.replace(tzinfo=zone) if last else datetime.min.replace(tzinfo=zone)

"""Which suppliers a query may mean, and how well each matches (S216-A2.4.2-5)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared_contracts.faults import Breach
from shared_contracts.identifiers import is_kato, kato_level
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.supplier import number_of
from shared_contracts.messages.supplier_query import SupplierCheck, SupplierQuery
from shared_contracts.messages.tags import tag
from shared_contracts.rules.catalogue import parameters
from shared_contracts.rules.rule import blank, day_of

LIST = 50
"""Most suppliers of a list to choose from."""

WORDS = 8
"""Most words of a name that are looked for."""

NUMBERS = ("bin", "iin", "foreign_id")
"""The fields of which a question has one at most."""

CERTAIN, BY_NAME, BY_DETAIL = 100, 90, 5
"""The score of an equal number, the most that a name gives, and what each equal detail adds."""

_WORD = re.compile(r"\w+")
_KATO_DIGITS = (2, 4, 6, 9)


def words(*texts: str | None) -> tuple[str, ...]:
    """The words of texts, as they are compared: small letters, each once."""
    found = (word for text in texts if text for word in _WORD.findall(text.casefold()))
    return tuple(dict.fromkeys(found))


def sought(fragment: str | None) -> tuple[str, ...]:
    """The words of a fragment that are looked for: ``WORDS`` at most, the longest first.

    One with which another begins says nothing more, and each word costs a search.
    """
    longest = sorted(words(fragment), key=len, reverse=True)
    kept: list[str] = []
    for word in longest:
        if not any(one.startswith(word) for one in kept):
            kept.append(word)
    return tuple(kept[:WORDS])


def within(kato: str) -> str:
    """The digits that every code of KATO within the area of ``kato`` begins with."""
    return kato[: _KATO_DIGITS[kato_level(kato)]] if is_kato(kato) else kato


def number_asked(question: SupplierQuery | SupplierCheck) -> str:
    """The number that a question is about; empty if it states none."""
    return number_of(question.bin, question.iin, question.foreign_id)


def ambiguous(question: SupplierQuery | SupplierCheck) -> Iterator[Breach]:
    """F-SUP-11: a question has one number at most."""
    given = [name for name in NUMBERS if getattr(question, name) is not None]
    yield from (_lacking(question, tag(name), "QUERY_AMBIGUOUS") for name in given[1:])


def lacking(query: SupplierQuery, at: datetime) -> Iterator[Breach]:
    """F-SUP-11: what a query must state before anything can be looked for (S216-A2.4.3)."""
    yield from ambiguous(query)
    if number_asked(query):
        return
    if blank(query.name_fragment):
        yield _lacking(query, "NameFragment", "QUERY_EMPTY")
        return
    values: Mapping[str, Any] = parameters("F-SUP-11", day_of(at))
    if max(map(len, words(query.name_fragment)), default=0) < values["letters"]:
        yield _lacking(query, "NameFragment", "QUERY_SHORT")


def too_wide(query: SupplierQuery) -> Breach:
    """F-SUP-11: more are found than a list holds; by what the query can be narrowed."""
    narrowing = (name for name in ("kato", "opf") if getattr(query, name) is None)
    return _lacking(query, tag(next(narrowing, "name_fragment")), "QUERY_WIDE")


def absent_number(check: SupplierCheck) -> Iterator[Breach]:
    """F-SUP-11: a check has exactly one number."""
    yield from ambiguous(check)
    if not number_asked(check):
        yield _lacking(check, "Bin", "QUERY_EMPTY")


def score(query: SupplierQuery, found: LocalizedText) -> int:
    """How well a supplier of the name ``found`` matches, from 1 to 100; a choice of this contract.

    An equal number is certain. A name counts by the part of it that was asked for, and code of KATO
    and legal form a little more where they are asked for too.
    """
    if number_asked(query):
        return CERTAIN
    asked = sum(map(len, words(query.name_fragment)))
    shortest = min(map(_letters, _names(found)), default=asked)
    by_name = min(BY_NAME, BY_NAME * asked // max(shortest, 1))
    details = sum(BY_DETAIL for one in (query.kato, query.opf) if one is not None)
    return max(1, by_name + details)


def _names(name: LocalizedText) -> Sequence[str]:
    return [text for text in (name.kk, name.ru, name.en) if text]


def _letters(text: str) -> int:
    return sum(map(len, _WORD.findall(text)))


def _lacking(question: SupplierQuery | SupplierCheck, element: str, cause: str) -> Breach:
    path = f"/{type(question).__name__}/{element}"
    return Breach("F-SUP-11", path, None, {"cause": cause})

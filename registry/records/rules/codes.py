"""Codes of the five classifiers in any document, against their editions (S216-17, S216-A4.1-5)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from registry.records.rules.header import AnyFacts
from shared_contracts.astana_time import to_astana
from shared_contracts.rules.codes import WrittenCode, not_in_force, with_form
from shared_contracts.rules.rule import Found


def never_in_force(
    written: Iterable[WrittenCode], facts: AnyFacts, path: Callable[[Any], str] = str
) -> Iterator[Found]:
    """F-CLF-1: codes in force neither at the forming of this version nor of the first."""
    return not_in_force(facts.codes, written, _days(facts), path)


def no_longer_in_force(
    written: Iterable[WrittenCode], facts: AnyFacts, path: Callable[[Any], str] = str
) -> Iterator[Found]:
    """CLF-STALE: codes that were in force then and are not now."""
    formed, first = _days(facts)
    now = to_astana(facts.received_at).date()
    for place, classifier, code in with_form(written):
        was = facts.codes.has(classifier, code, formed) or facts.codes.has(classifier, code, first)
        if was and not facts.codes.has(classifier, code, now):
            named = {"classifier": classifier, "edition": facts.codes.edition(classifier, now)}
            yield Found(path(place), code, named)


def _days(facts: AnyFacts) -> tuple[date, date]:
    return to_astana(facts.formed_at).date(), to_astana(facts.first_formed_at).date()

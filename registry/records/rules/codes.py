"""Codes of the five classifiers in any document, against their editions (S216-17, S216-A4.1-5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from registry.records.rules.header import AnyFacts
from shared_contracts.astana_time import to_astana
from shared_contracts.identifiers import is_kato, is_kpved, is_mkei
from shared_contracts.rules.rule import Found

FORMS: Mapping[str, Callable[[str], bool]] = {"KPVED": is_kpved, "KATO": is_kato, "MKEI": is_mkei}
"""Whether a code has the form of its classifier; of others the edition alone tells."""


class WrittenCode(NamedTuple):
    """A code with its classifier; from ``place`` its path is made, only if it is found wrong."""

    place: Any
    classifier: str
    code: str


def with_form(written: Iterable[WrittenCode]) -> Iterator[WrittenCode]:
    """What is written as a code of its classifier; the rest F-CLF-3 tells."""
    return (one for one in written if FORMS.get(one.classifier, bool)(one.code))


def never_in_force(
    written: Iterable[WrittenCode], facts: AnyFacts, path: Callable[[Any], str] = str
) -> Iterator[Found]:
    """F-CLF-1: codes in force neither at the forming of this version nor of the first."""
    formed, first = _days(facts)
    for place, classifier, code in with_form(written):
        if not facts.codes.has(classifier, code, formed) and not facts.codes.has(
            classifier, code, first
        ):
            edition = facts.codes.edition(classifier, formed)
            named = {"classifier": classifier, "edition": edition, "at": formed.isoformat()}
            yield Found(path(place), code, named)


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

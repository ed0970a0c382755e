"""Codes of the five classifiers in any document, against their editions (S216-17, S216-A4.1-5)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from registry.records.rules.header import AnyFacts
from shared_contracts.astana_time import to_astana
from shared_contracts.messages.document import Amendable
from shared_contracts.rules.codes import WrittenCode, has_form, not_in_force, with_form
from shared_contracts.rules.rule import Found, RuleBook


def book(
    document: type[Amendable],
    written: Callable[[Any], Iterable[WrittenCode]],
    path: Callable[[Any], str] = str,
) -> RuleBook:
    """The rules on the codes of a whole document: what is ``written`` in it, by their ``path``.

    Of one whose parts are kept apart the codes stand there, by their paths.
    """
    rules = RuleBook()

    def stated(
        whole: Amendable, facts: AnyFacts
    ) -> tuple[Iterable[WrittenCode], Callable[[Any], str]]:
        return (written(whole), path) if facts.apart is None else (facts.apart.written(), str)

    @rules.rule("F-CLF-1", document)
    def codes_were_in_force(whole: Amendable, facts: AnyFacts) -> Iterator[Found]:
        """A code is in the edition at the forming of this version, or of the first (S216-17)."""
        found, path_of = stated(whole, facts)
        return not_in_force(facts.codes, found, _days(facts), path_of)

    @rules.rule("CLF-STALE", document)
    def codes_still_are(whole: Amendable, facts: AnyFacts) -> Iterator[Found]:
        """A code that the current edition lacks tells of a stale classifier (S216-A3.2a)."""
        found, path_of = stated(whole, facts)
        codes, now = facts.codes, to_astana(facts.received_at).date()
        for place, classifier, code in found:
            if codes.has(classifier, code, now) or not has_form(classifier, code):
                continue
            if any(codes.has(classifier, code, day) for day in _days(facts)):
                named = {"classifier": classifier, "edition": codes.edition(classifier, now)}
                yield Found(path_of(place), code, named)

    return rules


def coded(written: Iterable[WrittenCode]) -> frozenset[tuple[str, str]]:
    """Every classifier and code in a document that the rules ask for."""
    return frozenset((one.classifier, one.code) for one in with_form(written))


def _days(facts: AnyFacts) -> tuple[date, date]:
    return to_astana(facts.formed_at).date(), to_astana(facts.first_formed_at).date()

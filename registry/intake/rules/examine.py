"""All that can be said of a record from what the Registry knows."""

from dataclasses import replace

from registry.intake.rules import codes, deletion, documents, header, purchase
from registry.intake.rules.facts import Facts
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.rules import course
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.rule import Shelf

RULES = Shelf(header.BOOK, purchase.BOOK, documents.BOOK, deletion.BOOK, codes.BOOK)
"""The state rules, judged at the moment of forming."""


def examine_state(document: Amendable, facts: Facts) -> list[Breach]:
    """Every breach of a state rule by ``document``, and of a generic one by the record's header.

    The record's number is written on each breach.
    """
    found = examine_values(facts.header, facts.received_at, facts.place("").strip("/"))
    found += RULES.examine(document, facts.formed_at, facts)
    if facts.current is not None:
        before = course.Course(facts.current, facts.moments)
        found += course.RULES.examine(document, facts.formed_at, before)
    return [replace(breach, record=facts.number) for breach in found]

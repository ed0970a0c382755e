"""All that can be said of a version of a purchase from what the Registry knows."""

from registry.purchases.rules import codes, documents, purchase
from registry.purchases.rules.standing import PurchaseFacts
from registry.records.rules import deletion, header
from registry.records.rules.examine import of_record
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.rules import course
from shared_contracts.rules.rule import RuleBooks

RULES = RuleBooks(header.BOOK, purchase.BOOK, documents.BOOK, deletion.BOOK, codes.BOOK)
"""The state rules, judged at the moment of forming."""


def examine_state(document: Amendable, facts: PurchaseFacts) -> list[Breach]:
    """Every breach of a state rule by ``document``, with the record's number."""
    found = RULES.examine(document, facts.formed_at, facts)
    if facts.current is not None:
        before = course.Course(facts.current, facts.moments)
        found += course.RULES.examine(document, facts.formed_at, before)
    return of_record(facts, found)

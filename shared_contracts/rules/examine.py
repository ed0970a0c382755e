"""All that can be said of a document from itself alone, before it is signed or when it came."""

from datetime import datetime

from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.rules import act, documents, extension, formed, lots, purchase
from shared_contracts.rules.generic import examine_values
from shared_contracts.rules.rule import Shelf

RULES = Shelf(act.BOOK, purchase.BOOK, lots.BOOK, documents.BOOK, extension.BOOK)
"""The rules on documents; those on values are ``generic``."""

FORMED = Shelf(formed.BOOK)
"""The rules on documents and the moment of their forming."""


def examine_document(document: Amendable, at: datetime) -> list[Breach]:
    """Every breach of a rule in force at ``at`` (the moment of forming) by the document alone."""
    found = [*examine_values(document, at), *RULES.examine(document, at)]
    return found + FORMED.examine(document, at, at)

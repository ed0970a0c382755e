"""The choice from a list, against the list as it was answered (S216-A2.4.5, S216-A2.4.6).

A SEZ asks before it signs; whether the card is still as it was listed the Registry knows alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import SupplierQueryResult
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks

BOOK = RuleBook()


@dataclass(frozen=True, slots=True)
class ListAnswered:
    """A list of candidates that was answered, and when the card is formed that names it."""

    answer: SupplierQueryResult
    formed_at: datetime


@BOOK.rule("F-SUP-8")
def choice_is_from_its_list(
    card: SupplierCard, listed: ListAnswered, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A choice is a card of the list that it names, which was answered lately."""
    choice = card.choice
    if choice is None or card.act.version > 1:
        return
    place = "/SupplierCard/Choice"
    if listed.formed_at - listed.answer.answered_at > timedelta(hours=values["hours"]):
        named = {"cause": "LIST_EXPIRED", "hours": str(values["hours"])}
        yield Found(f"{place}/QueryId", str(choice.query_id), named)
    elif choice.registry_id is not None:
        offered = {one.registry_id: one for one in listed.answer.candidates}
        cause = None
        if (known := offered.get(choice.registry_id)) is None:
            cause = "CHOICE_UNLISTED"
        elif known.card_hash != choice.card_hash:
            cause = "CHOICE_HASH"
        elif (known.bin, known.iin, known.foreign_id) != (card.bin, card.iin, card.foreign_id):
            cause = "CHOICE_NUMBER"
        if cause is not None:
            yield Found(f"{place}/RegistryId", str(choice.registry_id), {"cause": cause})


RULES = RuleBooks(BOOK)
"""The rules on a choice from a list."""

"""The choice from a list, against the list as it was answered (S216-A2.4.5, S216-A2.4.6).

A SEZ asks before it signs; whether the card is still as it was listed the Registry knows alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from shared_contracts.messages.supplier import SupplierCard, SupplierChoice, number_of
from shared_contracts.messages.supplier_query import SupplierQueryResult
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks

BOOK = RuleBook()


class ListedCard(NamedTuple):
    """A card as a list offered it: its hash, and the number of the supplier."""

    card_hash: str
    number: str


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
    if card.choice is None or card.act.version > 1:
        return
    cards = {
        one.registry_id: ListedCard(one.card_hash, number_of(one.bin, one.iin, one.foreign_id))
        for one in listed.answer.candidates
    }
    age = listed.formed_at - listed.answer.answered_at
    yield from not_of_the_list(card, card.choice, cards, age, timedelta(hours=values["hours"]))


def not_of_the_list(
    card: SupplierCard,
    choice: SupplierChoice,
    cards: Mapping[UUID, ListedCard],
    age: timedelta,
    most: timedelta,
) -> Iterator[Found]:
    """Why a choice is none of a list of ``cards`` that is so old; ``most`` is how old it may be."""
    place = "/SupplierCard/Choice"
    if age > most:
        named = {"cause": "LIST_EXPIRED", "hours": f"{most / timedelta(hours=1):g}"}
        yield Found(f"{place}/QueryId", str(choice.query_id), named)
    elif choice.registry_id is not None:
        cause = _unlike(card, choice, cards.get(choice.registry_id))
        if cause is not None:
            yield Found(f"{place}/RegistryId", str(choice.registry_id), {"cause": cause})


def _unlike(card: SupplierCard, choice: SupplierChoice, listed: ListedCard | None) -> str | None:
    if listed is None:
        return "CHOICE_UNLISTED"
    if listed.card_hash != choice.card_hash:
        return "CHOICE_HASH"
    return "CHOICE_NUMBER" if listed.number != card.number else None


RULES = RuleBooks(BOOK)
"""The rules on a choice from a list."""

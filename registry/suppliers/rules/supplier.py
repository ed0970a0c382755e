"""State rules for suppliers: one card for a number, the choice, what is still needed."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from registry.suppliers.recalled import ChosenCard, Recalled
from registry.suppliers.rules.recorded import SupplierFacts
from registry.suppliers.supplier import claimed
from shared_contracts.messages.document import Deletion
from shared_contracts.messages.supplier import SupplierCard, SupplierChoice
from shared_contracts.messages.supplier_query import QueryOutcome
from shared_contracts.rules.rule import Found, RuleBook
from shared_contracts.rules.supplier_choice import ListedCard, not_of_the_list

BOOK = RuleBook()


@BOOK.rule("F-SUP-3")
def second_card_is_chosen(card: SupplierCard, facts: SupplierFacts) -> Iterator[Found]:
    """Who has a card in force is added again by a choice alone (S216-A2.4.5-6)."""
    if card.act.version > 1 or facts.current is not None or not card.number:
        return
    chosen = card.choice is not None and card.choice.registry_id is not None
    known = _recalled(facts)
    before = facts.claimed.get(claimed(facts.environment, card.number, known.after))
    holder = known.holder or before
    if holder is not None and not chosen:
        yield Found("/SupplierCard", card.number, {"holder": str(holder)})


@BOOK.rule("F-SUP-6")
def supplier_is_not_engaged(_deletion: Deletion, facts: SupplierFacts) -> Iterator[Found]:
    """Who is named by a purchase that has not ended stays on record."""
    current = facts.current
    if current is not None and facts.engaged and current.number in facts.engaged:
        yield Found("/Deletion", current.number)


@BOOK.rule("F-SUP-8")
def choice_is_from_the_list(
    card: SupplierCard, facts: SupplierFacts, values: Mapping[str, Any]
) -> Iterator[Found]:
    """A choice is one of a list answered lately, of a card as it still is (S216-A2.4.5-6)."""
    choice = card.choice
    if choice is None or card.act.version > 1:
        return
    known = _recalled(facts)
    query = known.query
    if query is None or query.result is not QueryOutcome.CANDIDATES:
        named = {"cause": "QUERY_UNKNOWN"}
        yield Found("/SupplierCard/Choice/QueryId", str(choice.query_id), named)
        return
    cards = {one.registry_id: ListedCard(one.card_hash, one.number) for one in query.offered}
    age, most = facts.formed_at - query.answered_at, timedelta(hours=values["hours"])
    found = [*not_of_the_list(card, choice, cards, age, most)]
    yield from found
    cause = None if found or choice.registry_id is None else _changed(choice, known.chosen)
    if cause is not None:
        yield Found("/SupplierCard/Choice/RegistryId", str(choice.registry_id), {"cause": cause})


def _changed(choice: SupplierChoice, now: ChosenCard | None) -> str | None:
    """Why a card that was in the list cannot be chosen as it stands now."""
    if now is None or not now.in_force:
        return "CHOICE_GONE"
    return "CHOICE_CHANGED" if now.card_hash != choice.card_hash else None


def _recalled(facts: SupplierFacts) -> Recalled:
    return facts.recalled if isinstance(facts.recalled, Recalled) else Recalled()

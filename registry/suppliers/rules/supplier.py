"""State rules for suppliers: one card for a number, the choice, what is still needed."""

from collections.abc import Iterator

from registry.suppliers.query import OfferedCard
from registry.suppliers.rules.recorded import Recalled, SupplierFacts
from registry.suppliers.supplier import claimed
from shared_contracts.messages.document import Deletion
from shared_contracts.messages.supplier import SupplierCard, SupplierChoice
from shared_contracts.messages.supplier_query import QueryOutcome
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-SUP-3")
def second_card_is_chosen(card: SupplierCard, facts: SupplierFacts) -> Iterator[Found]:
    """Whose number the Registry knows is added by a choice alone (S216-A2.4.5-6)."""
    if card.act.version > 1 or facts.current is not None or not card.number:
        return
    chosen = card.choice is not None and card.choice.registry_id is not None
    key = claimed(facts.environment, card.number)
    holder = facts.claimed.get(key) or _recalled(facts).holders.get(key)
    if holder is not None and not chosen:
        yield Found("/SupplierCard", card.number, {"holder": holder})


@BOOK.rule("F-SUP-6")
def supplier_is_not_engaged(_deletion: Deletion, facts: SupplierFacts) -> Iterator[Found]:
    """Who is named by a purchase that has not ended stays on record."""
    current = facts.current
    if current is not None and facts.engaged and current.number in facts.engaged:
        yield Found("/Deletion", current.number)


@BOOK.rule("F-SUP-8")
def choice_is_from_the_list(card: SupplierCard, facts: SupplierFacts) -> Iterator[Found]:
    """A choice is one of the list that the Registry answered with (S216-A2.4.5-6)."""
    choice = card.choice
    if choice is None or card.act.version > 1:
        return
    query = _recalled(facts).query
    if query is None or query.result is not QueryOutcome.CANDIDATES:
        place = "/SupplierCard/Choice/QueryId"
        yield Found(place, str(choice.query_id), {"cause": "QUERY_UNKNOWN"})
    elif choice.registry_id is not None:
        yield from _not_as_listed(card, choice, _recalled(facts).offered(choice.registry_id))


@BOOK.rule("F-SUP-9")
def number_stays(card: SupplierCard, facts: SupplierFacts) -> Iterator[Found]:
    """A card is that of one number for ever; a changed number is another supplier."""
    current = facts.current
    if current is not None and card.number != current.number:
        yield Found("/SupplierCard", card.number, {"expected": current.number})


def _not_as_listed(
    card: SupplierCard, choice: SupplierChoice, offered: OfferedCard | None
) -> Iterator[Found]:
    cause = None
    if offered is None:
        cause = "CHOICE_UNLISTED"
    elif offered.card_hash != choice.card_hash:
        cause = "CHOICE_HASH"
    elif offered.number != card.number:
        cause = "CHOICE_NUMBER"
    if cause:
        yield Found("/SupplierCard/Choice/RegistryId", str(choice.registry_id), {"cause": cause})


def _recalled(facts: SupplierFacts) -> Recalled:
    return facts.recalled if isinstance(facts.recalled, Recalled) else Recalled({})

"""Purchase programmes: loaded, changed, deleted (S216-9.8, S216-A2.7, S216-A2.8)."""

from decimal import Decimal

from shared_contracts.messages.document import Amendable, Deletion, DocumentKind
from shared_contracts.messages.kinds import TRANSFER, RecordKind
from shared_contracts.messages.programme import PROGRAMME, PlannedItem, Programme
from shared_contracts.messages.programme_change import REQUEST, SUPPLY_PROGRAMME
from shared_contracts.rules import codes, programme
from shared_contracts.rules.examine import Rules

LOAD = "LoadProgramme"
"""The operation of scheme 7, by which new programmes come (S216-A2.7)."""


def _operation(document: Amendable) -> str:
    """By scheme 7 what is new, by scheme 8 what is changed; of deletion scheme 1 alone speaks."""
    if not isinstance(document, Programme):
        return TRANSFER
    return SUPPLY_PROGRAMME if document.act.version > 1 else LOAD


def _outline(item: PlannedItem) -> tuple[str, ...]:
    """What is listed of an item: subject, product code, method, amount of all years, name."""
    amount = sum((plan.amount for plan in item.year_plans), Decimal(0))
    return (item.subject_type, item.skp_code, item.method, f"{amount:f}", item.name.shown)


def _asked_by(document: Amendable) -> str | None:
    return REQUEST if _operation(document) == SUPPLY_PROGRAMME else None


KIND = RecordKind(
    object_type=PROGRAMME,
    roots=(Programme, Deletion),
    first=(Programme,),
    signed_as=DocumentKind.PROGRAMME,
    signed_for=("subsoil_user.bin", "subsoil_user.iin"),
    refers_to=(("medium_term_programme_id", PROGRAMME),),
    also_by=frozenset({LOAD}),
    operation=_operation,
    asked_by=_asked_by,
    numbered=("items", "item_number"),
    outline=_outline,
    codes=codes.of_programme,
    same=("subsoil_user.bin", "subsoil_user.iin", "kind", "year_from", "year_to"),
    rules=Rules.of(programme.BOOK),
)
"""The kind PROGRAMME."""

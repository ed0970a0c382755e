"""What bidders were told of a purchase and priced; it stays when bidding has ended (R44)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import msgspec

from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.tags import tag
from shared_contracts.rules.rule import Found


class LotTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was announced of a lot: number, subject, planned amount, dates of its subsoil rights."""

    lot_number: int
    subject_type: str
    amount: Decimal
    contracts: tuple[date, ...] = ()


class PurchaseTerms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was announced of a purchase, as far as its protocols are compared with it.

    ``ground`` is the code of the ground of buying from a single source; of the auction's step one
    of amount and percentage is given.
    """

    lots: tuple[LotTerms, ...]
    ground: str | None = None
    auction_start_price: Decimal | None = None
    step_amount: Decimal | None = None
    step_percent: Decimal | None = None


def terms_of(purchase: Purchase) -> PurchaseTerms:
    """What a whole purchase announces; a lot without rights of its own has those of the whole."""
    step, ground = purchase.auction_step, purchase.single_source_ground
    return PurchaseTerms(
        lots=tuple(
            LotTerms(
                lot_number=lot.lot_number,
                subject_type=lot.subject_type,
                amount=lot.amount,
                contracts=tuple(one.date for one in lot.subsoil_rights or purchase.subsoil_rights),
            )
            for lot in purchase.lots
        ),
        ground=None if ground is None else ground.code,
        auction_start_price=purchase.auction_start_price,
        step_amount=None if step is None else step.amount,
        step_percent=None if step is None else step.percent,
    )


def changed_terms(purchase: Purchase, announced: PurchaseTerms) -> Iterator[Found]:
    """Each of the terms that a version of a purchase states otherwise than they were announced.

    Lots are compared that were announced and are there; which may be is another rule's.
    """
    stated = terms_of(purchase)
    known = {lot.lot_number: lot for lot in announced.lots}
    for index, lot in enumerate(stated.lots, 1):
        before = known.get(lot.lot_number)
        if before is not None:
            yield from _changed(lot, before, LOT_FIELDS, f"/Purchase/Lots/Lot[{index}]")
    yield from _changed(stated, announced, FIELDS if announced.lots else {}, "/Purchase")


LOT_FIELDS = {
    "subject_type": tag("subject_type"),
    "amount": tag("amount"),
    "contracts": tag("subsoil_rights"),
}
"""What is kept of a lot, and the element that states it."""

FIELDS = {
    "ground": "SingleSourceGround/Code",
    "auction_start_price": "AuctionStartPrice",
    "step_amount": "AuctionStep",
    "step_percent": "AuctionStep",
}
"""What is kept of the purchase itself, and the element that states it."""


def _changed(
    stated: object, announced: object, fields: dict[str, str], path: str
) -> Iterator[Found]:
    for name, element in fields.items():
        now, before = getattr(stated, name), getattr(announced, name)
        if now != before:
            yield Found(f"{path}/{element}", _shown(now), {"expected": _shown(before) or "—"})


def _shown(value: object) -> str | None:
    """A value as it is told; several dates in one line."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or None
    return None if value is None else str(value)

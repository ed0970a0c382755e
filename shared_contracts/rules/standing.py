"""A purchase as protocols and lists on it find it: what was announced, and its stage (S216-9)."""

from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

import msgspec

from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules import course


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


class PurchaseStanding(course.PurchaseBefore, Protocol):
    """A purchase on record to which a protocol refers."""

    @property
    def version(self) -> int:
        """Number of its last version."""

    @property
    def terms(self) -> PurchaseTerms:
        """What was announced."""

    @property
    def review_id(self) -> UUID | None:
        """The id of its review protocol."""

    @property
    def results_id(self) -> UUID | None:
        """The id of the protocol of its results, or of the single source."""


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

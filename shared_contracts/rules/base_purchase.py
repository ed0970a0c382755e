"""Rules for a purchase against the one on whose base it is announced (S216-A3.1d).

Both systems ask them: the Registry of what is on record, the SEZ of its own purchases before it has
the version signed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared_contracts.messages.purchase import Purchase
from shared_contracts.rules.course import PurchaseBefore, identifier
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks

BOOK = RuleBook()


@dataclass(frozen=True, slots=True)
class Grounds:
    """The base as it stands, if it is there; whether the version before named one already."""

    base: PurchaseBefore | None
    named_before: bool = False


@BOOK.rule("F-PUR-5")
def base_is_a_failed_tender(
    purchase: Purchase, grounds: Grounds, values: Mapping[str, Any]
) -> Iterator[Found]:
    """The base is on record, the customer's own tender or auction, and failed (S216-A3.1d).

    It is asked when the base is first named: what becomes of it later binds nobody.
    """
    if purchase.base_purchase is None or grounds.named_before:
        return
    cause = _wrong_base(purchase, grounds.base, values["base_methods"])
    if cause:
        value = str(purchase.base_purchase.object_id)
        yield Found("/Purchase/BasePurchase/ObjectId", value, {"cause": cause})


def _wrong_base(purchase: Purchase, base: PurchaseBefore | None, methods: list[str]) -> str | None:
    if base is None:
        return "BASE_UNKNOWN"
    if base.method not in methods:
        return "BASE_METHOD"
    if base.customer != identifier(purchase.customer):
        return "BASE_CUSTOMER"
    return None if base.status == "FAILED" else "BASE_NOT_FAILED"


RULES = RuleBooks(BOOK)
"""The rules on what a purchase is announced on."""

"""What was bought by a protocol: of each lot its code, from whom, for how much (S216-2.1d)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from shared_contracts.messages.protocol import (
    ContractedSupplier,
    PurchaseProtocol,
    ResultsProtocol,
    SingleSourceProtocol,
)
from shared_contracts.messages.purchase import Lot, Purchase


@dataclass(frozen=True, slots=True)
class BoughtLot:
    """A lot that has a supplier: what it is, and the price of its contract."""

    lot: Lot
    supplier: str
    price: Decimal


def bought(protocol: PurchaseProtocol, purchase: Purchase) -> Iterator[BoughtLot]:
    """The lots of a purchase that a protocol says were bought; those without a winner are not."""
    lots = {lot.lot_number: lot for lot in purchase.lots}
    for number, supplier, price in _contracts(protocol):
        if number in lots:
            yield BoughtLot(lots[number], supplier, price)


def _contracts(protocol: PurchaseProtocol) -> Iterator[tuple[int, str, Decimal]]:
    """Number of the lot, BIN, IIN or foreign number of the supplier, price of the contract."""
    if isinstance(protocol, SingleSourceProtocol):
        for concluded in protocol.lot_conclusions:
            yield concluded.lot_number, _number(concluded.supplier), concluded.contract_price
    elif isinstance(protocol, ResultsProtocol):
        for result in protocol.lot_results:
            if result.winner is not None:
                party = result.winner.supplier
                yield (
                    result.lot_number,
                    party.bin or party.iin or "",
                    result.winner.contract_price,
                )


def _number(supplier: ContractedSupplier) -> str:
    return supplier.bin or supplier.iin or f"{supplier.country} {supplier.foreign_id or ''}".strip()

"""Kazakhstan producers of works and services, told by their staff (the Code, article 1).

Its citizens are at least so great a share of its staff, those transferred within a corporation not
counted; and those transferred are at most so great a share of managers, and of specialists.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from shared_contracts.messages.supplier import ProducerStaff

COUNTS = (
    *("total", "citizens", "managers", "specialists"),
    *("transferred_managers", "transferred_specialists"),
)
"""What a statement of staff counts."""

PARTS = (
    ("citizens", "total"),
    ("managers", "total"),
    ("specialists", "total"),
    ("transferred_managers", "managers"),
    ("transferred_specialists", "specialists"),
)
"""Which count is a part of which."""


class RatioMissed(NamedTuple):
    """A share that is not as it must be: of which count, as a percentage, and the bound."""

    staff: str
    share: Decimal
    bound: Decimal


def miscounted(staff: ProducerStaff) -> Iterator[tuple[str, int]]:
    """Each count that is negative, or greater than that of which it is a part; and its bound."""
    for name in COUNTS:
        if getattr(staff, name) < 0:
            yield name, 0
    for part, whole in PARTS:
        if getattr(staff, part) > getattr(staff, whole):
            yield part, getattr(staff, whole)


def missed_ratios(staff: ProducerStaff, values: Mapping[str, Any]) -> Iterator[RatioMissed]:
    """Each share that is not as ``values`` demand: ``citizens`` at least, ``transferred`` at most.

    Both are percentages. Where nobody is left to be counted there are no citizens.
    """
    counted = staff.total - staff.transferred_managers - staff.transferred_specialists
    least, most = Decimal(str(values["citizens"])), Decimal(str(values["transferred"]))
    citizens = share(staff.citizens, counted)
    if citizens < least:
        yield RatioMissed("citizens", citizens, least)
    for part, whole in PARTS[3:]:
        transferred = share(getattr(staff, part), getattr(staff, whole))
        if transferred > most:
            yield RatioMissed(part, transferred, most)


def share(part: int, whole: int) -> Decimal:
    """``part`` of ``whole`` as a percentage, exact; of nothing it is nothing."""
    return Decimal(part * 100) / whole if whole > 0 else Decimal(0)

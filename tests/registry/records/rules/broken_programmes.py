"""One record of a programme per state rule that breaks it: rule, document, facts, path, value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from registry.programmes.change import AskedChange
from registry.programmes.programme import AcceptedProgramme, DeletedProgramme
from shared_contracts.messages.document import Amendable, Operation
from tests import programmes, samples
from tests.programmes import annual, changed, with_item
from tests.samples import AT

ID = UUID("01939b2e-7c00-7abc-8def-0123456789ac")
DAY = timedelta(days=1)
ITEM = "/Programme/Items/Item"


@dataclass(frozen=True)
class ProgrammeThere:
    """A programme as it stands in the Registry."""

    status: str = "ACCEPTED"
    registry_id: UUID = ID
    version: int = 1
    document_hash: str = samples.HASH
    conditions_version: int = 2
    first_formed_at: datetime = AT
    kind: str = "ANNUAL"
    year_from: int = 2027
    year_to: int = 2027
    subsoil_user: str = samples.CUSTOMER_BIN
    removed: tuple[str, ...] = ()
    totals: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def takes(self) -> frozenset[Operation]:
        """What may be done to it."""
        return (AcceptedProgramme if self.status == "ACCEPTED" else DeletedProgramme).takes


THERE = ProgrammeThere()
MEDIUM_TERM = ProgrammeThere(kind="MEDIUM_TERM", year_to=2031)
Case = tuple[str, Amendable, dict[str, Any], str, str | None]
"""Rule, document, what is known beside it, path, value."""


def cases() -> Iterator[Case]:
    """The whole table."""
    yield "F-PRG-2", annual(), {"namesake": str(ID)}, "/Programme/SubsoilUser", str(ID)
    for element, known in (
        ("SubsoilUser", replace(THERE, subsoil_user=samples.CONTRACTOR_BIN)),
        ("Kind", replace(THERE, kind="MEDIUM_TERM")),
        ("YearFrom", replace(THERE, year_from=2026)),
        ("YearTo", replace(THERE, year_to=2028)),
    ):
        values = {"SubsoilUser": samples.CUSTOMER_BIN, "Kind": "ANNUAL"}
        value = values.get(element, "2027")
        yield "F-PRG-2", changed(), {"current": known}, f"/Programme/{element}", value
    removed = {"current": replace(THERE, removed=("2",))}
    yield "F-PRG-3", changed(), removed, f"{ITEM}[2]/ItemNumber", "2"
    yield from _of_the_medium_term()
    yield from _of_operations()
    unit = with_item(annual(), 2, unit="021")
    yield "F-CLF-1", unit, {}, f"{ITEM}[2]/Unit", "021"
    [place] = annual().items[0].delivery_places
    for name, value in (("kato", "511010000"), ("country", "XK")):
        away = with_item(
            annual(), 1, delivery_places=(msgspec.structs.replace(place, **{name: value}),)
        )
        path = f"{ITEM}[1]/DeliveryPlaces/DeliveryPlace[1]/{name.capitalize()}"
        yield "F-CLF-1", away, {}, path, value


def _of_operations() -> Iterator[Case]:
    """What came by another operation than its own."""
    load, there = {"operation": "LoadProgramme"}, {"current": THERE}
    for document in (changed(), programmes.deletion()):
        path = f"/{type(document).__name__}/Act/Version"
        yield "F-PRG-7", document, load | there, path, "2"
    supplied = {"operation": "SupplyProgrammeData"} | there
    for asked in (None, AskedChange(), AskedChange(version=2, document_hash="0" * 64)):
        recalled = supplied | {"recalled": asked}
        yield "F-PRG-10", changed(), recalled, "/Programme/Act/Version", "2"


def _of_the_medium_term() -> Iterator[Case]:
    programme = annual(medium_term_programme_id=programmes.MEDIUM_TERM_ID)
    path, total = "/Programme/MediumTermProgrammeId", "170542909.97"
    for base in (None, THERE, replace(MEDIUM_TERM, status="DELETED")):
        yield "F-PRG-5", programme, {"base": base}, path, str(programmes.MEDIUM_TERM_ID)
    for totals in ({}, {2027: Decimal(1)}):
        other = {"base": replace(MEDIUM_TERM, totals=totals)}
        yield "F-PRG-5", programme, other, "/Programme/YearTotals", total


DOCUMENTS: tuple[Amendable, ...] = (annual(), programmes.deletion())
"""What every document is asked of its header is asked of these too, the programme being there."""

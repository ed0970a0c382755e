"""One record per state rule on suppliers that breaks it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from registry.suppliers.query import AnsweredQuery, OfferedCard
from registry.suppliers.recalled import ChosenCard, Recalled
from registry.suppliers.supplier import ActiveSupplier, DeletedSupplier, claimed
from shared_contracts.messages.document import Amendable, Operation
from shared_contracts.messages.supplier_query import QueryOutcome
from tests import supplier_samples
from tests.samples import AT, HASH
from tests.supplier_samples import CHOSEN_ID, QUERY_ID, SUPPLIER_BIN

CARD = supplier_samples.card()
CHANGED = supplier_samples.changed_card()
DELETION = supplier_samples.deletion()
CHOSEN = supplier_samples.chosen_card()
ROOT = "/SupplierCard"
OFFERED = OfferedCard(registry_id=CHOSEN_ID, card_hash=HASH, number=SUPPLIER_BIN)
QUERY = AnsweredQuery(
    query_hash=HASH,
    answer_sha256=HASH,
    result=QueryOutcome.CANDIDATES,
    answered_at=AT,
    offered=(OFFERED,),
)
NOW = ChosenCard(HASH, in_force=True)
TAKEN = {claimed("STAND", SUPPLIER_BIN): str(CHOSEN_ID)}
AGAIN = {claimed("STAND", SUPPLIER_BIN, QUERY_ID): str(CHOSEN_ID)}

Row = tuple[str, Amendable, dict[str, Any], str, str | None]
"""A rule, the document, what is known beside it, where the rule is broken, by what value."""


@dataclass(frozen=True)
class SupplierStands:
    """A supplier as it stands in the Registry."""

    status: str = "ACTIVE"
    registry_id: UUID = CHOSEN_ID
    version: int = 1
    document_hash: str = HASH
    conditions_version: int = 2
    first_formed_at: datetime = AT
    number: str = SUPPLIER_BIN

    @property
    def takes(self) -> frozenset[Operation]:
        """What may be done to it."""
        return (DeletedSupplier if self.status == "DELETED" else ActiveSupplier).takes


STANDS = SupplierStands()


def broken_suppliers() -> Iterator[Row]:
    """The whole table."""
    yield "F-SUP-3", CARD, {"recalled": Recalled(CHOSEN_ID)}, ROOT, SUPPLIER_BIN
    yield "F-SUP-3", CARD, {"claimed": TAKEN}, ROOT, SUPPLIER_BIN
    freed = {"recalled": Recalled(after=QUERY_ID), "claimed": AGAIN}
    yield "F-SUP-3", CARD, freed, ROOT, SUPPLIER_BIN
    none = msgspec.structs.replace(CHOSEN, choice=_choice(registry_id=None, card_hash=None))
    unsuited = {"recalled": Recalled(CHOSEN_ID, query=QUERY)}
    yield "F-SUP-3", none, unsuited, ROOT, SUPPLIER_BIN
    engaged = {"current": STANDS, "engaged": frozenset({SUPPLIER_BIN})}
    yield "F-SUP-6", DELETION, engaged, "/Deletion", SUPPLIER_BIN
    yield from _choices()
    other = replace(STANDS, number="160540000029")
    yield "F-SUP-9", CHANGED, {"current": other}, ROOT, SUPPLIER_BIN
    form = msgspec.structs.replace(CARD, opf="99")
    yield "F-CLF-1", form, {}, f"{ROOT}/Opf", "99"


def _choices() -> Iterator[Row]:
    place = f"{ROOT}/Choice/QueryId"
    yield "F-SUP-8", CHOSEN, {"recalled": Recalled(CHOSEN_ID)}, place, str(QUERY_ID)
    wanting = msgspec.structs.replace(QUERY, result=QueryOutcome.SUPPLEMENT_REQUIRED)
    for query in (
        wanting,
        msgspec.structs.replace(QUERY, answered_at=AT - timedelta(hours=24, seconds=1)),
    ):
        known = {"recalled": Recalled(CHOSEN_ID, query=query, chosen=NOW)}
        yield "F-SUP-8", CHOSEN, known, place, str(QUERY_ID)
    for changes in (
        {"registry_id": QUERY_ID},
        {"card_hash": "0" * 64},
        {"number": "160540000029"},
    ):
        offered = msgspec.structs.replace(OFFERED, **changes)
        asked = msgspec.structs.replace(QUERY, offered=(offered,))
        known = {"recalled": Recalled(CHOSEN_ID, query=asked, chosen=NOW)}
        yield "F-SUP-8", CHOSEN, known, f"{ROOT}/Choice/RegistryId", str(CHOSEN_ID)
    for now in (None, ChosenCard(HASH, in_force=False), ChosenCard("0" * 64, in_force=True)):
        known = {"recalled": Recalled(CHOSEN_ID, query=QUERY, chosen=now)}
        yield "F-SUP-8", CHOSEN, known, f"{ROOT}/Choice/RegistryId", str(CHOSEN_ID)


def _choice(**changes: Any) -> Any:
    return msgspec.structs.replace(CHOSEN.choice, **changes)  # type: ignore[type-var]

"""Protocols that break a rule by themselves, one for each rule."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from shared_contracts.messages.protocol import PurchaseProtocol
from tests import protocol_samples as samples
from tests.protocol_samples import MEMBERS
from tests.samples import AT
from tests.shared_contracts.rules.broken import Broken, of_any, put

P = TypeVar("P", bound=PurchaseProtocol)

SS = samples.single_source()


def broken() -> Iterator[Broken]:
    """The whole table."""
    for protocol in (SS,):
        yield from of_any(protocol)
        yield from of_commission(protocol)
    yield from of_single_source()


def of_commission(protocol: PurchaseProtocol) -> Iterator[Broken]:
    """Who signs, and when it was drawn up."""
    root = f"/{type(protocol).__name__}"
    chair, member = MEMBERS
    for members, count in (((chair,), "1"), ((put(chair, role="SOLE"), member), "2")):
        yield Broken("F-PRT-14", put(protocol, members=members), f"{root}/Members", count)
    twice = put(protocol, members=(chair, member, put(member, role="SECRETARY")))
    yield Broken("F-PRT-14", twice, f"{root}/Members/Member[3]/Iin", member.iin)
    nameless = put(protocol, members=(chair, put(member, name=" ")))
    yield Broken("F-PRT-14", nameless, f"{root}/Members/Member[2]/Name", " ")
    later = AT + timedelta(minutes=1)
    ahead = put(protocol, protocol_date=later)
    yield Broken("F-PRT-2", ahead, f"{root}/ProtocolDate", later.isoformat())
    role = put(protocol, members=(chair, put(member, role="GUEST")))
    yield Broken("F-CODE-1", role, f"{root}/Members/Member[2]/Role", "GUEST")


def of_single_source() -> Iterator[Broken]:
    """From whom is bought."""
    path = "/SingleSourceProtocol/LotConclusions/LotConclusion[1]"
    for changes, value in (
        ({"bin": None}, None),
        ({"foreign_id": "DE123"}, f"{samples.SUPPLIER_BIN}, DE123"),
    ):
        lot = samples.conclusion(supplier=samples.supplier(**changes))
        named = put(SS, lot_conclusions=(lot,))
        yield Broken("F-PRT-11", named, f"{path}/Supplier", value)
    free = put(SS, lot_conclusions=(samples.conclusion(contract_price=0 * lot.contract_price),))
    yield Broken("F-NUM-1", free, f"{path}/ContractPrice", "0.00")


BROKEN: tuple[Broken, ...] = tuple(broken())

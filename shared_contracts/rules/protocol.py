"""Rules for every protocol by itself: its commission, its lots (S216-9.2-4, S216-A3.1g)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from shared_contracts.messages.protocol import PurchaseProtocol, SingleSourceProtocol
from shared_contracts.rules.rule import Found, RuleBook, blank, earlier, placed, shown

BOOK = RuleBook()
FORMED = RuleBook()

SOLE = "SOLE"
"""The role of a person who decides alone."""


@BOOK.rule("F-PRT-14")
def commission_is_whole(protocol: PurchaseProtocol, values: Mapping[str, Any]) -> Iterator[Found]:
    """A commission has its least number of members, or one person decides alone."""
    place, members = f"/{type(protocol).__name__}/Members", protocol.members
    alone = [member for member in members if member.role == SOLE]
    if alone and len(members) > 1:
        yield Found(place, str(len(members)), {"cause": "SOLE_NOT_ALONE"})
    elif not alone and len(members) < values["least"]:
        yield Found(place, str(len(members)), {"cause": "MEMBERS_TOO_FEW"})


@BOOK.rule("F-PRT-14")
def members_are_named_once(protocol: PurchaseProtocol) -> Iterator[Found]:
    """Every member has a name, and is named once."""
    seen: set[str] = set()
    for path, member in placed(f"/{type(protocol).__name__}/Members/Member", protocol.members):
        if blank(member.name):
            yield Found(f"{path}/Name", member.name, {"cause": "MEMBER_NAMELESS"})
        if member.iin in seen:
            yield Found(f"{path}/Iin", member.iin, {"cause": "MEMBER_TWICE"})
        seen.add(member.iin)


@FORMED.rule("F-PRT-2")
def drawn_up_before_it_is_signed(protocol: PurchaseProtocol, at: datetime) -> Iterator[Found]:
    """A protocol is not dated after the moment at which it is formed."""
    if earlier(at, protocol.protocol_date):
        path = f"/{type(protocol).__name__}/ProtocolDate"
        named = {"cause": "PROTOCOL_AHEAD", "limit": shown(at)}
        yield Found(path, shown(protocol.protocol_date), named)


@BOOK.rule("F-PRT-11")
def supplier_is_named(protocol: SingleSourceProtocol) -> Iterator[Found]:
    """Of every lot one supplier is named, by one number."""
    lots = "/SingleSourceProtocol/LotConclusions/LotConclusion"
    for path, lot in placed(lots, protocol.lot_conclusions):
        supplier = lot.supplier
        given = [one for one in (supplier.bin, supplier.iin, supplier.foreign_id) if one]
        if len(given) != 1:
            named = {"cause": "SUPPLIER_NUMBER", "expected": "—"}
            yield Found(f"{path}/Supplier", ", ".join(given) or None, named)

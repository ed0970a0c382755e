"""Asks the SEZ, over its interface, to form the version that a document says."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts.http.remote import Remote
from shared_contracts.messages.bid_list import BID_LIST, BidList
from shared_contracts.messages.document import Amendable, Deletion
from shared_contracts.messages.download_list import DOWNLOAD_LIST, DownloadList
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    PurchaseProtocol,
)
from shared_contracts.messages.purchase import (
    PURCHASE,
    Purchase,
    PurchaseExtension,
    TenderDocumentation,
)
from shared_contracts.messages.supplier import SUPPLIER, SupplierCard
from tests.histories.history import hands

ADDRESSES = {
    PURCHASE: "tenders",
    SUPPLIER: "suppliers",
    PROGRAMME: "programmes",
    BID_LIST: "bid-lists",
    DOWNLOAD_LIST: "download-lists",
    REVIEW_PROTOCOL: "review-protocols",
    RESULTS_PROTOCOL: "results-protocols",
    SINGLE_SOURCE_PROTOCOL: "single-source-protocols",
}
"""The part of the address of each kind."""

FIRST = {PURCHASE: "announcement", SUPPLIER: "registration"}
"""The step by which the draft of a kind is signed, where that is not ``signature``."""

REQUESTS: dict[type[Amendable], tuple[str, tuple[str, ...]]] = {
    BidList: ("change", ("purchase_id", "as_of", "final", "bids")),
    DownloadList: ("change", ("purchase_id", "as_of", "incremental", "downloads")),
    TenderDocumentation: ("documentation", ("documents",)),
}
"""The step of a document, and the fields of it that are asked for."""


def ask(sez: Remote, document: Amendable) -> UUID:
    """Have a version formed, signed and recorded; its object. ``RemoteError`` where refused."""
    act, address = document.act, ADDRESSES[document.act.object_type]
    if act.version > 1:
        step, content = request(document)
        sez.post(f"/api/v1/{address}/{act.object_id}/{step}", _json(content))
        return act.object_id
    if isinstance(document, BidList | DownloadList | Programme):
        made = sez.post(f"/api/v1/{address}", _json(request(document)[1]))
        return UUID(made["object_id"])
    drafts = "drafts" if isinstance(document, Purchase) else address
    object_id = UUID(sez.post(f"/api/v1/{drafts}", _json(document))["object_id"])
    sign = FIRST.get(act.object_type, "signature")
    sez.post(f"/api/v1/{address}/{object_id}/{sign}", {"signers": hands(act.object_type)})
    return object_id


def request(document: Amendable) -> tuple[str, dict[str, Any]]:
    """The step by which a document is asked for, and what is said with it."""
    step, content = _own(document)
    signers = hands(document.act.object_type)
    content |= {"signers": signers} if signers else {}
    return step, content | {"reason": document.act.reason or ""}


def _own(document: Amendable) -> tuple[str, dict[str, Any]]:
    match document:
        case Deletion():
            return "deletion", {}
        case Programme():
            return "change", {"programme": document}
        case SupplierCard():
            return "change", {"card": document}
        case Purchase(outcome=None):
            return "change", {"purchase": document}
        case Purchase(outcome=outcome) if outcome is not None:
            return "end", {"kind": outcome.kind, "ground": outcome.ground}
        case PurchaseExtension():
            moments = {"bids_to": document.new_bids_to, "opening_at": document.new_opening_at}
            return "extension", moments | {"decided_by": document.decided_by}
        case PurchaseProtocol():
            return "change", {"protocol": document}
        case _:
            step, names = REQUESTS[type(document)]
            return step, dict(_fields(document, names))


def _fields(document: Amendable, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(document, name)) for name in names)


def _json(content: Any) -> Any:
    """What JSON has for it, without what is not there."""
    return msgspec.json.decode(msgspec.json.encode(content))

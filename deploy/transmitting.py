"""What our SEZ of the stand announces for a conformance kit, by its own JSON interface."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from shared_contracts import astana_time
from shared_contracts.conformance.documents import DocumentWriter
from shared_contracts.conformance.material import KitKeys
from shared_contracts.conformance.protocol_documents import Commission, files_of, opened_bids
from shared_contracts.errors import BadInput, Temporary
from shared_contracts.http.remote import Remote
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import BidList
from shared_contracts.messages.document import Environment
from shared_contracts.messages.programme import PROGRAMME
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    ReviewProtocol,
)
from shared_contracts.messages.purchase import PURCHASE, Purchase

HEAD, MEMBER = "customer1-head", "customer1-signer"
BIDDING = timedelta(seconds=2)
"""How long a tender takes bids whose protocol is wanted; no clock is moved."""

LONGEST = 60.0
"""Seconds that are waited for a moment to come by the SEZ's clock."""


@dataclass(frozen=True, slots=True)
class StandSez:
    """Our SEZ, and the folder with the keys of its users."""

    sez: Remote
    keys: Path

    def transmit(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have an object of a type announced or signed; its id."""
        match asked["object_type"]:
            case "PURCHASE":
                return self._announced(self._single_source())
            case "PROGRAMME":
                return self._programme(int(asked.get("years", 1)))
            case "SINGLE_SOURCE_PROTOCOL":
                purchase = self._stated(self._single_source())
                concluded = self._commission().single_source(
                    purchase, self._after(purchase.published_at)
                )
                return self._signed("single-source-protocols", concluded)
            case "REVIEW_PROTOCOL":
                return self._signed("review-protocols", self._review()[1])
            case "RESULTS_PROTOCOL":
                return self._results()
            case other:
                known = (PURCHASE, PROGRAMME, SINGLE_SOURCE_PROTOCOL, REVIEW_PROTOCOL)
                raise BadInput(f"{other}: {', '.join((*known, RESULTS_PROTOCOL))} are known")

    def compare_clocks(self, _asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have the SEZ ask for the Registry's time."""
        self.sez.post_bytes("/api/v1/clock")
        return {}

    def _announced(self, object_id: str) -> Mapping[str, Any]:
        return {"object_id": object_id}

    def _single_source(self) -> str:
        made = self.sez.post("/api/v1/examples/tenders", {"example": "single-source"})
        return str(made["object_id"])

    def _programme(self, years: int) -> Mapping[str, Any]:
        at = self._now()
        first = at.year + 1 + secrets.randbelow(900)
        programme = self._writer().programme(uuid7(), at, first, years)
        asked = {"programme": msgspec.to_builtins(programme), "signers": [HEAD]}
        made: Mapping[str, Any] = self.sez.post("/api/v1/programmes", asked)
        return {"object_id": made["object_id"]}

    def _review(self) -> tuple[Purchase, ReviewProtocol]:
        """An ended tender of one lot with two opened bids, and the protocol of their review."""
        tender = self._ended_tender()
        bids: BidList = opened_bids(self._writer(), tender, self._now())
        listed = [msgspec.to_builtins(one) for one in bids.bids]
        told = {"purchase_id": str(tender.act.object_id), "final": True, "bids": listed}
        self.sez.post("/api/v1/bid-lists", told)
        return tender, self._commission().review(tender, bids, self._after(bids.as_of))

    def _results(self) -> Mapping[str, Any]:
        tender, review = self._review()
        signed = UUID(self._signed("review-protocols", review)["object_id"])
        named = msgspec.structs.replace(review.act, object_id=signed)
        known = msgspec.structs.replace(review, act=named)
        results = self._commission().results(tender, known, self._after(known.protocol_date))
        return self._signed("results-protocols", results)

    def _ended_tender(self) -> Purchase:
        at = self._now()
        files = files_of("stand", at)
        for file in files:
            self.sez.put_file(file.content, file.document.sha256)
        named = (file.document for file in files)
        purchase = self._writer().open_tender(uuid7(), at, BIDDING, *named)
        drafted = self.sez.post("/api/v1/drafts", msgspec.to_builtins(purchase))
        object_id = str(drafted["object_id"])
        self.sez.post(f"/api/v1/tenders/{object_id}/announcement", {"signers": [HEAD]})
        self._after(at + BIDDING)
        return self._stated(object_id)

    def _stated(self, object_id: str) -> Purchase:
        shown = self.sez.get(f"/api/v1/tenders/{object_id}")
        return msgspec.convert(shown["state"]["purchase"], Purchase)

    def _signed(self, address: str, protocol: object) -> Mapping[str, Any]:
        drafted = self.sez.post(f"/api/v1/{address}", msgspec.to_builtins(protocol))
        object_id = str(drafted["object_id"])
        self.sez.post(f"/api/v1/{address}/{object_id}/signature", {"signers": [HEAD, MEMBER]})
        return {"object_id": object_id}

    def _writer(self) -> DocumentWriter:
        keys = KitKeys(self.keys, HEAD)
        return DocumentWriter("SEZ01", Environment.STAND, keys.person(HEAD).party)

    def _commission(self) -> Commission:
        keys = KitKeys(self.keys, HEAD)
        return Commission(self._writer(), (keys.person(HEAD), keys.person(MEMBER)))

    def _now(self) -> datetime:
        """A moment that has come by the SEZ's clock, which it corrects by the Registry's."""
        shown = self.sez.get("/api/v1/clock")["corrected"]
        return astana_time.to_astana(datetime.fromisoformat(shown))

    def _after(self, moment: datetime) -> datetime:
        """A moment after ``moment`` by the SEZ's clock and by the machine's, which is waited for.

        ``Temporary`` where it does not come within ``LONGEST``: the clock was set back by more.
        """
        until = time.monotonic() + LONGEST
        while min(now := self._now(), astana_time.now()) <= moment:
            if time.monotonic() > until:
                raise Temporary(f"{moment} has not come within {LONGEST} s: begin again later")
            time.sleep(0.05)
        return now

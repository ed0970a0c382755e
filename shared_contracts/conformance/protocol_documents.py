"""The course of an open tender in documents: files, bids, review, results; and a single source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from shared_contracts.conformance.documents import PLACE, DocumentWriter, workwear
from shared_contracts.conformance.material import SigningPerson
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.bid_list import (
    BID_LIST,
    Bid,
    BidContents,
    BidList,
    ProducerClaim,
)
from shared_contracts.messages.document import Document, Ground, LocalizedText, Party, Term
from shared_contracts.messages.download_list import DOWNLOAD_LIST, Download, DownloadList
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    REVIEW_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    BidReview,
    ContractedSupplier,
    LotConclusion,
    LotResult,
    LotReview,
    Member,
    RankedBid,
    ResultsProtocol,
    ReviewProtocol,
    SingleSourceProtocol,
    Winner,
)
from shared_contracts.messages.purchase import DeliveryTerm, Purchase

BIDDERS = tuple(
    Party(bin=number, name=LocalizedText(kk=f"«{name}» ЖШС", ru=f"ТОО «{name}»"))
    for number, name in (("180640000016", "Мұнай Сервис"), ("180660000015", "Дала Сауда"))
)
"""Who bids; the first for more than the second."""

PRICES = (Decimal("10600000.00"), Decimal("10500000.00"))
TITLES = {
    "TENDER_DOCS": LocalizedText(kk="Конкурстық құжаттама", ru="Конкурсная документация"),
    "TECH_SPEC": LocalizedText(kk="Техникалық ерекшелік", ru="Техническая спецификация"),
    "CONTRACT_DRAFT": LocalizedText(kk="Шарт жобасы", ru="Проект договора"),
}


@dataclass(frozen=True, slots=True)
class KitFile:
    """A file of the documentation: its bytes, and the element that names it."""

    content: bytes
    document: Document


def files_of(mark: str, at: datetime) -> tuple[KitFile, ...]:
    """The three files of an open tender of one lot; another ``mark`` makes other bytes."""
    return tuple(_file(category, mark, at) for category in TITLES)


def _file(category: str, mark: str, at: datetime) -> KitFile:
    content = f"%PDF-1.4\n% {category} {mark}\n%%EOF\n".encode()
    document = Document(
        document_id=uuid7(),
        category=category,
        title=TITLES[category],
        file_name=f"{category.lower()}.pdf",
        mime_type="application/pdf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        uploaded_at=at - timedelta(minutes=5),
        version=1,
        lot_numbers=() if category == "TENDER_DOCS" else (1,),
    )
    return KitFile(content, document)


def opened_bids(writer: DocumentWriter, tender: Purchase, at: datetime) -> BidList:
    """The final list of the two bids for a tender, as of ``at``."""
    submitted = tender.published_at + timedelta(seconds=1)
    bids = tuple(
        Bid(
            bid_id=uuid7(),
            version=1,
            lot_number=1,
            supplier=bidder,
            submitted_at=submitted,
            status="SUBMITTED",
            bid_hash=sha256(f"{bidder.bin} {price}".encode()).hexdigest(),
            contents=BidContents(
                price=price,
                currency="KZT",
                vat_payer=True,
                producer_claim=ProducerClaim(claimed=False),
            ),
        )
        for bidder, price in zip(BIDDERS, PRICES, strict=True)
    )
    return BidList(
        act=writer.act(BID_LIST, uuid7()),
        purchase_id=tender.act.object_id,
        as_of=at,
        final=True,
        bid_count=len(bids),
        bids=bids,
    )


def downloads(writer: DocumentWriter, tender: Purchase, at: datetime) -> DownloadList:
    """Who took the first file of a tender's documentation."""
    taken = tuple(
        Download(
            supplier=bidder,
            document_id=tender.documents[0].document_id,
            document_version=1,
            downloaded_at=at - timedelta(seconds=1),
        )
        for bidder in BIDDERS
    )
    return DownloadList(
        act=writer.act(DOWNLOAD_LIST, uuid7()),
        purchase_id=tender.act.object_id,
        as_of=at,
        incremental=False,
        download_count=len(taken),
        downloads=taken,
    )


@dataclass(frozen=True, slots=True)
class Commission:
    """Who draws up protocols, and signs them."""

    writer: DocumentWriter
    members: Sequence[SigningPerson]

    def review(self, tender: Purchase, bids: BidList, at: datetime) -> ReviewProtocol:
        """Both bids are admitted (S216-9.2)."""
        reviews = tuple(
            BidReview(
                bid_id=bid.bid_id,
                supplier=bid.supplier or BIDDERS[0],
                submitted_at=bid.submitted_at,
                price=price,
                decision="ADMITTED",
            )
            for bid, price in zip(bids.bids, PRICES, strict=True)
        )
        lot = LotReview(
            lot_number=1, bid_count=len(reviews), bid_reviews=reviews, decision="CONTINUE"
        )
        stated = self._head(REVIEW_PROTOCOL, tender, at)
        return ReviewProtocol(**stated, opened_at=at, lot_reviews=(lot,))

    def results(self, tender: Purchase, review: ReviewProtocol, at: datetime) -> ResultsProtocol:
        """The cheaper bid wins (S216-9.4)."""
        [lot] = review.lot_reviews
        cheapest = sorted(lot.bid_reviews, key=lambda bid: bid.price)
        ranked = tuple(
            RankedBid(
                place=place,
                bid_id=bid.bid_id,
                supplier=bid.supplier,
                price=bid.price,
                discount_percent=Decimal("0.00"),
                conditional_price=bid.price,
            )
            for place, bid in enumerate(cheapest, 1)
        )
        first = cheapest[0]
        winner = Winner(bid_id=first.bid_id, supplier=first.supplier, contract_price=first.price)
        won = LotResult(lot_number=1, outcome="WINNER", ranked_bids=ranked, winner=winner)
        return ResultsProtocol(
            **self._head(RESULTS_PROTOCOL, tender, at),
            review_protocol_id=review.act.object_id,
            lot_results=(won,),
            contract_term=Term(days=10, kind="WD"),
        )

    def single_source(self, purchase: Purchase, at: datetime) -> SingleSourceProtocol:
        """The conclusion of a purchase from a single source (S216-9.3)."""
        first = BIDDERS[0]
        concluded = LotConclusion(
            lot_number=1,
            supplier=ContractedSupplier(bin=first.bin, country="KZ", name=first.name),
            contract_price=workwear().amount - Decimal("100000.00"),
            local_content_percent=Decimal("100.00"),
            delivery_term=DeliveryTerm(within=Term(days=45, kind="CD")),
            delivery_places=(PLACE,),
        )
        ground = purchase.single_source_ground
        return SingleSourceProtocol(
            **self._head(SINGLE_SOURCE_PROTOCOL, purchase, at),
            ground=Ground(code=ground.code if ground else "05"),
            lot_conclusions=(concluded,),
            contract_term=Term(days=10, kind="WD"),
        )

    def _head(self, object_type: str, purchase: Purchase, at: datetime) -> dict[str, Any]:
        roles = ("CHAIR", *("MEMBER" for _ in self.members))
        members = tuple(
            Member(iin=one.subject.iin or "", name=one.subject.common_name or "", role=role)
            for one, role in zip(self.members, roles, strict=False)
        )
        named: UUID = uuid7()
        return {
            "act": self.writer.act(object_type, named),
            "protocol_number": f"{named.hex[-6:]}",
            "protocol_date": at,
            "place": LocalizedText(kk="Атырау қаласы", ru="город Атырау"),
            "purchase_id": purchase.act.object_id,
            "purchase_version": purchase.act.version,
            "members": members,
        }

"""A tender that fails by its results, and the single source that follows (S216-9.3, S216-A3.1d)."""

from decimal import Decimal
from uuid import UUID

import msgspec

from deploy.story import commission
from deploy.story.bids import MUNAI, announce_to_both, open_bids
from deploy.story.drafting import setting
from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from sez.tendering.example_purchases import Example, open_tender, workwear
from shared_contracts.messages.document import Document, Ground, LocalizedText, Term
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    SINGLE_SOURCE_PROTOCOL,
    ContractedSupplier,
    LotConclusion,
    LotResult,
    ResultsProtocol,
    SingleSourceProtocol,
)
from shared_contracts.messages.purchase import DeliveryTerm

NAME = "workwear tender"
REVIEW = "protocol that rejects all bids"
RESULTS = "protocol of the failed tender"
SOURCE = "workwear from a single source"
CONCLUSION = "protocol of the single source"

UNSECURED = Ground(
    code="99",
    text=LocalizedText(
        kk="Өтінім қамтамасыз етілмеген", ru="Нет обеспечения заявки", en="The bid is not secured"
    ),
)
"""Why the commission rejects the bids."""

NONE_LEFT = Ground(code="NONE_ADMITTED")
"""Why the tender fails."""

PRICE = Decimal("10500000.00")
"""For which the workwear is bought, planned for 10,625,000 tenge."""


def workwear_is_tendered(player: Player) -> None:
    """An open tender for workwear is announced (S216-9.1)."""
    player.transcript.chapter(
        "A tender for workwear is announced",
        "An open tender of one lot, which takes bids for thirty seconds too.",
    )
    example = open_tender(setting(player))
    lot = workwear(1)
    purchase = msgspec.structs.replace(
        example.purchase,
        name=LocalizedText(kk="Жұмыс киімін сатып алу", ru="Закуп рабочей одежды", en="Workwear"),
        lots=(lot,),
        lot_count=1,
        planned_total=lot.amount,
        documents=tuple(_of_lot_1(one) for one in example.purchase.documents),
    )
    announce_to_both(player, NAME, Example(purchase, example.files), "10600000.00", "10550000.00")


def tender_fails_by_its_results(player: Player) -> None:
    """No bid is admitted: the protocols say so, and the purchase has failed (S216-9.2, 9.4)."""
    player.transcript.chapter(
        "The tender for workwear fails",
        "Neither bid is secured as the documentation asks. The commission rejects both, with its",
        "ground; the lot fails, and by its results the tender. Nobody declares it apart.",
    )
    offers = player.offers[NAME]
    open_bids(player, NAME, offers)
    bids = [commission.reviewed(one, rejected=UNSECURED) for one in offers]
    review = commission.review(player, NAME, bids, failed=NONE_LEFT)
    commission.draw_up(player, REVIEW, "review-protocols", review)
    commission.sign(player, REVIEW)
    results = ResultsProtocol(
        **commission.head(player, NAME, RESULTS_PROTOCOL, "2"),
        review_protocol_id=UUID(player.objects[REVIEW]),
        lot_results=(LotResult(lot_number=1, outcome="FAILED", ground=NONE_LEFT),),
    )
    commission.draw_up(player, RESULTS, "results-protocols", results)
    commission.sign(player, RESULTS)
    player.transcript.expect(
        "the Registry shows the tender as FAILED",
        seen=player.purchase(NAME)["state"]["status"],
        expected="FAILED",
    )


def single_source_is_concluded(player: Player) -> None:
    """On the base of the failed tender a single source is announced, and concluded (S216-9.3)."""
    player.transcript.chapter(
        "The workwear is bought from a single source",
        "The failed tender is the base, and its failure the ground. The conclusion names supplier,",
        "price and terms; with it the purchase is summed up.",
    )
    player.announce(SOURCE, "single-source", base=player.objects[NAME])
    expect_recorded(player, SOURCE, 1, "the purchase from a single source")
    conclusion = SingleSourceProtocol(
        **commission.head(player, SOURCE, SINGLE_SOURCE_PROTOCOL, "1"),
        ground=Ground(code="01"),
        lot_conclusions=(_conclusion(),),
        contract_term=Term(days=10, kind="WD"),
    )
    commission.draw_up(player, CONCLUSION, "single-source-protocols", conclusion)
    commission.sign(player, CONCLUSION)
    player.transcript.expect(
        "the Registry shows the purchase as SUMMED_UP",
        seen=player.purchase(SOURCE)["state"]["status"],
        expected="SUMMED_UP",
    )


def _of_lot_1(document: Document) -> Document:
    """A file of the documentation, of lot 1 where it is of lots at all."""
    return msgspec.structs.replace(document, lot_numbers=document.lot_numbers[:1])


def _conclusion() -> LotConclusion:
    lot = workwear(1)
    supplier = ContractedSupplier(bin=MUNAI.bin, country="KZ", name=MUNAI.name)
    return LotConclusion(
        lot_number=1,
        supplier=supplier,
        contract_price=PRICE,
        local_content_percent=Decimal("100.00"),
        delivery_term=DeliveryTerm(within=Term(days=45, kind="CD")),
        delivery_places=lot.delivery_places,
    )

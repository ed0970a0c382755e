"""An open tender from its announcement to its results (S216-9.1-4, S216-A3.1a-h)."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from deploy.story import commission
from deploy.story.bids import DALA, MUNAI, Offer, list_bids, refused_list
from deploy.story.drafting import (
    announce_draft,
    as_json,
    setting,
    tell_warnings,
    term,
    wait_until,
)
from deploy.story.outcomes import expect_recorded
from deploy.story.player import Player
from sez.examples.files import example_file
from sez.tendering.example_purchases import Example, auction
from shared_contracts import astana_time
from shared_contracts.messages.download_list import Download
from shared_contracts.messages.protocol import (
    RESULTS_PROTOCOL,
    LotResult,
    RankedBid,
    ResultsProtocol,
    Winner,
)
from shared_contracts.rules.results import reduced

TENDER = "drilling tender"
LONGER = timedelta(seconds=10)
"""By how much the tender is extended."""

DISCOUNT = Decimal(20)
"""The conditional discount of a producer of works and services, in percent (the Code, 131(3))."""


def drilling_is_tendered(player: Player) -> None:
    """An open tender for services is drafted and announced (S216-9.1, S216-A3.1a)."""
    player.transcript.chapter(
        "An open tender for drilling is announced",
        "An officer drafts the purchase, the head signs. It takes bids for thirty seconds, so that",
        "its results can be seen today. No clock is moved: the Registry, which expects fifteen",
        "days, warns of each such term, and a warning refuses nothing.",
    )
    answer = announce_draft(player, TENDER, _drilling(player))
    player.transcript.expect(
        "the announcement is recorded", seen=answer["state"], expected="SYNCHRONISED"
    )
    tell_warnings(player, answer)


def documentation_is_taken(player: Player) -> None:
    """Who took the documentation is told to the Registry (S216-A3.1f)."""
    player.transcript.chapter(
        "Two companies take the documentation",
        "The platform notes who took which file, and signs the list by itself: no person vouches",
        "for what the platform saw.",
    )
    player.draft("downloads", "download-lists", _taken(player, MUNAI, DALA))
    expect_recorded(player, "downloads", 1, "the list of those who took the documentation")


def tender_is_amended_and_extended(player: Player) -> None:
    """The documentation changes, and with it the end of bidding (S216-A3.1b, S216-A3.1c)."""
    player.transcript.chapter(
        "The tender is amended and extended",
        "A question of a bidder shows that the specification was not clear. A new version of the",
        "file is uploaded, the end of bidding moves by decision of the commission, and those who",
        "had taken the file take it again: the next list tells only what came since.",
    )
    documents = deepcopy(player.state(TENDER)["state"]["purchase"]["documents"])
    file = example_file("TECH_SPEC", astana_time.now(), lots=(1,), version=2)
    player.stage.sez.put_file(file.content, file.document.sha256)
    place = next(i for i, one in enumerate(documents) if one["category"] == "TECH_SPEC")
    kept = documents[place]["document_id"]
    documents[place] = as_json(file.document) | {"document_id": kept}
    player.step(TENDER, "documentation", documents=documents, reason="Уточнена спецификация")
    expect_recorded(player, TENDER, 2, "the new specification")
    later = (term(player, TENDER, "bids_to") + LONGER).isoformat()
    player.step(
        TENDER,
        "extension",
        bids_to=later,
        opening_at=later,
        decided_by="Конкурсная комиссия, протокол № 1",
        reason="Изменена конкурсная документация",
    )
    expect_recorded(player, TENDER, 3, "the extension")
    again = _taken(player, MUNAI, DALA, place=place, incremental=True, reason="Новая редакция")
    player.ask("downloads", "change", again)
    expect_recorded(player, "downloads", 2, "who took the new version")
    shown = player.recorded("downloads", "download-lists")
    player.transcript.expect(
        "the Registry knows of four downloads",
        seen=shown["state"]["downloads"],
        expected=4,
    )


def bids_come_in_sealed(player: Player) -> None:
    """Bids are listed by their hashes; a price cannot be told before the opening (S216-A3.1e)."""
    player.transcript.chapter(
        "Bids come in, sealed",
        "Two companies bid. The list names them with the hash of what each offers. It says no",
        "price: somebody who tries to open the bids before the time is refused by the SEZ, and",
        "would be by the Registry.",
    )
    at = player.now()
    offers = player.offers[TENDER] = [
        Offer(MUNAI, Decimal("146520000.00"), at, producer=True),
        Offer(DALA, Decimal("143560000.00"), at),
    ]
    list_bids(player, "bids", TENDER, (one.sealed for one in offers), final=False)
    expect_recorded(player, "bids", 1, "the list of two sealed bids")
    refused = refused_list(player, "bids", TENDER, (one.opened for one in offers))
    player.transcript.expect(
        "opened too early, it is not signed: F-BID-1 (bids are still taken), F-BID-3 (sealed)",
        seen=sorted(rule for rule in ("F-BID-1", "F-BID-3") if rule in refused),
        expected=["F-BID-1", "F-BID-3"],
    )


def bids_are_opened_and_reviewed(player: Player) -> None:
    """After the end of bidding all bids are opened, and reviewed by a commission (S216-9.2)."""
    player.transcript.chapter(
        "The bids are opened and reviewed",
        "When bidding has ended the platform opens all bids at once. The commission admits both",
        "and confirms one bidder as a Kazakhstan producer of services, by its staff. A protocol",
        "counts only if every member signed it.",
    )
    offers = player.offers[TENDER]
    wait_until(player, term(player, TENDER, "opening_at"), "opening of the bids")
    list_bids(player, "bids", TENDER, (one.opened for one in offers), final=True)
    expect_recorded(player, "bids", 2, "the final list, with prices,")
    bids = [commission.reviewed(one, producer=one.producer) for one in offers]
    name = "protocol of the review"
    commission.draw_up(player, name, "review-protocols", commission.review(player, TENDER, bids))
    refused = player.refused_step(name, "signature", signers=[*commission.COMMISSION][:2])
    player.transcript.expect(
        "signed by two of the three members, it is not sent: C-12 names who is missing",
        seen="C-12" in refused,
        expected=True,
    )
    commission.sign(player, name)
    _stands(player, "REVIEWED")


def discount_decides(player: Player) -> None:
    """The conditional discount changes the winner (S216-9.4, the Code, article 131(3))."""
    player.transcript.chapter(
        "The results: the conditional discount changes the winner",
        "The price of a Kazakhstan producer of services is reduced by twenty per cent, only for",
        "the comparison. So the dearer bid wins, and the contract is made for the price offered.",
        "Results that forget the discount are refused before anybody signs them.",
    )
    offers = player.offers[TENDER]
    name, kind = "protocol of the results", "results-protocols"
    forgotten = _results(player, _ranked(offers, Decimal(0)))
    commission.draw_up(player, name, kind, forgotten)
    refused = player.refused_step(name, "signature", signers=[*commission.COMMISSION])
    player.transcript.expect(
        "without the discount: refused by F-PRT-6", seen="F-PRT-6" in refused, expected=True
    )
    ranked = _ranked(offers, DISCOUNT)
    commission.draw_up(player, name, kind, _results(player, ranked))
    commission.sign(player, name)
    player.transcript.table(
        ("place", "bidder", "price, tenge", "discount, %", "counts as, tenge"),
        [
            (
                str(one.place),
                one.supplier.name.en or "",
                commission.tenge(one.price),
                f"{one.discount_percent}",
                commission.tenge(one.conditional_price),
            )
            for one in ranked
        ],
    )
    _stands(player, "SUMMED_UP")
    player.transcript.expect(
        "and, in its list of bids, who won and who comes next",
        seen=[one["result"] for one in player.recorded("bids", "bid-lists")["state"]["bids"]],
        expected=["WINNER", "RUNNER_UP"],
    )


def _drilling(player: Player) -> Example:
    """Drilling of wells as an open tender."""
    made = auction(setting(player))
    none = {"auction_from": None, "auction_to": None}
    code = made.purchase.purchase_code.replace("EA-", "OT-")
    purchase = msgspec.structs.replace(
        made.purchase,
        method="OT",
        purchase_code=code,
        auction_start_price=None,
        auction_step=None,
        **none,
    )
    return Example(purchase, made.files)


def _taken(player: Player, *by: Any, place: int = 0, **more: Any) -> dict[str, Any]:
    """The list of those who took a file of the tender, by its place."""
    file = player.state(TENDER)["state"]["purchase"]["documents"][place]
    at = player.now()
    taken = (
        Download(
            supplier=one,
            document_id=file["document_id"],
            document_version=file["version"],
            downloaded_at=at,
        )
        for one in by
    )
    told = [as_json(one) for one in taken]
    return {"purchase_id": player.objects[TENDER], "downloads": told} | more


def _ranked(offers: Sequence[Offer], percent: Decimal) -> tuple[RankedBid, ...]:
    """The bids in their places, a producer's reduced by ``percent``."""
    counted = [(reduced(one.price, percent if one.producer else Decimal(0)), one) for one in offers]
    return tuple(
        RankedBid(
            place=place,
            bid_id=one.bid_id,
            supplier=one.supplier,
            price=one.price,
            discount_percent=percent if one.producer else Decimal(0),
            conditional_price=price,
        )
        for place, (price, one) in enumerate(sorted(counted, key=lambda pair: pair[0]), 1)
    )


def _results(player: Player, ranked: tuple[RankedBid, ...]) -> ResultsProtocol:
    first = ranked[0]
    winner = Winner(bid_id=first.bid_id, supplier=first.supplier, contract_price=first.price)
    lot = LotResult(lot_number=1, outcome="WINNER", ranked_bids=ranked, winner=winner)
    stated = commission.head(player, TENDER, RESULTS_PROTOCOL, "2")
    review = UUID(player.objects["protocol of the review"])
    return ResultsProtocol(**stated, review_protocol_id=review, lot_results=(lot,))


def _stands(player: Player, status: str) -> None:
    shown = player.purchase(TENDER)["state"]["status"]
    player.transcript.expect(
        f"the Registry shows the tender as {status}", seen=shown, expected=status
    )

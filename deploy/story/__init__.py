"""The story which ``make demo`` plays: a year of procurement, a module for each thread of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.story import (
    admission,
    audits,
    bulk_load,
    checks,
    classifiers,
    crash,
    electronic_auction,
    exchange,
    failed_tender,
    gost_customer,
    months_look,
    open_tender,
    programmes,
    purchases,
    refusals,
    strangers,
    suppliers,
)
from deploy.story.player import Player

Chapter = Callable[[Player], None]


@dataclass(frozen=True, slots=True)
class StoryPart:
    """Some chapters that belong together, in the order in which they are played."""

    title: str
    told: tuple[str, ...]
    chapters: Sequence[Chapter]


ADMISSION = StoryPart(
    "Admission",
    (
        "Before an SEZ may transmit anything it is admitted, by the order of its day. Both are",
        "played in full while the Registry's clock runs fast; what the act fixes then holds for",
        "all that follows.",
    ),
    (admission.admissions_are_played,),
)
"""What is played before the exchange; nothing but the authority runs when it begins."""

_BEFORE = StoryPart(
    "I. Before the year",
    (
        "What both systems must agree on before anything is bought: the time, the codes,",
        "who the suppliers are, and what is planned.",
    ),
    (
        purchases.clocks_are_compared,
        classifiers.classifiers_are_imported_and_copied,
        suppliers.suppliers_are_registered,
        suppliers.supplier_is_found_and_chosen,
        programmes.programmes_are_loaded,
        programmes.programme_is_changed,
    ),
)

_ANNOUNCED = StoryPart(
    "II. Purchases are announced",
    (
        "A tender with all that can happen to it while it runs; then three purchases that",
        "take bids for seconds, and to which the story comes back.",
    ),
    (
        purchases.tender_is_announced,
        purchases.documentation_changes,
        purchases.tender_is_extended,
        purchases.purchase_changes,
        purchases.repetition_gets_the_same_bytes,
        open_tender.drilling_is_tendered,
        open_tender.documentation_is_taken,
        open_tender.tender_is_amended_and_extended,
        open_tender.bids_come_in_sealed,
        electronic_auction.auction_is_announced,
        failed_tender.workwear_is_tendered,
    ),
)

_SIGNED = StoryPart(
    "III. Who signs, and what is refused",
    ("While bids come in: signatures that count, and everything that does not.",),
    (
        gost_customer.gost_customer_buys,
        gost_customer.gost_signer_must_fit,
        gost_customer.signed_elsewhere_with_a_time_stamp,
        refusals.revoked_signer_is_refused,
        refusals.several_violations_at_once,
        strangers.broken_hash_is_refused,
    ),
)

_LOST = StoryPart(
    "IV. What goes wrong, and is not lost",
    (
        "Works, versions that come late, an authority that does not answer, a system that is",
        "killed; and a load of everything at once.",
    ),
    (
        exchange.works_are_announced,
        bulk_load.late_and_excused,
        bulk_load.purchases_are_loaded_under_tickets,
        bulk_load.large_programme_is_loaded,
        gost_customer.authority_falls_silent,
        crash.registry_is_killed_in_mid_transfer,
        gost_customer.what_waited_comes_through,
    ),
)

_RESULTS = StoryPart(
    "V. From the bids to the contract",
    ("Bidding has ended: bids are opened and reviewed, and somebody wins, or nobody.",),
    (
        open_tender.bids_are_opened_and_reviewed,
        open_tender.discount_decides,
        electronic_auction.auction_is_held,
        failed_tender.tender_fails_by_its_results,
        failed_tender.single_source_is_concluded,
        purchases.single_source_follows_a_failed_auction,
        purchases.purchase_is_deleted,
    ),
)

_LOOKS = StoryPart(
    "VI. The authority looks",
    (
        "Whether both systems have the same, whether somebody altered anything, what was bought,",
        "and what was not as it must be.",
    ),
    (
        exchange.changes_are_asked_for,
        audits.sez_is_audited,
        audits.altered_document_is_found,
        months_look.goods_are_listed,
        months_look.hourly_run_finds,
    ),
)

_END = StoryPart(
    "VII. The end of the year",
    ("Nothing waits, and everything can be checked by whoever has the files.",),
    (
        checks.nothing_is_left_over,
        checks.answers_are_saved,
        checks.both_databases_are_read_again,
    ),
)

PARTS: Sequence[StoryPart] = (_BEFORE, _ANNOUNCED, _SIGNED, _LOST, _RESULTS, _LOOKS, _END)
"""The parts in the order in which they are played."""

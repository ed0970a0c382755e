"""The story which ``make demo`` plays, a module for each part of it."""

from collections.abc import Callable, Sequence

from deploy.story import (
    checks,
    classifiers,
    crash,
    exchange,
    gost_customer,
    programmes,
    purchases,
    refusals,
    strangers,
    suppliers,
)
from deploy.story.player import Player

Chapter = Callable[[Player], None]


def chapters() -> Sequence[Chapter]:
    """The chapters in the order in which they are played."""
    return (
        purchases.clocks_are_compared,
        classifiers.classifiers_are_imported_and_copied,
        purchases.tender_is_announced,
        purchases.documentation_changes,
        purchases.tender_is_extended,
        purchases.purchase_changes,
        purchases.repetition_gets_the_same_bytes,
        refusals.revoked_signer_is_refused,
        refusals.several_violations_at_once,
        strangers.broken_hash_is_refused,
        gost_customer.gost_customer_buys,
        gost_customer.gost_signer_must_fit,
        gost_customer.signed_elsewhere_with_a_time_stamp,
        suppliers.suppliers_are_registered,
        suppliers.supplier_is_found_and_chosen,
        programmes.programmes_are_loaded,
        programmes.programme_is_changed,
        exchange.works_are_announced,
        exchange.changes_are_asked_for,
        gost_customer.authority_falls_silent,
        purchases.single_source_follows_a_failed_auction,
        purchases.purchase_is_deleted,
        crash.registry_is_killed_in_mid_transfer,
        gost_customer.what_waited_comes_through,
        checks.nothing_is_left_over,
        checks.answers_are_saved,
        checks.both_databases_are_read_again,
    )

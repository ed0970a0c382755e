"""Rules for a whole purchase: method, times, grounds, rights, auction (S216-9.1)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from shared_contracts.messages.document import Ground, SubsoilRight
from shared_contracts.messages.purchase import AuctionStep, Purchase
from shared_contracts.messages.tags import tag
from shared_contracts.rules.catalogue import CATALOGUE
from shared_contracts.rules.course import identifier
from shared_contracts.rules.generic import CODES
from shared_contracts.rules.rule import (
    Found,
    RuleBook,
    blank,
    day_of,
    earlier,
    placed,
    shifted,
    shown,
)

BOOK = RuleBook()

Values = Mapping[str, Any]

ORDER = (
    ("bids_from", "published_at", timedelta(0)),
    ("bids_to", "bids_from", timedelta(microseconds=1)),
    ("opening_at", "bids_to", timedelta(0)),
    ("auction_from", "bids_to", timedelta(0)),
    ("auction_to", "auction_from", timedelta(microseconds=1)),
)
"""Each moment, the one it follows, and by how much at least."""

AUCTION = ("auction_from", "auction_to", "auction_start_price", "auction_step")
"""What only an electronic auction has."""


@BOOK.rule("F-PUR-1")
def method_is_announced(purchase: Purchase, values: Values) -> Iterator[Found]:
    """Only tenders, auctions and single sources are announced (S216-9.1)."""
    if purchase.method not in values["allowed"]:
        named = {"allowed": ", ".join(values["allowed"])}
        yield Found("/Purchase/Method", purchase.method, named)


@BOOK.rule("F-PUR-2")
def rules_were_in_force(purchase: Purchase, values: Values) -> Iterator[Found]:
    """A purchase is published when its purchasing rules are in force (S216-O.4)."""
    first_day, published = values["first_day"].get(purchase.rule_set), purchase.published_at
    if first_day and published.tzinfo and day_of(published) < first_day:
        yield Found("/Purchase/PublishedAt", shown(published), {"first_day": shown(first_day)})


@BOOK.rule("F-PUR-3")
def times_are_in_order(purchase: Purchase) -> Iterator[Found]:
    """Publication, bidding, opening, auction follow each other.

    Whoever ends a purchase states its times as they are on record, and can always do so.
    """
    if purchase.outcome is not None and purchase.act.version > 1:
        return
    for name, before, distance in ORDER:
        moment, limit = getattr(purchase, name), getattr(purchase, before)
        if limit is not None and earlier(moment, shifted(limit, distance)):
            named = {"field": tag(before), "limit": shown(limit)}
            yield Found(f"/Purchase/{tag(name)}", shown(moment), named)


@BOOK.rule("F-PUR-4")
def bidding_lasts_long_enough(purchase: Purchase, values: Values) -> Iterator[Found]:
    """Bidding has its least number of calendar days, fewer when repeated; an assumption."""
    terms = values["repeat_days" if purchase.base_purchase else "days"]
    days, start, end = terms.get(purchase.method), purchase.bids_from, purchase.bids_to
    if not days or start is None or not earlier(start, end):
        return
    if earlier(end, shifted(start, timedelta(days=days))):
        named = {"days": str(days), "method": purchase.method}
        yield Found("/Purchase/BidsTo", shown(end), named)


@BOOK.rule("F-PUR-5")
def single_source_has_its_ground(purchase: Purchase, values: Values) -> Iterator[Found]:
    """Who buys from one source says by which ground; nobody else does (S216-A3.1d)."""
    ground, single = purchase.single_source_ground, purchase.method == "SS"
    if single and ground is None:
        yield Found("/Purchase/SingleSourceGround", None, {"cause": "GROUND_MISSING"})
    elif ground is not None and not single:
        named = {"cause": "GROUND_FORBIDDEN"}
        yield Found("/Purchase/SingleSourceGround", ground.code, named)
    elif ground is not None and ground.code == values["other"] and not _worded(ground):
        yield Found("/Purchase/SingleSourceGround/Text", None, {"cause": "GROUND_WORDLESS"})


@BOOK.rule("F-CODE-1")
def ground_is_in_the_list(purchase: Purchase, values: Values) -> Iterator[Found]:
    """The ground of buying from one source is one of the list; an assumption."""
    ground = purchase.single_source_ground
    if ground is not None and ground.code not in values["grounds"]:
        named = {"allowed": ", ".join(values["grounds"])}
        yield Found("/Purchase/SingleSourceGround/Code", ground.code, named)


@BOOK.rule("F-CODE-1")
def outcome_ground_is_in_the_list(purchase: Purchase, values: Values) -> Iterator[Found]:
    """The ground of an outcome is one of the list of its kind; an assumption (R32)."""
    outcome = purchase.outcome
    allowed = values["outcome_grounds"].get(outcome.kind) if outcome is not None else None
    if outcome is not None and allowed and outcome.ground.code not in allowed:
        named = {"allowed": ", ".join(allowed)}
        yield Found("/Purchase/Outcome/Ground/Code", outcome.ground.code, named)


@BOOK.rule("F-PUR-5")
def failed_tender_is_named(purchase: Purchase, values: Values) -> Iterator[Found]:
    """The ground of a failed tender names that tender, another one than itself (S216-A3.1d)."""
    ground, base = purchase.single_source_ground, purchase.base_purchase
    if ground is not None and ground.code == values["failed_tender"] and base is None:
        yield Found("/Purchase/BasePurchase", None, {"cause": "BASE_MISSING"})
    if ground is not None and base is not None and ground.code != values["failed_tender"]:
        named = {"cause": "BASE_GROUND"}
        yield Found("/Purchase/SingleSourceGround/Code", ground.code, named)
    if base is not None and base.object_id == purchase.act.object_id:
        named = {"cause": "BASE_ITSELF"}
        yield Found("/Purchase/BasePurchase/ObjectId", str(base.object_id), named)


@BOOK.rule("F-PUR-5")
def relation_suits_the_method(purchase: Purchase, values: Values) -> Iterator[Found]:
    """A failed tender is the ground of buying from one source, or is repeated (S216-A3.1d)."""
    base = purchase.base_purchase
    methods = values["relations"].get(base.relation) if base is not None else None
    if base is not None and methods is not None and purchase.method not in methods:
        yield Found("/Purchase/BasePurchase/Relation", base.relation, {"cause": "BASE_RELATION"})


@BOOK.rule("F-PUR-7")
def subsoil_right_is_stated(purchase: Purchase) -> Iterator[Found]:
    """There is a contract or licence, and a contractor names whose it is."""
    if not purchase.subsoil_rights:
        yield Found("/Purchase/SubsoilRights", None, {"cause": "RIGHT_MISSING"})
    if purchase.customer_role == "CONTRACTOR" and purchase.principal is None:
        yield Found("/Purchase/Principal", None, {"cause": "PRINCIPAL_MISSING"})
    principal = "" if purchase.principal is None else identifier(purchase.principal)
    if principal and principal == identifier(purchase.customer):
        yield Found("/Purchase/Principal", principal, {"cause": "PRINCIPAL_IS_CUSTOMER"})


@BOOK.rule("F-PUR-7")
def subsoil_rights_are_sound(purchase: Purchase) -> Iterator[Found]:
    """Every contract or licence has a number, and is not younger than the publication."""
    for path, right in _rights(purchase):
        if blank(right.number):
            yield Found(f"{path}/Number", right.number, {"cause": "NUMBER_EMPTY"})
        if right.date > day_of(purchase.published_at):
            named = {"cause": "DATE_AFTER_PUBLICATION"}
            yield Found(f"{path}/Date", shown(right.date), named)


@BOOK.rule("F-PUR-11")
def auction_has_step_and_price(purchase: Purchase) -> Iterator[Found]:
    """An electronic auction has a starting price and one step."""
    if purchase.method != "EA":
        return
    step = purchase.auction_step
    if purchase.auction_start_price is None:
        yield Found("/Purchase/AuctionStartPrice", None, {"cause": "START_PRICE_MISSING"})
    if step is None:
        yield Found("/Purchase/AuctionStep", None, {"cause": "STEP_MISSING"})
    elif (step.amount is None) == (step.percent is None):
        yield Found("/Purchase/AuctionStep", None, {"cause": "STEP_AMBIGUOUS"})


@BOOK.rule("F-PUR-11")
def others_have_no_auction(purchase: Purchase) -> Iterator[Found]:
    """What is not an electronic auction has no times, price and step of one."""
    for name in () if purchase.method == "EA" else AUCTION:
        given = getattr(purchase, name)
        if given is not None:
            said = None if isinstance(given, AuctionStep) else shown(given)
            yield Found(f"/Purchase/{tag(name)}", said, {"cause": "AUCTION_FORBIDDEN"})


@BOOK.rule("F-CODE-2")
def currency_is_known(purchase: Purchase, values: Values) -> Iterator[Found]:
    """The currency is a code of ISO 4217 in use on the day."""
    if purchase.currency not in values["codes"]:
        yield Found("/Purchase/Currency", purchase.currency)


@BOOK.rule("F-PUR-12")
def currency_is_the_expected(purchase: Purchase, values: Values) -> Iterator[Found]:
    """Amounts are in tenge; of what is no currency F-CODE-2 tells."""
    known = purchase.currency in CATALOGUE["F-CODE-2"].values[0].named["codes"]
    if known and purchase.currency != values["currency"]:
        named = {"expected": values["currency"]}
        yield Found("/Purchase/Currency", purchase.currency, named)


@BOOK.rule("F-PUR-14")
def sector_fits_the_rules(purchase: Purchase, values: Values) -> Iterator[Found]:
    """Purchasing rules are made for certain sectors of subsoil use (S216-1)."""
    sectors = values["sectors"].get(purchase.rule_set)
    if sectors and purchase.mineral_sector in SECTORS and purchase.mineral_sector not in sectors:
        named = {"expected": ", ".join(sectors)}
        yield Found("/Purchase/MineralSector", purchase.mineral_sector, named)


@BOOK.rule("F-PUR-15")
def times_fit_the_method(purchase: Purchase, values: Values) -> Iterator[Found]:
    """A tender has a term of bidding and an opening, a single source has none."""
    for cause, names in (("REQUIRED", values["required"]), ("FORBIDDEN", values["forbidden"])):
        for name in names.get(purchase.method, ()):
            moment = getattr(purchase, FIELDS[name])
            if (moment is None) == (cause == "REQUIRED"):
                named = {"cause": cause, "method": purchase.method}
                yield Found(f"/Purchase/{name}", moment and shown(moment), named)


@BOOK.rule("F-PUR-19")
def announcement_has_no_outcome(purchase: Purchase) -> Iterator[Found]:
    """Only a change declares an outcome; tenders and auctions fail; 'other' has its words."""
    outcome = purchase.outcome
    if outcome is not None and purchase.act.version <= 1:
        named = {"cause": "OUTCOME_ON_ANNOUNCEMENT"}
        yield Found("/Purchase/Outcome/Kind", outcome.kind, named)
    if outcome is not None and outcome.kind == "FAILED" and purchase.method == "SS":
        yield Found("/Purchase/Outcome/Kind", outcome.kind, {"cause": "OUTCOME_METHOD"})
    if outcome is not None and outcome.ground.code == "OTHER" and not _worded(outcome.ground):
        yield Found("/Purchase/Outcome/Ground/Text", None, {"cause": "OUTCOME_WORDLESS"})


SECTORS = CODES["Purchase.mineral_sector"]

FIELDS = {tag(name): name for name in Purchase.__struct_fields__}


def _worded(ground: Ground) -> bool:
    text = ground.text
    return text is not None and not (blank(text.kk) and blank(text.ru))


def _rights(purchase: Purchase) -> Iterator[tuple[str, SubsoilRight]]:
    yield from placed("/Purchase/SubsoilRights/SubsoilRight", purchase.subsoil_rights)
    for path, lot in placed("/Purchase/Lots/Lot", purchase.lots):
        yield from placed(f"{path}/SubsoilRights/SubsoilRight", lot.subsoil_rights)

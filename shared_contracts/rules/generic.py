"""Rules for values of every document: moments, identifiers, texts, numbers, codes, contacts."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from shared_contracts import identifiers
from shared_contracts.astana_time import has_astana_offset, to_astana
from shared_contracts.faults import Breach
from shared_contracts.messages.document import LocalizedText, Part, Party, Term
from shared_contracts.messages.purchase import DeliveryPlace, DeliveryTerm, PaymentTerms
from shared_contracts.rules.rule import NOTHING, blank, shown
from shared_contracts.rules.walk import each, walk

Wrong = Mapping[str, str] | None

DIGITS = 18
"""Digits of a number in all, as a column of money or quantity holds them."""

UNITS = {scale: Decimal(1).scaleb(-scale) for scale in (2, 6)}
"""The smallest amount that so many decimals can tell."""

CODES = {
    "Purchase.rule_set": ("O196", "O355"),
    "Purchase.mineral_sector": ("HYDROCARBONS", "URANIUM", "SOLID"),
    "Purchase.customer_role": ("SUBSOIL_USER", "CONTRACTOR"),
    "Lot.subject_type": ("GOODS", "WORKS", "SERVICES"),
    "SubsoilRight.kind": ("CONTRACT", "LICENCE"),
    "Term.kind": ("WD", "CD"),
    "BasePurchase.relation": ("FAILED_TENDER", "REPEAT"),
    "Outcome.kind": ("FAILED", "CANCELLED"),
    "BidReview.decision": ("ADMITTED", "REJECTED"),
    "LotReview.decision": ("CONTINUE", "FAILED"),
    "LotResult.outcome": ("WINNER", "FAILED", "CANCELLED"),
    "Member.role": ("CHAIR", "DEPUTY", "MEMBER", "SECRETARY", "SOLE"),
    "Programme.kind": ("ANNUAL", "MEDIUM_TERM"),
    "Programme.mineral_sector": ("HYDROCARBONS", "URANIUM", "SOLID"),
    "PlannedItem.subject_type": ("GOODS", "WORKS", "SERVICES"),
    "Document.category": (
        *("TENDER_DOCS", "TECH_SPEC", "CONTRACT_DRAFT", "CLARIFICATION"),
        *("AMENDMENT", "PROTOCOL_SCAN", "OTHER", "DESIGN_ESTIMATES"),
    ),
    "SupplierCard.kind": ("LEGAL", "IE", "PERSON", "NON_RESIDENT"),
    "SupplierCard.status": ("ACTIVE", "INACTIVE", "LIQUIDATED", "MERGED"),
    "GoodsRecord.kind": ("CT_KZ", "EXTRACT"),
    "Bid.status": ("SUBMITTED", "REPLACED", "WITHDRAWN"),
    "BidDocument.category": (
        *("BID", "TECH_SPEC", "PRICE_OFFER", "QUALIFICATION"),
        *("PRODUCER_EVIDENCE", "BID_SECURITY", "OTHER"),
    ),
    "BidSecurity.kind": ("BANK_GUARANTEE", "DEPOSIT", "OTHER"),
    "OriginCertificate.kind": ("CT_KZ", "REGISTER_EXTRACT"),
}
"""Code lists of the newest contract, by the field that takes a code."""

LATER_CATEGORIES = frozenset({"DESIGN_ESTIMATES"})
"""Categories of files that contract 1.0 has not."""


@each("F-TIME-1", datetime)
def _offset_is_given(moment: datetime) -> Wrong:
    return NOTHING if moment.tzinfo is None else None


@each("F-TIME-2", datetime)
def _offset_is_that_of_astana(moment: datetime) -> Wrong:
    try:
        right = moment.tzinfo is None or has_astana_offset(moment)
        return None if right else {"expected": to_astana(moment).isoformat()[-6:]}
    except OverflowError:  # the first or last day of the calendar
        return {"expected": "—"}


@each("F-ID-1", "bin")
def _bin_is_right(text: str) -> Wrong:
    return None if identifiers.is_bin(text) else {"identifier": "BIN"}


@each("F-ID-1", "iin")
def _iin_is_right(text: str) -> Wrong:
    return None if identifiers.is_iin(text) else {"identifier": "IIN"}


@each("F-ID-3", Party)
def _party_has_one_identifier(party: Party) -> Wrong:
    return NOTHING if (party.bin is None) == (party.iin is None) else None


@each("F-TXT-1", LocalizedText)
def _both_languages_are_there(text: LocalizedText) -> Wrong:
    if blank(text.kk) is blank(text.ru):
        return None
    return {"language": "kk" if blank(text.kk) else "ru"}


@each("F-TXT-2", LocalizedText)
def _some_text_is_there(text: LocalizedText) -> Wrong:
    return NOTHING if blank(text.kk) and blank(text.ru) else None


@each(
    "F-NUM-1",
    *("unit_price", "planned_total", "auction_start_price", "AuctionStep.amount"),
    *("YearTotal.amount", "amount_with_vat"),
    *("BidSecurity.amount", "auction_price", "conditional_price"),
)
def _money_is_sound(amount: Decimal) -> Wrong:
    return None if amount >= 0 and _fits(amount, 2) else {"bound": "NOT_NEGATIVE", "scale": "2"}


@each(
    *("F-NUM-1", "Lot.amount", "YearPlan.amount", "contract_price"),
    *("BidContents.price", "BidReview.price", "RankedBid.price", "AuctionBid.price"),
)
def _lot_costs_something(amount: Decimal) -> Wrong:
    return None if amount > 0 and _fits(amount, 2) else {"bound": "POSITIVE", "scale": "2"}


@each("F-NUM-1", "quantity")
def _quantity_is_sound(quantity: Decimal) -> Wrong:
    return None if quantity > 0 and _fits(quantity, 6) else {"bound": "POSITIVE", "scale": "6"}


@each(
    "F-PCT-1",
    *("percent", "local_content_percent", "prepayment_percent", "share_percent"),
    "discount_percent",
    *("PaymentTerms.prepayment", "PaymentTerms.interim", "PaymentTerms.final"),
)
def _percent_is_sound(percent: Decimal) -> Wrong:
    return None if 0 <= percent <= 100 and _fits(percent, 2) else NOTHING  # noqa: PLR2004 - per cent


@each("F-PCT-2", PaymentTerms)
def _payment_is_whole(terms: PaymentTerms) -> Wrong:
    total = terms.prepayment + terms.interim + terms.final
    return None if total == 100 else {"value": shown(total)}  # noqa: PLR2004 - per cent


@each("F-PHONE", "phones")
def _phone_is_right(text: str) -> Wrong:
    return None if identifiers.is_phone(text) else NOTHING


@each("F-MAIL", "emails")
def _email_is_right(text: str) -> Wrong:
    return None if identifiers.is_email(text) else NOTHING


@each("F-URL", "website")
def _website_is_right(text: str) -> Wrong:
    return None if identifiers.is_url(text) else NOTHING


@each("F-IBAN", "iban")
def _iban_is_right(text: str) -> Wrong:
    return None if identifiers.is_iban(text) else NOTHING


@each("F-ENS-1", "ens_tru_code")
def _ens_tru_is_written_right(code: str) -> Wrong:
    return None if identifiers.is_ens_tru(code) else NOTHING


@each("F-CLF-3", "skp_code")
def _product_is_written_right(code: str) -> Wrong:
    wrong = {"classifier": "KPVED", "form": "NN.NN.NN(.NNN)"}
    return None if identifiers.is_kpved(code) else wrong


@each("F-CLF-3", "kato")
def _place_is_written_right(code: str) -> Wrong:
    return None if identifiers.is_kato(code) else {"classifier": "KATO", "form": "NNNNNNNNN"}


@each("F-CLF-3", "unit")
def _unit_is_written_right(code: str) -> Wrong:
    return None if identifiers.is_mkei(code) else {"classifier": "MKEI", "form": "NNN(N)"}


@each("F-CLF-2", "skp_code")
def _product_is_precise(code: str) -> Wrong:
    known, level = identifiers.is_kpved(code), identifiers.kpved_level(code)
    wrong = {"classifier": "KPVED", "level": "CATEGORY", "found": "CODE_ROUGH"}
    return wrong if known and level < 4 else None  # noqa: PLR2004


@each("F-CLF-2", "kato")
def _place_is_precise(code: str) -> Wrong:
    wrong = {"classifier": "KATO", "level": "DISTRICT", "found": "CODE_ROUGH"}
    return wrong if identifiers.is_kato(code) and identifiers.kato_level(code) == 0 else None


@each("F-CLF-2", DeliveryPlace)
def _place_at_home_has_a_code(place: DeliveryPlace) -> Wrong:
    at_home = place.country in {"KZ", "KAZ", "398"}
    wrong = {"classifier": "KATO", "level": "DISTRICT", "found": "CODE_ABSENT"}
    return wrong if at_home and place.kato is None else None


@each("F-TRM-1", Term)
def _term_has_days(term: Term) -> Wrong:
    return None if term.days > 0 else {"cause": "TERM_DAYS", "value": str(term.days)}


@each("F-TRM-1", DeliveryTerm)
def _delivery_term_is_stated(term: DeliveryTerm) -> Wrong:
    if term.from_date and term.to_date and term.to_date < term.from_date:
        return {"cause": "TERM_REVERSED", "value": shown(term.to_date)}
    told = term.text or term.from_date or term.to_date or term.within
    return None if told else {"cause": "TERM_EMPTY"}


@each("F-PUR-16", "purchase_code")
def _purchase_code_is_right(code: str) -> Wrong:
    return None if identifiers.is_purchase_code(code) else NOTHING


def _code_list(target: str, allowed: tuple[str, ...]) -> None:
    wrong = {"allowed": ", ".join(allowed)}
    each("F-CODE-1", target)(lambda code: None if code in allowed else wrong)


for _target, _allowed in CODES.items():
    _code_list(_target, _allowed)


def examine_values(part: Part, at: datetime, root: str | None = None) -> list[Breach]:
    """Every breach at ``at`` of a rule on values by a document or another part of a message.

    Paths begin with ``root``, by default the name of the part's type.
    """
    return walk(part, at, root)


def _fits(number: Decimal, scale: int) -> bool:
    """Whether ``number`` has at most ``scale`` decimals, and 18 digits in all."""
    if not number.is_finite() or number.adjusted() >= DIGITS - scale:
        return False
    return not number % UNITS[scale]

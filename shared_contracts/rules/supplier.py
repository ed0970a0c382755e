"""Rules for the card of a supplier by itself (S216-2.1b, S216-A3.1j, l)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.tags import tag
from shared_contracts.rules import producer
from shared_contracts.rules.generic import CODES
from shared_contracts.rules.rule import Found, RuleBook, RuleBooks, blank, earlier, shown

BOOK = RuleBook()
FORMED = RuleBook()
NEXT = RuleBook()

Values = Mapping[str, Any]

NUMBERS = ("bin", "iin", "foreign_id")
"""The fields of which a card has exactly one."""

HOME = frozenset({"KZ", "KAZ", "398"})
"""How Kazakhstan is written as a country."""

LEGAL, ENTREPRENEUR, PERSON, NON_RESIDENT = CODES["SupplierCard.kind"]
"""What a supplier can be."""


@BOOK.rule("F-SUP-1")
def card_has_one_number(card: SupplierCard) -> Iterator[Found]:
    """A supplier has a BIN, or an IIN, or a number of another country."""
    given = [name for name in NUMBERS if getattr(card, name) is not None]
    if len(given) != 1:
        named = ", ".join(map(tag, given)) or None
        cause = "NUMBER_AMBIGUOUS" if given else "NUMBER_ABSENT"
        yield Found("/SupplierCard", named, {"cause": cause})
    abroad = card.foreign_id
    if abroad is not None and abroad.country in HOME:
        yield _found("ForeignId/Country", abroad.country, "NUMBER_AT_HOME")
    if abroad is not None and blank(abroad.number):
        yield _found("ForeignId/Number", abroad.number, "NUMBER_BLANK")


@BOOK.rule("F-SUP-2")
def form_suits_the_kind(card: SupplierCard, values: Values) -> Iterator[Found]:
    """What a supplier is agrees with its number and its legal form (S216-A4.5)."""
    if not _number_suits(card):
        yield _found("Kind", card.kind, "KIND_NUMBER")
    if card.kind == LEGAL and card.opf is None:
        yield _found("Opf", None, "OPF_ABSENT")
    ventures = values["entrepreneurs"]
    wrong = {LEGAL: card.opf in ventures, ENTREPRENEUR: card.opf not in (None, *ventures)}
    if card.opf is not None and wrong.get(card.kind, False):
        yield _found("Opf", card.opf, "OPF_KIND")


@BOOK.rule("F-SUP-4")
def registered_in_the_month_of_its_number(card: SupplierCard) -> Iterator[Found]:
    """A BIN begins with year and month of the registration."""
    day = card.registration_date
    if day is not None and card.bin is not None and f"{day:%y%m}" != card.bin[:4]:
        yield Found("/SupplierCard/RegistrationDate", shown(day), {"expected": card.bin[:4]})


@BOOK.rule("F-SUP-5")
def supplier_can_be_reached(card: SupplierCard) -> Iterator[Found]:
    """A card tells where the supplier is, by telephone and e-mail, and by its code of KATO."""
    address = card.legal_address
    for absent, place, cause in (
        (address.country in HOME and blank(address.kato), "LegalAddress/Kato", "KATO_ABSENT"),
        (not card.phones, "Phones", "PHONE_ABSENT"),
        (not card.emails, "Emails", "EMAIL_ABSENT"),
    ):
        if absent:
            yield _found(place, None, cause)


@BOOK.rule("F-SUP-7")
def producer_has_its_staff(card: SupplierCard, values: Values) -> Iterator[Found]:
    """Who is stated to be a Kazakhstan producer has the shares of staff that the Code asks."""
    staff = card.producer_staff
    if staff is None:
        return
    place = "/SupplierCard/ProducerStaff"
    for name, bound in producer.miscounted(staff):
        named = {"cause": "STAFF_MISCOUNTED", "bound": str(bound)}
        yield Found(f"{place}/{tag(name)}", str(getattr(staff, name)), named)
    for missed in producer.missed_ratios(staff, values) if staff.confirmed else ():
        cause = "CITIZENS_FEW" if missed.staff == "citizens" else "TRANSFERRED_MANY"
        named = {"cause": cause, "bound": f"{missed.bound} %"}
        yield Found(f"{place}/{tag(missed.staff)}", f"{missed.share:.2f} %", named)


@BOOK.rule("F-SUP-8")
def choice_names_a_card_and_its_hash(card: SupplierCard) -> Iterator[Found]:
    """A card is chosen with the hash under which the Registry showed it (S216-A2.4.6)."""
    choice = card.choice
    if choice is None:
        return
    if card.act.version > 1:
        yield _found("Choice/QueryId", str(choice.query_id), "CHOICE_LATE")
    if (choice.registry_id is None) != (choice.card_hash is None):
        yield _found("Choice", None, "CHOICE_PARTIAL")


@FORMED.rule("F-SUP-10")
def card_tells_what_was_known(card: SupplierCard, formed_at: datetime) -> Iterator[Found]:
    """Nothing in a card is younger than its forming."""
    if earlier(formed_at, card.updated_at):
        named = {"limit": shown(formed_at)}
        yield Found("/SupplierCard/UpdatedAt", shown(card.updated_at), named)


def _number_suits(card: SupplierCard) -> bool:
    """Whether a supplier of this kind can have this number; by the fifth digit of a BIN."""
    fifth = (card.bin or "")[4:5]
    suits = {
        LEGAL: fifth in {"4", "5"},
        ENTREPRENEUR: card.iin is not None or fifth == "6",
        PERSON: card.iin is not None,
        NON_RESIDENT: card.foreign_id is not None or fifth == "5",
    }
    return suits.get(card.kind, True)  # of another kind F-CODE-1 tells


def _found(place: str, value: str | None, cause: str) -> Found:
    return Found(f"/SupplierCard/{place}", value, {"cause": cause})


class CardBefore(Protocol):
    """The card of a supplier as it stands before the version that is judged."""

    @property
    def number(self) -> str:
        """BIN, IIN, or country and number abroad."""


@NEXT.rule("F-SUP-9")
def number_stays(card: SupplierCard, before: CardBefore) -> Iterator[Found]:
    """A card is that of one number for ever; a changed number is another supplier."""
    if card.number != before.number:
        yield Found("/SupplierCard", card.number, {"expected": before.number})


NEXT_RULES = RuleBooks(NEXT)
"""The rules on a card and the one before it: both sides ask them."""

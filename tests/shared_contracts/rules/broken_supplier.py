"""One broken card per rule on suppliers: rule, document, path, value, and what else may break."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from shared_contracts.messages.document import Amendable, Part
from shared_contracts.messages.supplier import (
    BankAccount,
    ForeignId,
    ProducerStaff,
    SupplierCard,
    SupplierChoice,
)
from tests import supplier_samples
from tests.samples import AT, SIGNER_IIN

CARD = supplier_samples.card()
FOREIGN = supplier_samples.foreign_card()
ROOT = "/SupplierCard"

Row = tuple[str, Amendable, str, str | None, frozenset[str]]
"""A rule, the document that breaks it, where, by what value, and what else it may break."""

ONLY: frozenset[str] = frozenset()


def put(part: Any, **changes: Any) -> Any:  # whatever part it is, it stays one
    """The part with fields changed."""
    assert isinstance(part, Part)
    return msgspec.structs.replace(part, **changes)


def broken_cards() -> Iterator[Row]:
    """The whole table."""
    yield from _of_numbers()
    yield from _of_forms()
    yield from _of_producers()
    yield from _of_choices()


def _of_numbers() -> Iterator[Row]:
    suits = frozenset({"F-SUP-2"})
    yield "F-SUP-1", put(CARD, bin=None), ROOT, None, suits
    yield "F-SUP-1", put(CARD, iin=SIGNER_IIN), ROOT, "Bin, Iin", ONLY
    home = put(FOREIGN, foreign_id=ForeignId(country="KZ", number="1"))
    yield "F-SUP-1", home, f"{ROOT}/ForeignId/Country", "KZ", ONLY
    blank = put(FOREIGN, foreign_id=ForeignId(country="DE", number=" "))
    yield "F-SUP-1", blank, f"{ROOT}/ForeignId/Number", " ", ONLY
    day = put(CARD, registration_date=date(2016, 6, 1))
    yield "F-SUP-4", day, f"{ROOT}/RegistrationDate", "2016-06-01", ONLY
    account = put(CARD, bank_accounts=(BankAccount(iban="KZ86125KZT5004100101"),))
    place = f"{ROOT}/BankAccounts/BankAccount[1]/Iban"
    yield "F-IBAN", account, place, "KZ86125KZT5004100101", ONLY


def _of_forms() -> Iterator[Row]:
    yield "F-SUP-2", put(CARD, kind="PERSON"), f"{ROOT}/Kind", "PERSON", ONLY
    yield "F-SUP-2", put(CARD, opf=None), f"{ROOT}/Opf", None, ONLY
    yield "F-SUP-2", put(CARD, opf="46"), f"{ROOT}/Opf", "46", ONLY
    person = put(CARD, kind="IE", bin=None, iin=SIGNER_IIN, registration_date=None)
    yield "F-SUP-2", person, f"{ROOT}/Opf", "20", ONLY
    nowhere = put(CARD.legal_address, kato=None)
    yield "F-SUP-5", put(CARD, legal_address=nowhere), f"{ROOT}/LegalAddress/Kato", None, ONLY
    yield "F-SUP-5", put(CARD, phones=()), f"{ROOT}/Phones", None, ONLY
    yield "F-SUP-5", put(CARD, emails=()), f"{ROOT}/Emails", None, ONLY
    for name, value in (("kind", "BANK"), ("status", "ASLEEP")):
        place = f"{ROOT}/{name.capitalize()}"
        yield "F-CODE-1", put(CARD, **{name: value}), place, value, ONLY
    goods = put(CARD.goods_records[0], kind="LETTER")
    place = f"{ROOT}/GoodsRecords/GoodsRecord[1]/Kind"
    yield "F-CODE-1", put(CARD, goods_records=(goods,)), place, "LETTER", ONLY


def _of_producers() -> Iterator[Row]:
    place = f"{ROOT}/ProducerStaff"
    yield "F-SUP-7", _staff(managers=-1), f"{place}/Managers", "-1", ONLY
    yield "F-SUP-7", _staff(citizens=121), f"{place}/Citizens", "121", ONLY
    yield "F-SUP-7", _staff(citizens=110), f"{place}/Citizens", "94.02 %", ONLY
    many = _staff(transferred_managers=6)
    yield "F-SUP-7", many, f"{place}/TransferredManagers", "60.00 %", ONLY
    late = put(CARD, updated_at=AT + timedelta(seconds=1))
    yield "F-SUP-10", late, f"{ROOT}/UpdatedAt", "2026-11-23T10:00:01+05:00", ONLY


def _of_choices() -> Iterator[Row]:
    query = supplier_samples.QUERY_ID
    late = supplier_samples.changed_card(choice=SupplierChoice(query_id=query))
    yield "F-SUP-8", late, f"{ROOT}/Choice/QueryId", str(query), ONLY
    chosen = SupplierChoice(query_id=query, registry_id=supplier_samples.CHOSEN_ID)
    yield "F-SUP-8", put(CARD, choice=chosen), f"{ROOT}/Choice", None, ONLY


def _staff(**changes: int) -> SupplierCard:
    staff = CARD.producer_staff
    assert isinstance(staff, ProducerStaff)
    card: SupplierCard = put(CARD, producer_staff=put(staff, **changes))
    return card

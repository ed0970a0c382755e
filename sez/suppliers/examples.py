"""The example suppliers by name, as a SEZ of a stand announces them (S216-2.1b, S216-A3.1j)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from sez.examples.making import ExampleOrder, KindExamples, PreparedExample
from sez.suppliers import versions
from sez.suppliers.states import NoSupplier
from shared_contracts.identifiers import check_digit
from shared_contracts.messages.document import LocalizedText, Operation
from shared_contracts.messages.purchase import Contact
from shared_contracts.messages.supplier import (
    SUPPLIER,
    BankAccount,
    Chief,
    ForeignId,
    GoodsRecord,
    ProducerStaff,
    SupplierAddress,
    SupplierCard,
)

NUMBERS = 100_000
"""How many example suppliers have numbers of their own."""


CONTACT = Contact(
    person="Ахметова Айгүл",
    position="Менеджер",
    phones=("+77142500102",),
    emails=("sales@barlau.example.kz",),
)
"""Whom to ask at the example supplier."""

GOODS = GoodsRecord(
    kind="EXTRACT",
    number="KZ-000123",
    issued_on=date(2026, 1, 20),
    valid_to=date(2027, 1, 20),
    skp_code="28.29.12",
    local_content_percent=Decimal(64),
)
"""What the example supplier makes."""


def own_bin(order: ExampleOrder) -> str:
    """A BIN of an entity registered in May 2016, made of the object's id."""
    serial = order.object_id.int % NUMBERS
    while (last := check_digit(f"160540{serial % NUMBERS:05}")) is None:
        serial += 1
    return f"160540{serial % NUMBERS:05}{last}"


def supplier(order: ExampleOrder) -> SupplierCard:
    """A Kazakhstan producer of works, with goods of its own and an account."""
    return SupplierCard(
        act=versions.act(order.owner, order.object_id, NoSupplier(), Operation.CREATE),
        kind="LEGAL",
        bin=own_bin(order),
        name=LocalizedText(kk="«Барлау Сервис» ЖШС", ru="ТОО «Барлау Сервис»", en="Barlau Service"),
        opf="20",
        registration_date=date(2016, 5, 12),
        legal_address=SupplierAddress(
            country="KZ",
            kato="391010000",
            post_index="110000",
            locality=LocalizedText(kk="Қостанай", ru="Костанай", en="Kostanay"),
            street="Абай даңғылы",
            building="10",
            office="5",
        ),
        phones=("+77272500101",),
        emails=("office@barlau.example.kz",),
        website="https://barlau.example.kz",
        chief=Chief(name="Сейітов Нұрлан", position="Директор"),
        contacts=(CONTACT,),
        oked="09100",
        producer_staff=_staff(order.at.date()),
        goods_records=(GOODS,),
        bank_accounts=(BankAccount(iban="KZ86125KZT5004100100", bank_name="Банк"),),
        status="ACTIVE",
        updated_at=order.at - timedelta(minutes=1),
        filed_by=order.buyer,
    )


def _staff(as_of: date) -> ProducerStaff:
    """The staff of a Kazakhstan producer."""
    return ProducerStaff(
        confirmed=True,
        as_of=as_of,
        total=120,
        citizens=116,
        managers=10,
        specialists=40,
        transferred_managers=1,
        transferred_specialists=2,
    )


def foreign_supplier(order: ExampleOrder) -> SupplierCard:
    """A supplier of another country."""
    return SupplierCard(
        act=versions.act(order.owner, order.object_id, NoSupplier(), Operation.CREATE),
        kind="NON_RESIDENT",
        foreign_id=ForeignId(country="DE", number=f"HRB {order.object_id.int % NUMBERS}"),
        name=LocalizedText(kk="Bohrtechnik GmbH", ru="Bohrtechnik GmbH", en="Bohrtechnik GmbH"),
        legal_address=SupplierAddress(
            country="DE",
            locality=LocalizedText(kk="Ганновер", ru="Ганновер", en="Hannover"),
        ),
        phones=("+77272500103",),
        emails=("info@bohrtechnik.example.com",),
        chief=Chief(name="Schmidt Karl", position="Geschäftsführer"),
        status="ACTIVE",
        updated_at=order.at - timedelta(minutes=1),
        filed_by=order.buyer,
    )


MAKERS: Mapping[str, Callable[[ExampleOrder], SupplierCard]] = {
    "supplier": supplier,
    "foreign-supplier": foreign_supplier,
}
"""The examples by name."""


def prepare(order: ExampleOrder) -> PreparedExample:
    """The card of the example that is wanted."""
    return PreparedExample(versions.registration(MAKERS[order.wanted.example](order)))


EXAMPLES = KindExamples(SUPPLIER, "suppliers", tuple(MAKERS), prepare)
"""The examples of the kind SUPPLIER."""

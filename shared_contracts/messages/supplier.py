"""The card of a supplier, with what makes a Kazakhstan producer of it (S216-2.1b, S216-A3.1j-l)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from shared_contracts.messages.document import Amendable, LocalizedText, Part, Party
from shared_contracts.messages.purchase import Contact

SUPPLIER = "SUPPLIER"
"""What the wire calls a supplier among the types of objects."""


class ForeignId(Part, frozen=True, kw_only=True):
    """The number under which another country has registered a supplier."""

    country: str
    number: str


class SupplierAddress(Part, frozen=True, kw_only=True):
    """Where a supplier is: country, code of KATO, and the address in parts."""

    country: str
    kato: str | None = None
    post_index: str | None = None
    locality: LocalizedText
    street: str | None = None
    building: str | None = None
    office: str | None = None


class Chief(Part, frozen=True, kw_only=True):
    """Who heads a supplier."""

    name: str
    position: str
    iin: str | None = None


class ProducerStaff(Part, frozen=True, kw_only=True):
    """The staff by which a Kazakhstan producer of works and services is told, on a day.

    Persons; those transferred are foreigners who work here within their corporation. ``confirmed``
    states that the supplier is such a producer.
    """

    confirmed: bool
    as_of: date
    total: int
    citizens: int
    managers: int
    specialists: int
    transferred_managers: int
    transferred_specialists: int
    evidence: LocalizedText | None = None


class GoodsRecord(Part, frozen=True, kw_only=True):
    """A paper on goods of Kazakhstan origin: a certificate, or an extract from the register.

    ``producer`` is who makes the goods, where that is not the supplier.
    """

    kind: str
    number: str
    issued_on: date
    valid_to: date | None = None
    skp_code: str
    local_content_percent: Decimal
    producer: Party | None = None


class BankAccount(Part, frozen=True, kw_only=True):
    """An account of a supplier."""

    iban: str
    bic: str | None = None
    bank_name: str | None = None


class SupplierChoice(Part, frozen=True, kw_only=True):
    """What a person chose from the Registry's list (S216-A2.4.6).

    ``registry_id`` and ``card_hash`` are those of the card chosen; without them, none suited.
    """

    query_id: UUID
    registry_id: UUID | None = None
    card_hash: str | None = None


class SupplierCard(Amendable, frozen=True, kw_only=True):
    """A supplier as it stands: who it is, where, who heads it, what it produces.

    ``filed_by`` files the card and answers for it: the supplier itself, or another user.
    """

    kind: str
    bin: str | None = None
    iin: str | None = None
    foreign_id: ForeignId | None = None
    name: LocalizedText
    opf: str | None = None
    registration_date: date | None = None
    legal_address: SupplierAddress
    actual_address: SupplierAddress | None = None
    phones: tuple[str, ...] = ()
    fax: str | None = None
    emails: tuple[str, ...] = ()
    website: str | None = None
    chief: Chief
    contacts: tuple[Contact, ...] = ()
    oked: str | None = None
    secondary_okeds: tuple[str, ...] = ()
    producer_staff: ProducerStaff | None = None
    goods_records: tuple[GoodsRecord, ...] = ()
    bank_accounts: tuple[BankAccount, ...] = ()
    status: str
    updated_at: datetime
    filed_by: Party
    choice: SupplierChoice | None = None

    @property
    def number(self) -> str:
        """BIN, IIN, or country and number abroad: under which the supplier is found again."""
        return number_of(self.bin, self.iin, self.foreign_id)


def chosen(document: Amendable) -> bool:
    """Whether a document is a first card that was chosen from the Registry's list (scheme 4)."""
    if not isinstance(document, SupplierCard) or document.act.version > 1:
        return False
    return document.choice is not None


def number_of(own_bin: str | None, iin: str | None, foreign: ForeignId | None) -> str:
    """The number under which a supplier is found again; empty where none is stated."""
    abroad = "" if foreign is None else f"{foreign.country}/{foreign.number}"
    return own_bin or iin or abroad

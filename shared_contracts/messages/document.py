"""What all business documents share: the act each begins with, and the parts they are made of."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

NAMESPACE = "urn:kz:tru-registry:exchange:1"
"""Namespace of all messages and types; the 1 is the contract's major version."""


class Environment(StrEnum):
    """Which of the two worlds a message belongs to; they never mix."""

    PRODUCTION = "PRODUCTION"
    STAND = "STAND"


class Token:
    """Marks a text that is the name of a thing: white space around it does not count."""


ObjectType = Annotated[str, Token]
"""What kind of object a record is a version of: the key of a kind (``messages.kinds``)."""


class DocumentKind(StrEnum):
    """What is signed, as far as the right to sign depends on it."""

    PURCHASE = "PURCHASE"
    """Announcement of a purchase and every change of it: persons sign."""

    PROTOCOL = "PROTOCOL"
    """Protocol of a purchase: the members of the commission sign."""

    PROGRAMME = "PROGRAMME"
    """Programme of purchases of a subsoil user."""

    BID = "BID"
    """Bid of a potential supplier."""

    SUPPLIER = "SUPPLIER"
    """Card of a supplier, or of who may become one."""

    CONTRACT = "CONTRACT"
    """Agreement between customer and supplier."""

    FINANCIAL = "FINANCIAL"
    """Document about money around a purchase, such as the security of a bid."""

    SYSTEM = "SYSTEM"
    """Packages, receipts, lists and answers: an organisation's system signs."""


class Operation(StrEnum):
    """What a version does to its object (S216-A3.1a, h, i)."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class Part(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """An element of a message with the elements in it; field order is the order on the wire.

    Messages are frozen trees without cycles: the garbage collector leaves them out.
    """


class Act(Part, frozen=True, kw_only=True):
    """The head of every business document: what it is a version of, and of which history."""

    environment: Environment
    sez_code: str
    object_type: ObjectType
    object_id: UUID
    version: int
    operation: Operation
    reason: str | None = None
    conditions_version: int
    previous_hash: str | None = None


class LocalizedText(Part, frozen=True, kw_only=True):
    """A text in Kazakh, Russian and English; Kazakh or Russian must be there, both are expected."""

    kk: str | None = None
    ru: str | None = None
    en: str | None = None

    @property
    def shown(self) -> str:
        """The text where only one has room: in Russian, else in Kazakh, else in English."""
        given = (text for text in (self.ru, self.kk, self.en) if text and text.strip())
        return next(given, "")


class Party(Part, frozen=True, kw_only=True):
    """A legal entity by its BIN or a person by his or her IIN."""

    bin: str | None = None
    iin: str | None = None
    name: LocalizedText
    address: LocalizedText | None = None
    website: str | None = None


class SubsoilRight(Part, frozen=True, kw_only=True):
    """The contract or licence under which the subsoil is used."""

    kind: str
    number: str
    date: date


class Document(Part, frozen=True, kw_only=True):
    """A file of the tender documentation, named by its SHA-256; files never change, only follow."""

    document_id: UUID
    category: str
    title: LocalizedText
    file_name: str
    mime_type: str
    size: int
    sha256: str
    uploaded_at: datetime
    version: int
    lot_numbers: tuple[int, ...] = ()


class Ground(Part, frozen=True, kw_only=True):
    """Why something was done, by code of a list and in words."""

    code: str
    text: LocalizedText | None = None


class Term(Part, frozen=True, kw_only=True):
    """A number of days, working (WD) or calendar (CD)."""

    days: int
    kind: str


class Amendable(Part, frozen=True, kw_only=True):
    """What every document on a purchase has: the act it performs."""

    act: Act


class Deletion(Amendable, frozen=True, kw_only=True):
    """The removal of an object; its history stays in the Registry (S216-A3.1i, S216-12a)."""

    deleted_at: datetime
    deleted_by: str


Money = Decimal
"""An amount in the purchase's currency, tenge unless said otherwise; never a float."""

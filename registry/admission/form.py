"""The application field by field: annex 1 of both orders, and what their clauses want beside it.

Nearly all of it may be left out: whoever is incomplete is answered by a return with its reasons,
which is the authority's act and not a refusal of the form.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

Line = Annotated[str, msgspec.Meta(max_length=500)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Sheets = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Number = Annotated[str, msgspec.Meta(max_length=12)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", max_length=2)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
MANY = msgspec.Meta(max_length=1000)


class FormPart(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A part of an application."""


class ApplicantKind(StrEnum):
    """Who applies (S216-2.3)."""

    NATURAL = "NATURAL"
    LEGAL = "LEGAL"


class OwnershipRelation(StrEnum):
    """What the applicant is to the system (S216-2.3, S95-3.1)."""

    OWNER = "OWNER"
    POSSESSOR = "POSSESSOR"
    BOTH = "BOTH"


class FormApplicant(FormPart, frozen=True, kw_only=True):
    """Who applies; ``number`` is the BIN or IIN."""

    name: Line = ""
    kind: ApplicantKind = ApplicantKind.LEGAL
    number: Number = ""
    relation: OwnershipRelation | None = None
    representative: Line = ""
    email: Line = ""
    telephone: Line = ""


class FormContract(FormPart, frozen=True, kw_only=True):
    """A contract of subsoil use (S95-A1.3)."""

    number: Line
    concluded_on: date


class UserStanding(StrEnum):
    """What a user is (S95-3.2)."""

    APPLICANT = "APPLICANT"
    AUTHORISED = "AUTHORISED"
    SUBSOIL_USER = "SUBSOIL_USER"
    SUBSIDIARY = "SUBSIDIARY"


class UserExclusion(StrEnum):
    """Why order 95 does not apply to a user (S95-2.1 to 2.3)."""

    COMMON_MINERALS = "COMMON_MINERALS"
    STATE_PROCUREMENT = "STATE_PROCUREMENT"
    NATIONAL_HOLDING = "NATIONAL_HOLDING"


class FormUser(FormPart, frozen=True, kw_only=True):
    """A user of the system with its contracts; ``subsidiary_of`` is a BIN (S95-3.2, 7.5)."""

    name: Line
    number: Number
    standing: UserStanding | None = None
    subsidiary_of: Number = ""
    contracts: Annotated[tuple[FormContract, ...], MANY] = ()
    exclusions: Annotated[tuple[UserExclusion, ...], MANY] = ()


class FormStaff(FormPart, frozen=True, kw_only=True):
    """An official or worker as of the day of the application (S95-7.6)."""

    surname: Line
    name: Line
    patronymic: Line = ""
    position: Line
    hired_on: date
    order_number: Line
    order_on: date


class TieKind(StrEnum):
    """How somebody is tied to the body that supports the Registry (S95-3.1a, 3.1b)."""

    AFFILIATE = "AFFILIATE"
    SUBORDINATE = "SUBORDINATE"


class FormTie(FormPart, frozen=True, kw_only=True):
    """A tie to that body or its affiliates; ``ended_on`` is empty while it lasts."""

    who: Line
    kind: TieKind
    with_whom: Line
    ended_on: date | None = None


class FormSoftware(FormPart, frozen=True, kw_only=True):
    """A line of annex 2, whose columns are an assumption (S95-A2)."""

    name: Line
    vendor: Line = ""
    version: Line = ""
    licence: Line = ""
    purpose: Line = ""


class FormHardware(FormPart, frozen=True, kw_only=True):
    """A line of annex 3, whose columns are an assumption (S95-A3)."""

    kind: Line
    model: Line = ""
    serial: Line = ""
    cores: Count = 0
    memory_gb: Count = 0
    disk_gb: Count = 0
    site: Line = ""


class FormPlatform(FormPart, frozen=True, kw_only=True):
    """The hardware platform, by an id of the applicant's own (S95-15.5 to 15.7)."""

    id: Line
    owner: Number = ""
    leased_to: Annotated[tuple[Line, ...], MANY] = ()


class FormSupport(FormPart, frozen=True, kw_only=True):
    """The support service (S95-15.4a to 15.4c); ``answer_seconds`` on average."""

    telephone: Line = ""
    email: Line = ""
    on_working_days: bool = False
    lines: Count = 0
    answer_seconds: float | None = None


class ResolvedAddress(FormPart, frozen=True, kw_only=True):
    """An address to which the system's name was resolved, and where it is announced."""

    address: Line
    country: Country
    evidence: Text = ""


class FormLocation(FormPart, frozen=True, kw_only=True):
    """Where the system stands: the declared site, and every resolved address (S216-3, S95-2.4).

    The zone of its domain is only a hint, and decides nothing.
    """

    site: Line = ""
    country: Country = "KZ"
    addresses: Annotated[tuple[ResolvedAddress, ...], MANY] = ()


class Notarisation(FormPart, frozen=True, kw_only=True):
    """Who witnessed a copy, under which number and when."""

    notary: Line
    number: Line
    witnessed_on: date


class FormAttachment(FormPart, frozen=True, kw_only=True):
    """A document that is filed: its bytes by SHA-256, its sheets, its own number and validity."""

    kind: Annotated[str, msgspec.Meta(max_length=40)]
    name: Line
    sha256: Sha256
    sheets: Sheets
    issuer: Line = ""
    number: Line = ""
    issued_on: date | None = None
    valid_to: date | None = None
    notarisation: Notarisation | None = None


class ApplicationForm(FormPart, frozen=True, kw_only=True):
    """An application as it was filed."""

    addressee: Line = ""
    sectors: Annotated[tuple[Line, ...], MANY] = ()
    applicant: FormApplicant = FormApplicant()
    sez_name: Line = ""
    web_address: Line = ""
    attestat_sheets: Sheets | None = None
    documentation_sheets: Sheets | None = None
    ready: bool = False
    signed_by: Line = ""
    sealed: bool = False
    signed_on: date | None = None
    location: FormLocation = FormLocation()
    users: Annotated[tuple[FormUser, ...], MANY] = ()
    staff: Annotated[tuple[FormStaff, ...], MANY] = ()
    ties: Annotated[tuple[FormTie, ...], MANY] = ()
    software: Annotated[tuple[FormSoftware, ...], MANY] = ()
    hardware: Annotated[tuple[FormHardware, ...], MANY] = ()
    platform: FormPlatform | None = None
    support: FormSupport | None = None
    administered_by: Annotated[tuple[Number, ...], MANY] = ()
    languages: Annotated[tuple[Line, ...], MANY] = ()
    attachments: Annotated[tuple[FormAttachment, ...], MANY] = ()

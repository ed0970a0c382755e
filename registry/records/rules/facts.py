"""What state rules receive, prepared: they look nothing up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from shared_contracts.large_documents.apart import Apart
from shared_contracts.messages.document import Environment, Operation
from shared_contracts.messages.kinds import TRANSFER
from shared_contracts.messages.package import RecordHeader
from shared_contracts.rules.codes import Codes
from shared_contracts.rules.hour import delay, is_late
from shared_contracts.rules.rule import day_of


class RecordFacts(Protocol):
    """An object as it stands in the Registry before the record that is judged."""

    @property
    def status(self) -> str:
        """What it is meanwhile, by the name of its state."""

    @property
    def takes(self) -> Collection[Operation]:
        """What may be done to it in this state."""

    @property
    def registry_id(self) -> UUID:
        """The identifier which the Registry gave it."""

    @property
    def version(self) -> int:
        """Number of its last version."""

    @property
    def document_hash(self) -> str:
        """Hash of its last document."""

    @property
    def conditions_version(self) -> int:
        """The conditions it was announced under (S216-11c)."""

    @property
    def first_formed_at(self) -> datetime:
        """When its first version was formed."""


@dataclass(frozen=True, slots=True)
class SendingSystem:
    """The system that sends, as the register knows it: access, conditions, sectors of its act."""

    access_date: date | None
    conditions: tuple[int, ...] = (1,)
    sectors: tuple[str, ...] = ("HYDROCARBONS", "URANIUM")

    def too_early(self, environment: Environment, *moments: datetime) -> datetime | None:
        """The first of ``moments`` before access begins, 00:00 of its date in Astana (S216-10).

        The stand needs no act, and so no date.
        """
        if self.access_date is None and environment != Environment.PRODUCTION:
            return None
        begins = self.access_date or date.max
        return next((at for at in moments if day_of(at) < begins), None)


@dataclass(frozen=True, slots=True)
class Planned:
    """An item of a procurement programme, as far as a purchase is compared with it."""

    method: str
    skp_code: str
    amount: Decimal


C_co = TypeVar("C_co", bound=RecordFacts, covariant=True)
B_co = TypeVar("B_co", bound=RecordFacts, covariant=True)


class Exclusion(Protocol):
    """When the purchasing rules do not apply to a customer."""

    def is_excluded(self, day: date) -> bool:
        """Whether they do not on a day."""


@dataclass(frozen=True, kw_only=True)
class Facts(Generic[C_co, B_co]):
    """All that is known when a record is judged.

    ``received_at`` is the moment of this arrival, ``first_received_at`` that of the first proven
    arrival of the same package; ``current`` is the object before this record, ``base`` the one
    on record that the document refers to first; ``referred`` are all that it refers to, or that
    its object does if the document does not state the whole, by type and id. ``participants`` is
    None while the Registry keeps no such list, ``programme`` where no item of one is named; of the
    participants those are told whom the package names; ``exclusions`` tells of those whom it names
    when the purchasing rules leave them out. ``engaged`` are those of the participants whom
    something unfinished names, None while nothing tells. ``claimed`` is what records before this
    one in the package claim, ``recalled`` what the kind looked up for this document,
    ``namesake`` the Registry's id of another object in force that is the same, ``operation`` that
    by which the record came. ``apart`` is what is kept of the numbered parts of a large document,
    which has none in it.
    """

    sez_code: str
    environment: Environment
    received_at: datetime
    first_received_at: datetime
    sender: SendingSystem
    number: int
    header: RecordHeader
    codes: Codes
    current: C_co | None = None
    base: B_co | None = None
    referred: Mapping[str, Mapping[UUID, RecordFacts]] = field(default_factory=dict)
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    participants: frozenset[str] | None = None
    programme: Mapping[tuple[UUID, str], Planned] | None = None
    engaged: frozenset[str] | None = None
    claimed: Mapping[str, str] = field(default_factory=dict)
    recalled: object = None
    namesake: str | None = None
    operation: str = TRANSFER
    apart: Apart | None = None

    @cached_property
    def status(self) -> str:
        """What the object is: UNKNOWN until something is recorded."""
        return "UNKNOWN" if self.current is None else self.current.status

    @cached_property
    def formed_at(self) -> datetime:
        """When the record was formed; the moment of receipt if none can be told (F-TIME-1, 2)."""
        formed = self.header.formed_at
        told = formed.tzinfo is not None and date.min < formed.date() < date.max
        return formed if told else self.received_at

    @cached_property
    def excluded(self) -> frozenset[str]:
        """To whom the purchasing rules did not apply on the day when the record was formed."""
        day = day_of(self.formed_at)
        return frozenset(name for name, one in self.exclusions.items() if one.is_excluded(day))

    @cached_property
    def first_formed_at(self) -> datetime:
        """When the first version of the object was formed."""
        return self.formed_at if self.current is None else self.current.first_formed_at

    @cached_property
    def delay(self) -> timedelta:
        """From the forming of the record to its first arrival (S216-18.3)."""
        return delay(self.header.formed_at, self.first_received_at)

    @cached_property
    def late(self) -> bool:
        """Whether the record came after its hour (S216-18.3)."""
        return is_late(self.header.formed_at, self.first_received_at)

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When what the record does must be lawful: as formed, and if late as received too."""
        return (self.formed_at, self.received_at) if self.late else (self.formed_at,)

    def place(self, field_path: str) -> str:
        """The path of a field of the record's header."""
        return f"/Package/Records/Record[{self.number}]/Header/{field_path}"

"""The examination of a Registry: the kit speaks to it as a SEZ does, with signed messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from shared_contracts import astana_time
from shared_contracts.conformance.case import Deviation, NotExamined
from shared_contracts.conformance.documents import DocumentWriter
from shared_contracts.conformance.kit_sez import KitSez
from shared_contracts.conformance.material import SigningPerson
from shared_contracts.conformance.protocol_documents import Commission
from shared_contracts.conformance.soap_exam import SoapExam, shown, told
from shared_contracts.conformance.wire import digest
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable, Part
from shared_contracts.messages.package import Package, Record, RecordHeader
from shared_contracts.messages.receipt import Receipt, Result, Stage
from shared_contracts.messages.system_message import SystemMessage
from shared_contracts.messages.versions import NEWEST
from shared_contracts.signing.sign import Signer, sign_message, sign_person
from shared_contracts.soap.services import REGISTRY, Service
from shared_contracts.xml import codec

D = TypeVar("D", bound=Amendable)
P = TypeVar("P", bound=Part)
Q = TypeVar("Q", bound=SystemMessage)

__all__ = ["RegistryExam", "accepted", "refused", "shown", "told"]

HEAD, MEMBER = "customer1-head", "customer1-signer"
"""Names of the keys with which the kit signs documents of its customer."""


@dataclass(frozen=True)
class LoadBounds:
    """The bounds of a measurement of load (S95-13.4, S95-13.5).

    ``packages`` at most, none after ``seconds``, so many ``senders`` at once. An answer is late
    after ``late_seconds``; above the share ``most_late`` the case fails: no order names either, so
    both are assumptions (reading R127).
    """

    packages: int = 200
    seconds: float = 30.0
    senders: int = 4
    late_seconds: float = 5.0
    most_late: float = 0.05


@dataclass
class SequenceNumbers:
    """The numbers of the kit's packages; ``used`` is told of each that is taken (wire.md 9)."""

    next_number: int = 1
    used: Callable[[int], None] = lambda _number: None

    def take(self) -> int:
        """The next number; it is used up, whatever becomes of the package."""
        number = self.next_number
        self.next_number += 1
        self.used(self.next_number)
        return number


@dataclass(frozen=True, slots=True)
class KitRecord(Generic[D]):
    """A document as it was signed, and the record in which it travels."""

    document: D
    record: Record

    @property
    def object_id(self) -> UUID:
        """The id of its object."""
        return self.document.act.object_id

    @property
    def hash(self) -> str:
        """Its documentHash."""
        return self.record.header.document_hash


@dataclass
class RegistryExam(SoapExam):
    """A Registry, the numbers of the kit's packages in it, and the bounds of its load."""

    service: Service = REGISTRY
    numbers: SequenceNumbers = field(default_factory=SequenceNumbers)
    load: LoadBounds = field(default_factory=LoadBounds)
    kit_sez: KitSez | None = None
    listens_at: str = ""

    @cached_property
    def head(self) -> SigningPerson:
        """The head of the customer, who signs purchases."""
        return self.keys.person(HEAD)

    @cached_property
    def writer(self) -> DocumentWriter:
        """Writes the documents of the kit's SEZ for that customer."""
        return DocumentWriter(self.sez_code, self.environment, self.head.party)

    @cached_property
    def commission(self) -> Commission:
        """The commission of that customer."""
        return Commission(self.writer, (self.head, self.keys.person(MEMBER)))

    # What is sent

    def signed(
        self, document: D, *signers: Signer, formed_at: datetime | None = None
    ) -> KitRecord[D]:
        """A document with the signatures of persons, the customer's head if none is named."""
        data = codec.to_bytes(codec.write(document))
        for signer in signers or (self.head.signer,):
            data = sign_person(data, signer)
        return self.recorded(document, data, formed_at)

    def by_system(self, document: D, formed_at: datetime | None = None) -> KitRecord[D]:
        """A document that the platform forms and signs."""
        data = sign_message(document, f"document-{document.act.object_id}", self.keys.signer)
        return self.recorded(document, data, formed_at)

    def recorded(self, document: D, data: bytes, formed_at: datetime | None = None) -> KitRecord[D]:
        """Signed bytes as a record of a package."""
        act = document.act
        header = RecordHeader(
            object_type=act.object_type,
            object_id=act.object_id,
            version=act.version,
            formed_at=formed_at or astana_time.now(),
            formed_by=self.head.formed_by,
            document_hash=digest(data),
        )
        return KitRecord(document, Record(header=header, document=data))

    def package(self, *records: KitRecord[Any], **changes: Any) -> Package:
        """A package of these records under the next number, or otherwise where said so."""
        made = Package(
            message_id=uuid7(),
            sez_code=self.sez_code,
            environment=self.environment,
            sequence=changes.pop("sequence", None) or self.numbers.take(),
            created_at=astana_time.now(),
            contract_version=NEWEST,
            record_count=len(records),
            records=tuple(one.record for one in records),
        )
        return msgspec.structs.replace(made, **changes)

    def transfer(self, package: Package, operation: str = "TransferRecords") -> Receipt:
        """The receipt of a package."""
        return self.answer(operation, package, Receipt)

    def prepared(
        self, *records: KitRecord[Any], operation: str = "TransferRecords"
    ) -> Sequence[UUID | None]:
        """Records that a case needs on record before its question; their identifiers there."""
        package = self.package(*records)
        try:
            receipt = self.transfer(package, operation)
        except Deviation as deviation:
            raise NotExamined(f"what it begins with was not taken: {deviation.found}") from None
        if receipt.result is not Result.ACCEPTED:
            raise NotExamined(f"what it begins with was not taken: {told(receipt)}")
        return [one.registry_id for one in receipt.records]


def accepted(receipt: Receipt) -> None:
    """Demand that a package was recorded."""
    if (receipt.result, receipt.stage) != (Result.ACCEPTED, Stage.RECORDED):
        raise Deviation("Receipt ACCEPTED RECORDED", told(receipt))


def refused(receipt: Receipt, stage: Stage, *rules: str, record: int | None = None) -> None:
    """Demand that a package was refused at a stage with each of these rules."""
    found = {one.rule_id for one in receipt.findings if record in (None, one.record)}
    place = "" if record is None else f" of record {record}"
    if receipt.result is not Result.REFUSED or receipt.stage is not stage or set(rules) - found:
        expected = f"Receipt REFUSED {stage} {' '.join(rules)}{place}"
        raise Deviation(expected, told(receipt))

"""A SEZ that forms signed packages of realistic purchases, all from the present moment on."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, cycle, islice
from typing import Any
from uuid import UUID

import msgspec

from deploy.authority.identities import CUSTOMER1, CUSTOMER2, SEZ_OPERATOR, SEZ_SYSTEM
from sez.examples.files import ExampleFile, example_file
from sez.tendering.example_purchases import Example, Setting, auction, open_tender, single_source
from shared_contracts.astana_time import now
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import (
    Act,
    Amendable,
    Environment,
    LocalizedText,
    Operation,
    Party,
)
from shared_contracts.messages.kinds import TRANSFER, kind_of
from shared_contracts.messages.package import (
    FormedBy,
    Package,
    Record,
    RecordHeader,
)
from shared_contracts.messages.purchase import PURCHASE, Purchase
from shared_contracts.messages.versions import FIRST
from shared_contracts.signing.sign import Signer, sign_message, sign_person, sign_system
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, enclose

SEZ_CODE = "SEZ01"
CUSTOMER = Party(
    bin=CUSTOMER1.bin,
    name=LocalizedText(kk="«АҚЖАР МҰНАЙ ОПЕРЕЙТИНГ» ЖШС", ru=CUSTOMER1.name),
)
FORMED_BY = FormedBy(name="АХМЕТОВ ЕРЛАН СЕРІКҰЛЫ", iin="800314300212", position="Директор")

GOST_CUSTOMER = Party(
    bin=CUSTOMER2.bin,
    name=LocalizedText(kk="«ҚЫЗЫЛОРДА ПОДРЯД СЕРВИС» ЖШС", ru=CUSTOMER2.name),
)
GOST_FORMED_BY = FormedBy(name="ИБРАЕВА МАДИНА АСҚАРҚЫЗЫ", iin="911215450926", position="Директор")
"""A customer whose people have GOST keys."""
ENTRY: dict[str, Any] = {
    "code": SEZ_CODE,
    "bin": SEZ_OPERATOR.bin,
    "name": SEZ_OPERATOR.name,
    "system_uid": SEZ_SYSTEM[0],
    "access_date": date(2020, 1, 1),
    "conditions": (1, 2),
    "sectors": ("HYDROCARBONS", "URANIUM"),
}
"""The sender as the register knows it."""

ENTRIES: tuple[dict[str, Any], ...] = (
    ENTRY,
    *(
        {**ENTRY, "code": f"SEZ0{number}", "system_uid": f"{SEZ_SYSTEM[0][:-1]}{number + 1}"}
        for number in (2, 3, 4)
    ),
)
"""All systems that send: four of one operator, each with a certificate of its own."""

CONTENT_TYPE = SoapVersion.V11.content_type

_UPLOADED = now() - timedelta(minutes=1)
FILES: tuple[ExampleFile, ...] = tuple(
    example_file(category, _UPLOADED) for category in ("TENDER_DOCS", "TECH_SPEC", "CONTRACT_DRAFT")
)
"""The files that all purchases of a run name."""

KINDS: tuple[Callable[[Setting], Example], ...] = (open_tender, auction, single_source)


def purchase(
    kind: Callable[[Setting], Example],
    at: datetime,
    customer: Party = CUSTOMER,
    code: str = SEZ_CODE,
) -> Purchase:
    """A new purchase of a kind, announced by ``customer`` at ``at`` in the SEZ ``code``."""
    act = Act(
        environment=Environment.STAND,
        sez_code=code,
        object_type=PURCHASE,
        object_id=uuid7(),
        version=1,
        operation=Operation.CREATE,
        conditions_version=1,
    )
    made = kind(Setting(act, customer, at)).purchase
    files = {file.document.category: file.document for file in FILES}
    documents = tuple(
        msgspec.structs.replace(files[each.category], lot_numbers=each.lot_numbers)
        for each in made.documents
    )
    return msgspec.structs.replace(made, documents=documents)


def header(document: Amendable, data: bytes, at: datetime) -> RecordHeader:
    """What is known of a document after its signature."""
    return RecordHeader(
        object_type=document.act.object_type,
        object_id=document.act.object_id,
        version=document.act.version,
        formed_at=at,
        formed_by=FORMED_BY,
        document_hash=hashlib.sha256(data).hexdigest(),
    )


@dataclass(frozen=True)
class Sender:
    """Forms packages under one sequence of numbers, for one customer whose person signs."""

    person: Signer
    system: Signer
    customer: Party = CUSTOMER
    formed_by: FormedBy = FORMED_BY
    code: str = SEZ_CODE
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def message(self, records: int = 10) -> bytes:
        """A SOAP message with a package of new purchases, ready to be posted."""
        at = now()
        made = [
            self.record(purchase(kind, at, self.customer, self.code), at)
            for kind in islice(cycle(KINDS), records)
        ]
        return enclosed(self.package(tuple(made)))

    def package(
        self, records: tuple[Record, ...], message_id: UUID | None = None, version: str = FIRST
    ) -> bytes:
        """A signed package of records, by a version of the contract."""
        package = Package(
            message_id=message_id or uuid7(),
            sez_code=self.code,
            environment=Environment.STAND,
            sequence=next(self._numbers),
            created_at=now(),
            contract_version=version,
            record_count=len(records),
            records=records,
        )
        element = codec.write(package, root_id=f"package-{package.message_id}")
        return sign_system(element, self.system)

    def record(self, document: Amendable, at: datetime) -> Record:
        """A document in its record, signed by the person, or by the system what that forms."""
        if kind_of(document).by_system:
            data = sign_message(document, "document-1", self.system)
        else:
            data = sign_person(codec.to_bytes(codec.write(document)), self.person)
        head = msgspec.structs.replace(header(document, data, at), formed_by=self.formed_by)
        return Record(header=head, document=data)


def enclosed(package: bytes, operation: str = TRANSFER) -> bytes:
    """A package in a SOAP 1.1 message."""
    return enclose(SoapVersion.V11, REGISTRY.namespace, operation, package)

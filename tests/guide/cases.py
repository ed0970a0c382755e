"""Messages good and wrong which the guide shows, each with what the Registry answers.

The answers in ``docs/vendor-guide/samples/answers`` are those of a real Registry; what differs from
time to time (identifiers, moments, hashes, signatures) is replaced.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import msgspec
from lxml import etree

from deploy.authority import StandAuthority
from shared_contracts.astana_time import now
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable, Environment, Operation
from shared_contracts.messages.package import FormedBy, Package, Record, RecordHeader
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.versions import NEWEST
from shared_contracts.signing.sign import FileSigner, sign_person, sign_system
from shared_contracts.xml import codec, schema
from tests import samples

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = "urn:kz:tru-registry:registry:1"


@dataclass
class SampleSender:
    """A vendor who sends what the guide shows, under numbers from 1001 on."""

    address: str
    authority: StandAuthority
    numbers: Iterator[int] = field(default_factory=lambda: count(1001))

    def signer(self, name: str) -> FileSigner:
        """A signer of the test authority."""
        return FileSigner(self.authority.key(name), self.authority.chain(name))

    def record(
        self, by: str = "customer1-head", act: Mapping[str, Any] | None = None, **changes: Any
    ) -> Record:
        """A purchase from a single source, announced now, signed by a person."""
        purchase: Amendable = samples.purchase_single_source(now(), **changes)
        head = {"sez_code": "SEZ02", "object_id": uuid7(), "conditions_version": 2, **(act or {})}
        purchase = samples.with_act(purchase, **head)
        return _record(sign_person(codec.to_bytes(codec.write(purchase)), self.signer(by)), head)

    def package(self, *records: Record, by: str = "sez2", **changes: Any) -> bytes:
        """A package of records, signed by a system."""
        packed = records or (self.record(),)
        whole = Package(
            message_id=uuid7(),
            sez_code="SEZ02",
            environment=Environment.STAND,
            sequence=next(self.numbers),
            created_at=now(),
            contract_version=NEWEST,
            record_count=len(packed),
            records=packed,
        )
        changed = msgspec.structs.replace(whole, **changes)
        root = codec.write(changed, root_id=f"_{changed.message_id}")
        return sign_system(root, self.signer(by))

    def post(self, body: bytes) -> bytes:
        """What answers bytes, as it is."""
        headers = {"content-type": "text/xml; charset=utf-8"}
        return httpx.post(
            f"{self.address}/soap/", content=body, headers=headers, trust_env=False
        ).content

    def send(self, message: bytes, operation: str = "TransferRecords") -> bytes:
        """What answers a signed message."""
        return self.post(envelope(message, operation))


def envelope(message: bytes, operation: str = "TransferRecords") -> bytes:
    """A message in its wrapper, in an envelope of SOAP 1.1."""
    before = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><{operation} xmlns="{SERVICE}">'
    return before.encode() + message + f"</{operation}></s:Body></s:Envelope>".encode()


def _record(document: bytes, head: Mapping[str, Any], **changes: Any) -> Record:
    header = RecordHeader(
        object_type=head.get("object_type", PURCHASE),
        object_id=head["object_id"],
        version=head.get("version", 1),
        formed_at=now(),
        formed_by=FormedBy(name="Ахметов Ерлан Серікұлы"),
        document_hash=hashlib.sha256(document).hexdigest(),
    )
    return Record(header=msgspec.structs.replace(header, **changes), document=document)


@dataclass(frozen=True)
class GuideCase:
    """A message: what is special in it, how it is sent, and what is answered."""

    name: str
    what: str
    answered: str
    send: Callable[[SampleSender], bytes]


def _wrong_hash(sender: SampleSender) -> bytes:
    record = sender.record()
    header = msgspec.structs.replace(record.header, document_hash="ab" * 32)
    return sender.send(sender.package(msgspec.structs.replace(record, header=header)))


def _same_identifier(sender: SampleSender) -> bytes:
    first = uuid7()
    sender.send(sender.package(message_id=first))
    return sender.send(sender.package(message_id=first))


def _same_number(sender: SampleSender) -> bytes:
    number = next(sender.numbers)
    sender.send(sender.package(sequence=number))
    return sender.send(sender.package(sequence=number))


def _altered(sender: SampleSender) -> bytes:
    return sender.send(sender.package().replace(b"<CreatedAt>2", b"<CreatedAt> 2"))


def _altered_document(sender: SampleSender) -> bytes:
    record = sender.record()
    document = bytes(record.document or b"").replace(b"SS-2026-0031", b"SS-2026-0032")
    head = {"object_id": record.header.object_id}
    return sender.send(sender.package(_record(document, head)))


def _unsigned(sender: SampleSender) -> bytes:
    object_id = uuid7()
    head = {"sez_code": "SEZ02", "object_id": object_id, "conditions_version": 2}
    purchase = samples.with_act(samples.purchase_single_source(now()), **head)
    return sender.send(sender.package(_record(codec.to_bytes(codec.write(purchase)), head)))


def _no_predecessor(sender: SampleSender) -> bytes:
    changed: Mapping[str, Any] = {
        "version": 3,
        "operation": Operation.UPDATE,
        "reason": "Уточнено",
        "previous_hash": "cd" * 32,
    }
    return sender.send(sender.package(sender.record(act=changed)))


def _files(sender: SampleSender) -> bytes:
    return sender.send(sender.package(sender.record(documents=samples.documents(1, now()))))


CASES = (
    GuideCase(
        "accepted",
        "a purchase from a single source",
        "ACCEPTED RECORDED",
        lambda s: s.send(s.package()),
    ),
    GuideCase("files-missing", "names files that were not uploaded", "FILES_MISSING", _files),
    GuideCase(
        "predecessor-missing",
        "version 3 of an object of which nothing came",
        "PREDECESSOR_MISSING",
        _no_predecessor,
    ),
    GuideCase("not-xml", "not well-formed", "NOT_XML", lambda s: s.post(b"<open>")),
    GuideCase("dtd", "has a DTD", "DTD_FORBIDDEN", lambda s: s.post(b"<!DOCTYPE a><a/>")),
    GuideCase("not-soap", "no envelope", "NOT_SOAP", lambda s: s.post(s.package())),
    GuideCase(
        "unknown-operation",
        "an operation that the WSDL does not have",
        "UNKNOWN_OPERATION",
        lambda s: s.send(s.package(), "Transfer"),
    ),
    GuideCase(
        "not-a-package",
        "something else in the wrapper",
        "NOT_A_PACKAGE",
        lambda s: s.send(b"<Package/>"),
    ),
    GuideCase(
        "document-hash", "`DocumentHash` is of other bytes", "REFUSED INTEGRITY I-04", _wrong_hash
    ),
    GuideCase(
        "record-count",
        "`RecordCount` is 2, and there is one record",
        "REFUSED INTEGRITY I-05",
        lambda s: s.send(s.package(record_count=2)),
    ),
    GuideCase(
        "same-identifier",
        "a `MessageId` that was used for another package",
        "REFUSED INTEGRITY I-06",
        _same_identifier,
    ),
    GuideCase(
        "same-number",
        "a `Sequence` that was used for another package",
        "REFUSED INTEGRITY I-08",
        _same_number,
    ),
    GuideCase(
        "unknown-system",
        "a `SezCode` that is not registered",
        "REFUSED INTEGRITY I-11",
        lambda s: s.send(s.package(sez_code="SEZ99")),
    ),
    GuideCase(
        "other-system",
        "signed by the key of another system",
        "REFUSED CERTIFICATE C-07 I-12",
        lambda s: s.send(s.package(by="sez")),
    ),
    GuideCase(
        "package-altered", "a space was added after signing", "REFUSED CERTIFICATE C-02", _altered
    ),
    GuideCase(
        "document-unsigned", "no person signed the document", "REFUSED CERTIFICATE C-01", _unsigned
    ),
    GuideCase(
        "document-altered",
        "the document was changed after signing",
        "REFUSED CERTIFICATE C-02",
        _altered_document,
    ),
    GuideCase(
        "untrusted",
        "signed by a key of an authority that is not trusted",
        "REFUSED CERTIFICATE C-03 C-07",
        lambda s: s.send(s.package(s.record("stranger-head"))),
    ),
    GuideCase(
        "expired",
        "signed by an expired certificate",
        "REFUSED CERTIFICATE C-04",
        lambda s: s.send(s.package(s.record("customer1-expired"))),
    ),
    GuideCase(
        "revoked",
        "signed by a revoked certificate",
        "REFUSED CERTIFICATE C-05",
        lambda s: s.send(s.package(s.record("customer1-revoked"))),
    ),
    GuideCase(
        "wrong-role",
        "signed by an employee without the right to sign",
        "REFUSED CERTIFICATE C-06",
        lambda s: s.send(s.package(s.record("customer1-employee"))),
    ),
    GuideCase(
        "other-customer",
        "signed for another customer than the document names",
        "REFUSED CERTIFICATE C-07",
        lambda s: s.send(s.package(s.record("customer2-head-rsa"))),
    ),
    GuideCase(
        "wrong-total",
        "`PlannedTotal` is not the sum of the lots",
        "REFUSED FORMAT_LOGIC F-NUM-3",
        lambda s: s.send(s.package(s.record(planned_total=Decimal("1.00")))),
    ),
    GuideCase(
        "wrong-code",
        "a method that an announcement cannot have",
        "REFUSED FORMAT_LOGIC F-PUR-1 F-PUR-5",
        lambda s: s.send(s.package(s.record(method="CE"))),
    ),
)
"""In the order in which the guide tells them."""


def outcome(answer: bytes) -> str:
    """The code of a fault, or result, stage and the first error of a receipt."""
    root = etree.fromstring(answer)
    code = root.find(".//{*}FaultDetail/{*}Code")
    if code is not None:
        return str(code.text)
    told = [root.findtext(f".//{{*}}{name}") for name in ("Result", "Stage")]
    errors = (one for one in root.iter("{*}Finding") if one.findtext("{*}Severity") == "ERROR")
    return " ".join(str(one) for one in (*told, *(one.findtext("{*}RuleId") for one in errors)))


VARYING = (
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(UUID(int=0))),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+05:00", "2026-11-23T10:00:00+05:00"),
    (r"\b[0-9a-f]{64}\b", "0" * 64),
    (r"\b[0-9A-F]{38,40}\b", "0" * 40),
    (r"[A-Za-z0-9+/]{43}=", "…"),
    (r"(<SecondsAfterForming>)\d+", r"\g<1>0"),
    (r"(<Sequence>)\d+", r"\g<1>1001"),
    (r"(?s)(<Checkpoint>).*?(</Checkpoint>)", r"\1…\2"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:8401"),
)
"""What differs from answer to answer, and what stands for it in the guide."""


def shown(answer: bytes) -> str:
    """An answer as the guide shows it: its message, indented, without what differs."""
    root = schema.parse(answer)
    message = next(one for one in root.iter("{*}FaultDetail", "{*}Receipt"))
    for signature in message.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        signature.clear()
        signature.text = "…"
    alone = etree.fromstring(
        etree.tostring(message, with_tail=False, exclusive=True, method="c14n")
    )
    etree.indent(alone)
    text = etree.tostring(alone, encoding=str)
    for pattern, instead in VARYING:
        text = re.sub(pattern, instead, text)
    return f"{text}\n"

"""Given, when, then: a SEZ that signs and sends, and a Registry that takes it in, in process."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec

from deploy.authority import identity
from registry.app import RegistrySystem
from registry.intake.scheme_1 import transfer
from registry.intake.steps import Received
from registry.intake.verdict_log import RecordingChecker
from registry.intake.void import void
from shared_contracts import astana_time
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import Amendable, Document, Environment
from shared_contracts.messages.package import (
    FormedBy,
    Package,
    Record,
    RecordHeader,
    VoidSequence,
)
from shared_contracts.messages.purchase import Purchase, TenderDocumentation
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.versions import FIRST
from shared_contracts.signing.sign import sign_person, sign_system
from shared_contracts.signing.trust import CertificateChecker
from shared_contracts.signing.validation.silent_authorities import Remembering
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests import samples
from tests.pki import Pki

D = TypeVar("D", bound=Amendable)

ABOUT_CERTIFICATES = {"certificate-checked.1", "revocation-list-kept.1"}
PEER = "192.0.2.16"
"""The address from which everything comes unless a test says otherwise."""


@dataclass
class Clock:
    """The Registry's clock: the real one, moved by ``offset``, or standing still at ``frozen``.

    It never strays far from the real one, by which the test authority answers.
    """

    offset: timedelta = timedelta()
    frozen: datetime | None = None

    def __call__(self) -> datetime:
        return self.frozen or astana_time.now() + self.offset


@dataclass(frozen=True)
class Answer:
    """What was sent, and the signed receipt that came back: its bytes and what it says."""

    sent: bytes
    body: bytes
    data: bytes
    receipt: Receipt

    @property
    def rules(self) -> list[str]:
        """Ids of the rules found broken, in the order of the findings."""
        return [finding.rule_id for finding in self.receipt.findings]

    @property
    def outcome(self) -> tuple[str, str]:
        """Result and stage."""
        return self.receipt.result.value, self.receipt.stage.value


@dataclass(frozen=True)
class Signed:
    """A business document with its signatures, and what it says."""

    document: Amendable
    data: bytes
    formed_at: datetime
    formed_by: FormedBy

    @property
    def sha256(self) -> str:
        """The document's hash, as headers and chains name it."""
        return sha256(self.data).hexdigest()


@dataclass
class Story:
    """One SEZ and one Registry; numbers of the sequence are taken one after another."""

    registry: RegistrySystem
    pki: Pki
    clock: Clock
    code: str = samples.SEZ_CODE
    system: str = "sez"
    answered_by: str = "registry"
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # Given

    @property
    def now(self) -> datetime:
        """The moment at the Registry, cut to milliseconds as on the wire."""
        moment = self.clock()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def tender(self, **changes: Any) -> Purchase:
        """An open tender of its own, announced now, its files lying at the Registry."""
        return self.with_files(self.own(samples.purchase_open_tender(self.now, **changes)))

    def ended_tender(self, **changes: Any) -> Purchase:
        """An open tender whose bidding ended a minute ago."""
        ended = self.now - timedelta(minutes=1)
        begun = ended - timedelta(minutes=29)
        times = {"bids_from": begun, "bids_to": ended, "opening_at": ended}
        made = samples.purchase_open_tender(begun, **times | changes)
        return self.with_files(self.own(made))

    def own(self, document: D, **changes: Any) -> D:
        """The document as this SEZ's, on an object of its own unless ``changes`` name one."""
        given = {"object_id": uuid4(), "sez_code": self.code}
        return samples.with_act(document, **given | changes)

    def next(self, before: Signed, document: D, **changes: Any) -> D:
        """``document`` as the version that follows ``before``."""
        act = before.document.act
        given = {
            "object_id": act.object_id,
            "sez_code": act.sez_code,
            "version": act.version + 1,
            "previous_hash": before.sha256,
        }
        return samples.with_act(document, **given | changes)

    def with_files(self, document: D) -> D:
        """The document with files that lie at the Registry already."""
        named = with_real_files(document)
        for file in files_of(named):
            self.put(content_of(file))
        return named

    def put(self, data: bytes) -> Path:
        """Lay a file at the Registry, as the file endpoint does."""
        path = self.registry.files.path(sha256(data).hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def sign(
        self,
        document: Amendable,
        *signers: str,
        formed_at: datetime | None = None,
    ) -> Signed:
        """The document signed by persons, the first head of the customer unless others are."""
        data, hands = codec.to_bytes(codec.write(document)), signers or ("customer1-head",)
        for signer in hands:
            data = sign_person(data, self.pki.signer(signer))
        return Signed(document, data, formed_at or self.now, former(hands[-1]))

    def package(self, *records: Record, **changes: Any) -> Package:
        """An unsigned package of this SEZ, under the next number."""
        given: dict[str, Any] = {
            "message_id": uuid4(),
            "sez_code": self.code,
            "environment": Environment.STAND,
            "created_at": self.now,
            "contract_version": FIRST,
            "record_count": len(records),
            "records": records,
        }
        if "sequence" not in changes:
            given["sequence"] = next(self.numbers)
        return Package(**given | changes)

    def packed(self, *documents: Signed | Amendable, **changes: Any) -> bytes:
        """A package of documents, signed by persons where they are not yet, and by the system."""
        signed = [one if isinstance(one, Signed) else self.sign(one) for one in documents]
        return self.seal(self.package(*map(record, signed), **changes))

    def seal(self, package: Package | VoidSequence, signer: str | None = None) -> bytes:
        """The package signed by the system."""
        element = codec.write(package, root_id=f"package-{package.message_id}")
        return sign_system(element, self.pki.signer(signer or self.system))

    # When

    def post(self, package: bytes, version: SoapVersion = SoapVersion.V11) -> Answer:
        """Send a signed package; ``Unprocessed`` where it must come again."""
        return self.deliver(enclose(version, REGISTRY.namespace, "TransferRecords", package))

    @contextmanager
    def silence(self) -> Iterator[None]:
        """The authority is not to be reached; at the end the Registry has heard from it again."""
        recording = self.registry.intake.admission.checker
        assert isinstance(recording, RecordingChecker)
        assert isinstance(recording.checker, CertificateChecker)
        fetch = recording.checker._asking.fetch
        assert isinstance(fetch, Remembering)
        with self.pki.silence():
            yield
        while fetch.silent():
            time.sleep(0.02)

    def deliver(self, body: bytes, peer: str = PEER) -> Answer:
        """Send an envelope as it stands."""
        element, context = payload_of(open_envelope(body, None), "Package"), self.registry.intake
        at = context.clock()
        data = transfer(context, Received(body, context.examine(element, body, peer), peer, at))
        return Answer(codec.to_bytes(element), body, data, self.read(data))

    def tell(self, *documents: Signed | Amendable, **changes: Any) -> Answer:
        """Sign, pack and send documents."""
        return self.post(self.packed(*documents, **changes))

    def void(self, sequence: int, **changes: Any) -> Answer:
        """State that a number was never sent."""
        given: dict[str, Any] = {
            "message_id": uuid4(),
            "sez_code": self.code,
            "environment": Environment.STAND,
            "sequence": sequence,
            "created_at": self.now,
            "reason": "Пакет не был отправлен",
        }
        return self.post_void(self.seal(VoidSequence(**given | changes)))

    def post_void(self, statement: bytes) -> Answer:
        """Send a signed statement that a number was never sent."""
        body = enclose(SoapVersion.V11, REGISTRY.namespace, "VoidSequence", statement)
        element = payload_of(open_envelope(body, None), "VoidSequence")
        data = void(self.registry.intake, element, body, Peer(PEER))
        return Answer(statement, body, data, self.read(data))

    # Then

    def read(self, data: bytes) -> Receipt:
        """What a receipt says, once its form and the Registry's own signature are proven."""
        element = schema.parse(data)
        assert schema.validate(element, "F-XSD-1") == []
        signed = verify_system(element)
        assert signed.certificates[0] == self.pki.signer(self.answered_by).certificates[0]
        return codec.read(element, Receipt)

    def events(self, after: int = 0) -> list[str]:
        """Topics in the log after a position, but those about certificates."""
        topics = [recorded.topic for recorded in self.registry.log.read(after, 5000)]
        return [topic for topic in topics if topic not in ABOUT_CERTIFICATES]

    def position(self) -> int:
        """Where the log ends."""
        return self.registry.log.last_position()


def former(signer: str) -> FormedBy:
    """The person behind a certificate of the test authority, as a record names him or her."""
    person = identity(signer).person
    if person is None:
        return FormedBy(name=signer)
    return FormedBy(name=f"{person.surname} {person.given}", iin=person.iin)


def record(signed: Signed, **header: Any) -> Record:
    """The record in which a signed document travels."""
    act = signed.document.act
    given: dict[str, Any] = {
        "object_type": act.object_type,
        "object_id": act.object_id,
        "version": act.version,
        "formed_at": signed.formed_at,
        "formed_by": signed.formed_by,
        "document_hash": signed.sha256,
    }
    return Record(header=RecordHeader(**given | header), document=signed.data)


def raised(problem: Unprocessed) -> tuple[str, Sequence[str]]:
    """What a fault is called, and the files it names."""
    return problem.fault.value, problem.hashes


def with_real_files(document: D) -> D:
    """The document naming files that exist: hash and size of ``content_of``."""
    named = tuple(map(_real, files_of(document)))
    return msgspec.structs.replace(document, documents=named) if named else document


def files_of(document: Amendable) -> tuple[Document, ...]:
    """The files that a document names."""
    return document.documents if isinstance(document, Purchase | TenderDocumentation) else ()


def content_of(file: Document) -> bytes:
    """The bytes of a file, made from its name and version."""
    return f"{file.file_name}, edition {file.version}\n".encode() * 40


def _real(file: Document) -> Document:
    data = content_of(file)
    return msgspec.structs.replace(file, size=len(data), sha256=sha256(data).hexdigest())


def object_id(signed: Signed) -> UUID:
    """The object of which this is a version."""
    return signed.document.act.object_id

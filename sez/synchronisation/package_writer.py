"""Versions become signed packages under numbers without gaps (S216-A2.1.1, S95-4)."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET

from sez.records.committed import document_named
from sez.records.owner import Owner
from sez.records.version import KeptAsFile, VersionSigned
from sez.synchronisation.asynchronous import is_large
from sez.synchronisation.package import FormPackage, State, Unformed, decide, evolve
from sez.synchronisation.package_contents import Waiting
from sez.synchronisation.package_events import Carried, PackageFormed
from shared_contracts.event_log.decider import AggregateState, ObjectKind, current_state
from shared_contracts.event_log.event import Event, Recorded, topic
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Claim, Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.limits import DOCUMENT_BYTES
from shared_contracts.messages.kinds import TRANSFER
from shared_contracts.messages.package import FileRef, Package, Record, RecordHeader
from shared_contracts.messages.versions import newest_of
from shared_contracts.signing.sign import OwnSigner, sign_message

PACKAGE: ObjectKind[State] = ObjectKind("PACKAGE", Unformed(), evolve, State)
"""Packages of this SEZ, by messageId."""

NUMBER_ID = UUID("5e9f35a2-5d70-5f5e-8f6d-0f3f6f0c7a11")
"""The object under which the last used number of the sequence is kept."""


@topic("number-taken.1")
class NumberTaken(Event, frozen=True, kw_only=True):
    """A number of the sequence was taken by a package, when it was signed (wire.md 9)."""

    number: int
    message_id: UUID


class Number(msgspec.Struct, frozen=True, tag="NUMBER"):
    """The last number of the sequence that was taken."""

    last: int = 0


def take(number: Number, event: Event) -> Number:
    """The last number after ``event``."""
    return Number(event.number) if isinstance(event, NumberTaken) else number


NUMBER: ObjectKind[Number] = ObjectKind("NUMBER", Number(), take, Number)
"""The sequence of this SEZ."""


@dataclass(slots=True)
class Packer:
    """Forms packages, one after another, so that numbers have no gaps.

    ``keep_file`` keeps a document that is too large for a record among the files, by its SHA-256.
    """

    log: EventLog
    owner: Owner
    signer: OwnSigner
    clock: Callable[[], datetime]
    keep_file: Callable[[str, bytes], object]
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def form(self, load: Sequence[Waiting], *, held: bool = False) -> tuple[UUID, bytes]:
        """Sign a package of ``load`` under the next number; gives its id and bytes.

        ``CertificateNotInForce`` while nothing can be signed: then no number is taken.
        """
        self.signer.check()
        with self._turn:
            key = HeadKey(self.owner.environment, self.owner.sez_code, NUMBER.name, NUMBER_ID)
            number = current_state(NUMBER, key, self.log.heads([key]).get(key), uuid7)
            package = self._package(load, number.state.last + 1)
            body = sign_message(package, f"package-{package.message_id}", self.signer)
            self._record(package, self._formed(package, load, body, held=held), body, number)
            return package.message_id, body

    def _package(self, load: Sequence[Waiting], sequence: int) -> Package:
        read = [self._package_record(waiting) for waiting in load]
        records = tuple(record for record, _ in read)
        return Package(
            message_id=uuid7(),
            sez_code=self.owner.sez_code,
            environment=self.owner.environment,
            sequence=sequence,
            created_at=self.clock(),
            contract_version=newest_of(conditions for _, conditions in read),
            record_count=len(records),
            records=records,
        )

    def _package_record(self, waiting: Waiting) -> tuple[Record, int]:
        """What goes into the package, and the conditions under which it was signed."""
        after = waiting.log_version - 1
        recorded = self.log.stream(waiting.originator_id, after_version=after)[:1]
        signed = recorded[0].event if recorded else None
        content = self._content(recorded, signed)
        if not isinstance(signed, VersionSigned) or content is None:
            raise LookupError(f"no signed document at {waiting.object_id} {waiting.version}")
        header = RecordHeader(
            object_type=signed.document.act.object_type,
            object_id=waiting.object_id,
            version=waiting.version,
            formed_at=signed.formed_at,
            formed_by=signed.formed_by,
            document_hash=signed.document_hash,
            registry_id=waiting.registry_id,
        )
        conditions = signed.document.act.conditions_version
        if isinstance(content, bytes):
            return Record(header=header, document=content), conditions
        return Record(header=header, file_ref=content), conditions

    def _content(self, recorded: Sequence[Recorded], signed: object) -> bytes | FileRef | None:
        """The signed bytes of a version, or the file in which they are; None if they are nowhere.

        A large version that is small enough travels as a file too: its bytes lie there.
        """
        if isinstance(signed, KeptAsFile) and isinstance(signed, VersionSigned):
            return FileRef(sha256=signed.document_hash, size=signed.document_size)
        document = proven_evidence(self.log, recorded, "document", document_named)
        if document is None or len(document) <= DOCUMENT_BYTES:
            return document
        sha256 = hashlib.sha256(document).hexdigest()
        self.keep_file(sha256, document)
        return FileRef(sha256=sha256, size=len(document))

    def _formed(
        self, package: Package, load: Sequence[Waiting], body: bytes, *, held: bool
    ) -> PackageFormed:
        carried = tuple(
            Carried(
                object_id=waiting.object_id,
                version=waiting.version,
                document_hash=waiting.document_hash,
                formed_at=waiting.formed_at,
            )
            for waiting in load
        )
        return PackageFormed(
            message_id=package.message_id,
            sequence=package.sequence,
            package_hash=hashlib.sha256(body).hexdigest(),  # it is its own canonical form
            formed_at=package.created_at,
            records=carried,
            held=held,
            operation=UNSET if load[0].operation == TRANSFER else load[0].operation,
            large=is_large(package, body) or UNSET,
        )

    def _record(
        self, package: Package, formed: PackageFormed, body: bytes, number: AggregateState[Number]
    ) -> None:
        key = package_key(self.owner, package.message_id)
        at = AggregateState(PACKAGE, key, uuid7(), 0, PACKAGE.initial)
        events = decide(at.state, FormPackage(formed))
        [fact], after = at.facts(events), at.after(events)
        taken = [NumberTaken(number=package.sequence, message_id=package.message_id)]
        evidence = Evidence(fact.originator_id, fact.version, "package", body)
        claim = Claim(f"sequence/{package.sequence}", str(package.message_id))
        heads = (after.head(), number.after(taken).head())
        facts = (fact, *number.facts(taken))
        self.log.append(Commit(facts, heads, (evidence,), (claim,)))


def package_key(owner: Owner, message_id: UUID) -> HeadKey:
    """The key of a package of this SEZ."""
    return HeadKey(owner.environment, owner.sez_code, PACKAGE.name, message_id)

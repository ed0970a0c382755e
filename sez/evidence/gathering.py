"""What the SEZ has of an object: signed versions, the packages they left in, the receipts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sez.records.kind import AnyKind
from sez.records.owner import Owner
from sez.records.version import KeptAsFile, VersionSigned
from sez.synchronisation import listing
from sez.synchronisation.package_events import PackageFormed, ReceiptReceived
from shared_contracts.errors import Absent
from shared_contracts.event_log.event import Event, Recorded
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.evidence_package.content import (
    NamedFile,
    ObjectEvidence,
    ProvenVersion,
    TellingObject,
    bounded_stream,
)
from shared_contracts.files import FileStore
from shared_contracts.messages.kinds import kind_of

CatchUp = Callable[[], object]
"""Brings the outbox up to what is recorded."""


@dataclass(frozen=True, slots=True)
class _Carrier:
    """The package in which a version left: its events, and where its receipt stands."""

    events: tuple[Recorded, ...]
    formed: Recorded
    receipt: Recorded | None

    def record_of(self, object_id: UUID, version: int) -> int | None:
        """The number of the record in which a version travelled."""
        event = self.formed.event
        assert isinstance(event, PackageFormed)  # noqa: S101  # chosen so
        carried = [(one.object_id, one.version) for one in event.records]
        return carried.index((object_id, version)) + 1 if (object_id, version) in carried else None


@dataclass(frozen=True, slots=True)
class SezGathering:
    """Gathers what the SEZ has of an object of any kind; ``catch_up`` brings the outbox up."""

    log: EventLog
    files: FileStore
    owner: Owner
    kinds: Mapping[str, AnyKind]
    catch_up: CatchUp

    def __call__(self, object_id: UUID) -> ObjectEvidence:
        """Everything about the object of that id; ``Absent``, ``RefusedByRule``, ``Defect``."""
        object_type, originator_id = self._stream_of(object_id)
        stream = bounded_stream(self.log, originator_id)
        self.catch_up()
        left = {one.version: one.message_id for one in listing.versions_of(self.log, object_id)}
        carriers = {one: self._carrier(one) for one in set(left.values()) if one is not None}
        signed = [(one, one.event) for one in stream if isinstance(one.event, VersionSigned)]
        if not signed:
            raise Absent(f"no version of {object_id} was signed yet")
        versions = []
        for at, event in signed:
            message_id = left.get(event.version)
            carrier = carriers.get(message_id) if message_id is not None else None
            versions.append(self._version(at, event, carrier))
        events = [*stream, *(one for each in carriers.values() for one in each.events)]
        about = TellingObject(object_type, object_id, self.owner.sez_code)
        files = tuple(self._files(event for _, event in signed))
        return ObjectEvidence(about, tuple(events), tuple(versions), files)

    def _stream_of(self, object_id: UUID) -> tuple[str, UUID]:
        """The type of an object and the stream of its events; ``Absent`` if there is none."""
        whose = (self.owner.environment, self.owner.sez_code)
        keys = {HeadKey(*whose, kind.objects.name, object_id): name for name, kind in self._kinds()}
        for key, head in self.log.heads(tuple(keys)).items():
            return keys[key], head.originator_id
        raise Absent(
            f"no object {object_id} by this SEZ's id: name the object_id that it gave when the "
            "object was signed, not the Registry's id; the Registry's own package is had there "
            "(`registry evidence export ID`)"
        )

    def _kinds(self) -> Iterable[tuple[str, AnyKind]]:
        return self.kinds.items()

    def _carrier(self, message_id: UUID) -> _Carrier:
        row = listing.package(self.log, message_id)
        if row is None:
            raise Absent(f"no package {message_id}")
        events = tuple(bounded_stream(self.log, row.originator_id))
        formed = next(one for one in events if isinstance(one.event, PackageFormed))
        receipts = (one for one in events if isinstance(one.event, ReceiptReceived))
        return _Carrier(events, formed, next(receipts, None))

    def _version(
        self, at: Recorded, event: VersionSigned, carrier: _Carrier | None
    ) -> ProvenVersion:
        record = carrier.record_of(event.object_id, event.version) if carrier else None
        receipt = carrier.receipt if carrier else None
        answer = receipt.event if receipt else None
        return ProvenVersion(
            version=event.version,
            document_hash=event.document_hash,
            position=at.position,
            document=partial(self._document, at),
            record=record,
            message=carrier.formed.position if carrier and record else None,
            receipt=receipt.position if receipt and record else None,
            received_at=(
                answer.registry_received_at if isinstance(answer, ReceiptReceived) else None
            ),
        )

    def _document(self, at: Recorded) -> bytes:
        event: object = at.event
        if isinstance(event, KeptAsFile) and isinstance(event, VersionSigned):
            path = self.files.find(event.document_hash)
            return path.read_bytes() if path is not None else b""
        return proven_evidence(self.log, [at], "document", _document_hash) or b""

    def _files(self, signed: Iterable[VersionSigned]) -> Iterator[NamedFile]:
        for event in signed:
            for file in kind_of(event.document).files_of(event.document):
                path = self.files.find(file.sha256)
                yield NamedFile(file.sha256, file.size, file.file_name, path)


def _document_hash(event: Event) -> str | None:
    return event.document_hash if isinstance(event, VersionSigned) else None

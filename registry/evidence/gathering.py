"""What the Registry has of an object: versions, messages, verdicts on signers (S216-12a)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from registry.evidence.answers import AuthorityAnswers
from registry.messages.message import NAMED, PackageAccepted, ReceiptIssued
from registry.records.record import VersionRecorded
from shared_contracts.errors import Absent, Defect
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.evidence_package.content import (
    NamedFile,
    ObjectEvidence,
    ProvenVersion,
    TellingObject,
    bounded_stream,
)
from shared_contracts.evidence_package.signers import leaf_hashes
from shared_contracts.files import FileStore
from shared_contracts.messages.kinds import kind_of

Documents = Callable[[bytes], list[bytes]]
"""Gives the documents in a message as received; empty those that came as files."""

AcknowledgedIn = Callable[[UUID], UUID | None]
"""Gives the stream of the event beside which stands that a message's pushed receipt is kept."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that brought versions of the object: its events, the verdict, the receipt."""

    events: Sequence[Recorded]
    verdict: Recorded
    receipt: int | None
    acknowledged: Sequence[Recorded] = ()
    """The event beside which the system's word stands that it keeps the pushed receipt."""


@dataclass(frozen=True, slots=True)
class RegistryGathering:
    """Gathers what the Registry has of an object of any kind."""

    log: EventLog
    files: FileStore
    environment: str
    documents: Documents
    answers: AuthorityAnswers
    acknowledged_in: AcknowledgedIn

    def __call__(self, registry_id: UUID) -> ObjectEvidence:
        """Everything about the object of that id; ``Absent``, ``RefusedByRule``, ``Defect``."""
        stream = bounded_stream(self.log, registry_id)
        recorded = [(one, one.event) for one in stream if isinstance(one.event, VersionRecorded)]
        if not recorded:
            raise Absent(
                f"no object {registry_id} by the Registry's id: name that one (the first column of "
                "`registry purchases list`), not the object_id of a SEZ; the SEZ's own package is "
                "had there (`sez evidence export OBJECT_ID`)"
            )
        wanted = {event.message_id: event for _, event in recorded}
        messages = {message_id: self._message(event) for message_id, event in wanted.items()}
        versions = tuple(
            self._version(at.position, event, messages[event.message_id]) for at, event in recorded
        )
        brought = messages.values()
        events = [*stream, *(one for each in brought for one in (*each.events, *each.acknowledged))]
        events += self.answers.about(self._signers(brought, versions))
        events += self.answers.about_us(events)
        first = recorded[0][1]
        about = TellingObject(
            first.header.object_type, first.header.object_id, first.sez_code, registry_id
        )
        files = tuple(self._files([event for _, event in recorded]))
        return ObjectEvidence(about, tuple(events), versions, files)

    def _message(self, version: VersionRecorded) -> _Message:
        key = HeadKey(self.environment, version.sez_code, "MESSAGE", version.message_id)
        head = self.log.heads([key]).get(key)
        events = () if head is None else bounded_stream(self.log, head.originator_id)
        verdict = next((one for one in events if isinstance(one.event, PackageAccepted)), None)
        if verdict is None:
            raise Defect(
                f"nothing on record accepted message {version.message_id}, which brought a version "
                "of the object: run `contracts audit` on this store"
            )
        receipts = (one.position for one in events if isinstance(one.event, ReceiptIssued))
        word = self.acknowledged_in(verdict.originator_id)
        kept = () if word is None else bounded_stream(self.log, word)
        return _Message(events, verdict, next(receipts, None), kept)

    def _version(self, position: int, event: VersionRecorded, message: _Message) -> ProvenVersion:
        sha256 = event.header.document_hash
        path = self.files.find(sha256)

        def cut() -> bytes:
            body = proven_evidence(self.log, [message.verdict], "package", NAMED["package"]) or b""
            return self.documents(body)[event.record - 1]

        return ProvenVersion(
            version=event.header.version,
            document_hash=sha256,
            position=position,
            document=path or cut,
            record=event.record,
            message=message.verdict.position,
            receipt=message.receipt,
            received_at=event.received_at,
        )

    def _signers(
        self, messages: Iterable[_Message], versions: Iterable[ProvenVersion]
    ) -> Iterable[tuple[Recorded, set[str]]]:
        """Each verdict, and SHA-256 of the certificates of those who signed what it is on."""
        found: dict[int, tuple[Recorded, set[str]]] = {}
        for one in messages:
            if isinstance(one.verdict.event, PackageAccepted):
                found[one.verdict.position] = one.verdict, {one.verdict.event.signer_sha256}
            for at in one.acknowledged:
                word = partial(self._body, at, "acknowledgement")
                found[at.position] = at, leaf_hashes(word)
        for version in versions:
            if version.message is not None:
                found[version.message][1].update(leaf_hashes(version.document))
        return found.values()

    def _body(self, at: Recorded, name: str) -> bytes:
        return self.log.evidence(at.originator_id, at.version, name) or b""

    def _files(self, recorded: Iterable[VersionRecorded]) -> Iterator[NamedFile]:
        for event in recorded:
            for file in kind_of(event.document).files_of(event.document):
                path = self.files.find(file.sha256)
                yield NamedFile(file.sha256, file.size, file.file_name, path)

"""Who signed a document of an application: each party by its own key, wherever that is (R136)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID, uuid5

import msgspec

from registry.admission.believing import Believer, ensure_believed
from registry.admission.documents.case_document import CaseDocument
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import APPLICANT
from shared_contracts.event_log.decider import AggregateState, ObjectKind, current_state
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.printing.signed import SignableDocument
from shared_contracts.signing.detached import prove_detached
from shared_contracts.signing.signers import Signer
from shared_contracts.signing.subject import subject_of

SIGNATURE: Final = "signature"
"""Name of the evidence beside the event: the CMS, DER."""


@topic("admission-document-signed.1")
class AdmissionDocumentSigned(Event, frozen=True, kw_only=True):
    """A party signed; ``number`` is that of its manifest, ``holder`` whom its certificate names.

    ``signature_sha256`` is that of the detached CMS, which stands beside.
    """

    environment: Environment
    admission_id: UUID
    document: str
    number: int
    body: str
    holder: str | None
    holder_iin: str | None
    holder_bin: str | None
    certificate_sha256: str
    signature_sha256: str
    at: datetime

    @property
    def object_id(self) -> UUID:
        """The id under which the signatures of the document are kept."""
        return document_id(self.admission_id, self.document)


class UncosignedDocument(msgspec.Struct, frozen=True, tag="UNSIGNED"):
    """Nobody signed it electronically yet."""


class CosignedDocument(msgspec.Struct, frozen=True, kw_only=True, tag="SIGNED"):
    """Who signed it, in the order of the manifests."""

    signed: tuple[AdmissionDocumentSigned, ...]


Signatures: TypeAlias = UncosignedDocument | CosignedDocument


def evolve(state: Signatures, event: Event) -> Signatures:
    """Who signed after ``event``."""
    if not isinstance(event, AdmissionDocumentSigned):
        return state
    return CosignedDocument(signed=(*_signed(state), event))


ADMISSION_DOCUMENT: ObjectKind[Signatures] = ObjectKind(
    "ADMISSION_DOCUMENT", UncosignedDocument(), evolve, Signatures
)
"""Documents with their electronic signatures, by an id made of the application and their name."""


def document_id(admission_id: UUID, name: str) -> UUID:
    """The id under which the signatures of a document are kept."""
    return uuid5(admission_id, name)


@dataclass(frozen=True, slots=True)
class Signing:
    """Signatures of this Registry's documents; ``own`` is the key by which it signs as the last."""

    log: EventLog
    clock: Callable[[], datetime]
    own: Signer
    believer: Believer

    def signed(self, told: CaseDocument) -> tuple[AdmissionDocumentSigned, ...]:
        """Who signed a document, in the order of the manifests."""
        return _signed(self._at(told).state)

    def manifest(self, told: CaseDocument, paper: SignableDocument) -> bytes:
        """What the next party signs."""
        return paper.manifest(len(self.signed(told)) + 1)

    def container(self, told: CaseDocument, paper: SignableDocument) -> bytes:
        """PDF and data with the signatures of the parties, and that of the Registry over all."""
        at = self._at(told)
        stream = self.log.stream(at.originator_id) if at.version else []
        bodies = [proven_evidence(self.log, [one], SIGNATURE, _named) or b"" for one in stream]
        return paper.container([*bodies, paper.sign(self.own, told.at, len(bodies) + 1)])

    def take(
        self, told: CaseDocument, paper: SignableDocument, body: str, der: bytes
    ) -> AdmissionDocumentSigned:
        """Record the signature of a party (``BadInput``, ``RefusedByRule``, ``Temporary``)."""
        key = self._key(told)
        with self.log.locks([key]):
            at = self._at(told)
            event = self._event(told, paper, (body, der), _signed(at.state))
            after = at.after([event])
            place = (at.originator_id, after.version)
            evidence = (Evidence(*place, SIGNATURE, der),)
            self.log.append(Commit(at.facts([event]), (after.head(),), evidence))
        return event

    def _event(
        self,
        told: CaseDocument,
        paper: SignableDocument,
        given: tuple[str, bytes],
        before: tuple[AdmissionDocumentSigned, ...],
    ) -> AdmissionDocumentSigned:
        body, der = given
        if body not in {one.body for one in told.signers}:
            raise refused("body", body, AdmissionRule.NO_SIGNER, told.clause)
        if body in {one.body for one in before}:
            raise refused("body", body, AdmissionRule.SIGNED_ALREADY, told.clause)
        number, now = len(before) + 1, self.clock()
        proven = prove_detached(der, paper.manifest(number))
        ensure_believed(self.believer, "signature", proven.certificates, now)
        who = subject_of(proven.certificates[0])
        if body == APPLICANT and told.applicant_number not in {who.bin, who.iin}:
            raise refused(
                "signature", who.bin or who.iin, AdmissionRule.OF_ANOTHER_PARTY, told.clause
            )
        return AdmissionDocumentSigned(
            environment=told.environment,
            admission_id=told.admission_id,
            document=told.name,
            number=number,
            body=body,
            holder=who.common_name,
            holder_iin=who.iin,
            holder_bin=who.bin,
            certificate_sha256=hashlib.sha256(proven.certificates[0]).hexdigest(),
            signature_sha256=hashlib.sha256(der).hexdigest(),
            at=now,
        )

    def _key(self, told: CaseDocument) -> HeadKey:
        place = document_id(told.admission_id, told.name)
        return HeadKey(told.environment, "", ADMISSION_DOCUMENT.name, place)

    def _at(self, told: CaseDocument) -> AggregateState[Signatures]:
        key = self._key(told)
        return current_state(ADMISSION_DOCUMENT, key, self.log.heads([key]).get(key), uuid7)


def _signed(state: Signatures) -> tuple[AdmissionDocumentSigned, ...]:
    return state.signed if isinstance(state, CosignedDocument) else ()


def _named(event: Event) -> str | None:
    return event.signature_sha256 if isinstance(event, AdmissionDocumentSigned) else None

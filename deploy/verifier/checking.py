"""An evidence package, checked step by step (docs/evidence-package.md, 5)."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any

from cryptography import x509

from . import certificates, cms, log, revocation, xmlsig
from .container import MANIFEST, SIGNATURE, ReadContainer, check_manifest
from .messages import SystemMessages
from .pins import SystemPins
from .places import check_act, check_file, check_leaf, check_link, event_name, named_by, text_of
from .steps import Flaw, Protocol, Remark
from .versions import check_versions, undecided

FORMAT = "kz.tru-registry.evidence/1"
_ACCEPTED = "package-accepted.1"
_CANONICAL = "c14n "
_PRESENT = "validation"
"""The evidence of which events commit to presence alone."""

Json = dict[str, Any]


@dataclass
class PackageCheck:
    """The check of one file; ``known`` holds the anchors and what else the user has.

    ``pins`` are the certificates of the systems, where the user knows them.
    """

    data: bytes
    known: certificates.Answers
    pins: SystemPins = field(default_factory=SystemPins)
    protocol: Protocol = field(default_factory=Protocol)

    def run(self) -> Protocol:
        """All steps; what rests on a step that failed is not begun."""
        if not self._step("CONTAINER", "", self._open):
            return self.protocol
        self._step("MANIFEST", MANIFEST, lambda: check_manifest(self.members))
        if not self._step("MANIFEST_SIGNATURE", SIGNATURE, self._read_signature):
            return self.protocol
        if self._step("INDEX", "object.json", self._read_index):
            self.protocol.guarded("INDEX", "object.json", self._check_members)
        return self.protocol

    def _check_members(self) -> None:
        """All that the index names."""
        for one in self.index["events"]:
            self._check_event(one)
        self._step("EVIDENCE_OF_STATUS", "evidence/", self._read_answers)
        leaf = self.signed.certificates[0]
        self._step("SIGNER", SIGNATURE, partial(self.pins.check_system, leaf))
        self._signer(SIGNATURE, self.signed.certificates, self.signed.at)
        self._check_checkpoint()
        self._check_messages()
        self._step("VERSIONS", "object.json", partial(check_versions, self.index, self.states))
        for one in self.index["versions"]:
            self._check_version(one)
        for one in self.index["files"]:
            self._step("FILE", f"files/{one['sha256']}", partial(check_file, self.members, one))

    def _step(self, check: str, place: str, proof: Callable[[], object]) -> bool:
        return self.protocol.run(check, place, proof)

    def _open(self) -> None:
        self.members = ReadContainer(self.data)

    def _read_signature(self) -> None:
        self.signed = cms.read_signature(self.members[SIGNATURE], self.members[MANIFEST])

    def _read_index(self) -> None:
        """The index is of this format, and every member is named by it, and no other is there."""
        self.index: Json = json.loads(self.members["object.json"])
        if self.index["format"] != FORMAT:
            raise Flaw("FORMAT", detail=str(self.index["format"]))
        own = ("mimetype", MANIFEST, SIGNATURE, "object.json", "checkpoint")
        named = {*own, *named_by(self.index)}
        differing = named.symmetric_difference(self.members.names)
        if differing:
            raise Flaw("MEMBERS", min(differing))
        self.events = {one["position"]: one for one in self.index["events"]}
        self.states = {at: json.loads(self.members[event_name(at)]) for at in self.events}

    def _check_event(self, one: Json) -> None:
        """Leaf, chain and proof of an event, and what stands beside it."""
        at = one["position"]
        name, leaf, known = event_name(at), bytes.fromhex(one["leaf"]), self.events.get(at - 1)
        self._step("LEAF", name, partial(check_leaf, one, self.members[name]))
        self._step("CHAIN", name, partial(check_link, one, known))
        proof = f"proofs/{at:019}.tlog-proof"
        seal = self.members["checkpoint"]
        told = (self.members[proof], seal, at, leaf)
        self._step("PROOF", proof, partial(log.check_proof, *told))
        for each in one["evidence"]:
            named = partial(self._check_evidence, at, each)
            self._step("EVIDENCE", f"evidence/{each['sha256']}", named)

    def _check_evidence(self, position: int, one: Json) -> None:
        """The bytes are those that the event names."""
        name, by = f"evidence/{one['sha256']}", one["named_by"]
        if self.members.digest(name) != one["sha256"]:
            raise Flaw("EVIDENCE_HASH")
        if not by and one["name"] != _PRESENT:
            raise Flaw("EVIDENCE_HASH", detail="named_by")
        if by.startswith(_CANONICAL):
            found, by = xmlsig.canonical_sha256(self.members[name]), by.removeprefix(_CANONICAL)
        else:
            found = one["sha256"]
        if by and self.states[position][by] != found:
            raise Flaw("EVIDENCE_HASH", detail=by)

    def _read_answers(self) -> Remark | None:
        """Certificates, OCSP answers and CRLs beside the events; what is none of these is named."""
        for encoded in self.index["certificates"]:
            self.known.add(b64decode(encoded))
        spoilt: list[str] = []
        for content in self._answers():
            try:
                self.known.add(content)
            except ValueError:
                spoilt.append(f"UNREADABLE {hashlib.sha256(content).hexdigest()}")
        return Remark("ANSWERS_PASSED_OVER", ", ".join(spoilt)) if spoilt else None

    def _answers(self) -> Iterator[bytes]:
        yield from self.messages.contents("crl")
        for content in self.messages.contents("validation"):
            told = json.loads(content)
            yield from map(b64decode, (*told["certificates"], *told["ocsp"]))

    def _signer(self, place: str, chain: Sequence[x509.Certificate], at: datetime) -> None:
        """The steps about the certificate of who signed something at a moment."""
        found: list[x509.Certificate] = []

        def prove() -> str:
            found.extend(certificates.chain_of(chain[0], chain[1:], self.known, at))
            return chain[0].subject.rfc4514_string()

        if self._step("CERTIFICATE", place, prove):
            proof = partial(revocation.check_not_revoked, found, self.known, at)
            self._step("REVOCATION", place, proof)

    def _check_checkpoint(self) -> None:
        found: list[x509.Certificate] = []
        self._step("CHECKPOINT", "checkpoint", lambda: self._sealed(found))
        for one in found:
            self._step("SIGNER", "checkpoint", partial(self.pins.check_system, one))

    def _sealed(self, signers: list[x509.Certificate]) -> str:
        """A system's key signed the checkpoint whose certificate leads to an anchor; its moment."""
        seal = log.read_seal(self.members["checkpoint"])
        if seal.origin != self.index["origin"]:
            raise Flaw("CHECKPOINT_FORM", detail=seal.origin)
        own = [x509.load_der_x509_certificate(b64decode(one)) for one in self.index["certificates"]]
        signer = log.check_seal(seal, [*own, *self.messages.signers("receipt")])
        certificates.chain_of(signer, own, self.known, self.signed.at)
        signers.append(signer)
        return seal.made_at

    def _check_messages(self) -> None:
        """The signatures of systems over all messages that stand beside events."""
        for event, one in self.messages.each():
            self._check_message(event, one)

    def _check_message(self, event: Json, one: Json) -> None:
        place = f"evidence/{one['sha256']}"
        found: list[xmlsig.OneSignature] = []

        def prove() -> None:
            message = xmlsig.message_in(xmlsig.parse(self.members[place]))
            found.extend(xmlsig.signatures(message))
            if len(found) != 1:
                raise Flaw("SIGNATURE_PLACE")
            xmlsig.check(found[0], system=True)

        self._step(f"MESSAGE_{one['name'].upper().replace('-', '_')}", place, prove)
        if not found:
            return
        signed, leaf = found[0].root, found[0].certificates[0]
        for check, proof in self.messages.further(event, one["name"], signed, leaf):
            self._step(check, place, proof)
        self._signer(place, found[0].certificates, self._moment(event))

    def _moment(self, event: Json) -> datetime:
        """When the message came or was made: what the event says, or when it was recorded."""
        state = self.states[event["position"]]
        written = state.get("received_at") or state.get("issued_at") or event["recorded_at"]
        return datetime.fromisoformat(written).astimezone(UTC)

    def _check_version(self, one: Json) -> None:
        """A version: its document, its signers, its package, its receipt."""
        place = f"documents/{one['document_hash']}.xml"
        self._step("VERSION", place, partial(self._check_document, one))
        for check, at, proof in (
            ("PACKAGE", one["message"], self._check_carried),
            ("RECEIPT", one["message"] and one["receipt"], self._check_answered),
        ):
            asked = partial(proof, one) if at else partial(undecided, f"NO_{check}")
            self._step(f"IN_{check}", place, asked)
        if one["has_document"]:
            self._check_persons(place, one)

    def _check_persons(self, place: str, version: Json) -> None:
        """Each signature on the document, at the moment of receipt."""
        found: list[xmlsig.OneSignature] = []
        read = partial(xmlsig.parse, self.members[place])
        if not self._step("SIGNATURES", place, lambda: found.extend(xmlsig.signatures(read()))):
            return
        event = self.events[version["position"]]
        at = datetime.fromisoformat(version["received_at"] or event["recorded_at"])
        system = found[0].root.get("Id") is not None
        for number, one in enumerate(found, 1):
            named = f"{place}#{number}"
            self._step("PERSON", named, partial(xmlsig.check, one, system=system))
            self._signer(named, one.certificates, at.astimezone(UTC))

    def _check_document(self, one: Json) -> None:
        """The event names the document's hash, and these are its bytes."""
        state = self.states[one["position"]]
        header = state.get("header", state)
        if (header["document_hash"], header["version"]) != (one["document_hash"], one["version"]):
            raise Flaw("DOCUMENT_HASH")
        if one["has_document"]:
            content = self.members[f"documents/{one['document_hash']}.xml"]
            if hashlib.sha256(content).hexdigest() != one["document_hash"]:
                raise Flaw("DOCUMENT_HASH")
            check_act(xmlsig.parse(content), one, self.index)

    def _check_carried(self, one: Json) -> None:
        """The record of the package has this document."""
        message = self._message_beside(one["message"], "package")
        if xmlsig.identity(message) != self.states[one["message"]]["package_hash"]:
            expected = hashlib.sha256(self._body(one["message"], "package")).hexdigest()
            if expected != self.states[one["message"]]["package_hash"]:
                raise Flaw("PACKAGE_HASH")
        records = message.findall(f"{xmlsig.CONTRACT}Records/{xmlsig.CONTRACT}Record")
        record = records[one["record"] - 1]
        if text_of(record, "Header", "DocumentHash") != one["document_hash"]:
            raise Flaw("DOCUMENT_HASH")
        encoded = text_of(record, "Document", "Bytes")
        found = text_of(record, "Document", "FileRef", "Sha256")
        if encoded:
            found = hashlib.sha256(b64decode(encoded)).hexdigest()
        if found != one["document_hash"]:
            raise Flaw("DOCUMENT_HASH")

    def _check_answered(self, one: Json) -> str:
        """The result by the receipt, which is on this package and names document and leaf."""
        receipt = self._message_beside(one["receipt"], "receipt")
        package = self._message_beside(one["message"], "package")
        if text_of(receipt, "PackageHash") != xmlsig.identity(package):
            raise Flaw("RECEIPT_PACKAGE")
        verdict = self.events[one["message"]]
        if verdict["topic"] == _ACCEPTED and text_of(receipt, "Log", "LeafHash") != verdict["leaf"]:
            raise Flaw("RECEIPT_LEAF")
        hashes = [
            text_of(record, "DocumentHash")
            for record in receipt.findall(f"{xmlsig.CONTRACT}Records/{xmlsig.CONTRACT}Record")
        ]
        if one["document_hash"] not in hashes:
            raise Flaw("RECEIPT_DOCUMENT")
        return text_of(receipt, "Result")

    def _body(self, position: int, name: str) -> bytes:
        found = [one for one in self.events[position]["evidence"] if one["name"] == name]
        return self.members[f"evidence/{found[0]['sha256']}"]

    @cached_property
    def messages(self) -> SystemMessages:
        """The messages beside the events."""
        return SystemMessages(self.members, self.index, self.states, self.pins)

    def _message_beside(self, position: int, name: str) -> xmlsig.Element:
        return xmlsig.message_in(xmlsig.parse(self._body(position, name)))

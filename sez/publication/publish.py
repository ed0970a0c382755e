"""A document is formed: made, examined, signed by those who must, recorded (S216-3, S95-4)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sez.publication.sendable import unsendable
from sez.publication.signers import formed_by
from sez.records.kind import AnyKind, Maker
from sez.records.owner import Owner
from sez.records.version import (
    NotPossible,
    Publish,
    VersionSigned,
    VersionTakenBack,
    WithdrawVersion,
)
from shared_contracts.event_log.decider import AggregateState, standing
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import Breach
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.messages.receipt import Finding
from shared_contracts.rules.catalogue import stands_in_the_way, word
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.roles import ROLES, judge_role
from shared_contracts.signing.sign import Signer, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import verify_person
from shared_contracts.xml import codec, schema
from shared_contracts.xml.foreign import foreign_document

AnyStanding: TypeAlias = AggregateState[Any]
"""Where an object of any kind stands."""


class NotPublishable(Exception):
    """A document breaks the rules and was not recorded; ``findings`` say which, and the cure."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(f"{finding.rule_id} {finding.path}" for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class DocumentPublisher:
    """Where documents of a kind are formed: the log, whose they are, and the clock.

    ``kind`` is what is formed here, ``kinds`` are all; ``refused`` tells whether a version was
    refused, or cannot be delivered, and waits for a person.
    """

    log: EventLog
    owner: Owner
    clock: Callable[[], datetime]
    refused: Callable[[UUID, int], bool]
    kinds: Mapping[str, AnyKind]
    kind: AnyKind

    def of(self, object_type: str) -> "DocumentPublisher":
        """The desk for another kind; ``KeyError`` if there is none."""
        return replace(self, kind=self.kinds[object_type])

    def key(self, object_id: UUID) -> HeadKey:
        """The key of an object."""
        return HeadKey(
            self.owner.environment, self.owner.sez_code, self.kind.objects.name, object_id
        )

    def standing(self, object_id: UUID) -> AnyStanding:
        """Where an object stands."""
        key = self.key(object_id)
        return standing(self.kind.objects, key, self.log.heads([key]).get(key), uuid7)


def ask(desk: DocumentPublisher, object_id: UUID, command: object) -> AnyStanding:
    """Ask something of an object that needs no signature, such as a draft; where it stands then."""
    with desk.log.locks([desk.key(object_id)]):
        return _append(desk, desk.standing(object_id), command, None)


def publish(
    desk: DocumentPublisher, object_id: UUID, make: Maker[Any], signers: Sequence[Signer]
) -> AnyStanding:
    """Make the next version, have it signed in turn, and record it.

    ``NotPublishable`` if rules forbid it.
    """
    with desk.log.locks([desk.key(object_id)]):
        at = desk.standing(object_id)
        document = make(desk.owner, object_id, at.state)
        data = codec.to_bytes(codec.write(document))
        require_fit(desk, document, data, at.state)
        _require_role([signer.certificates for signer in signers], document, desk.clock())
        for signer in signers:
            data = sign_person(data, signer)
        return _publish(desk, at, document, data)


def take_signed(desk: DocumentPublisher, data: bytes) -> AnyStanding:
    """Record a document signed elsewhere, its bytes untouched.

    ``NotPublishable`` if rules forbid it, ``NotPossible`` if it is another SEZ's or of another
    environment.
    """
    element = schema.parse(data)
    kind = codec.DOCUMENTS.get(codec.local_name(element))
    if kind is None or (found := schema.validate(element, "F-XSD-1")):
        wrong = found if kind else [foreign_document(element)]
        raise NotPublishable(list(map(word, wrong)))
    document = codec.read(element, kind)
    _check_own(desk.owner, document)
    object_id, desk = document.act.object_id, desk.of(kind_of(document).object_type)
    with desk.log.locks([desk.key(object_id)]):
        at = desk.standing(object_id)
        require_fit(desk, document, data, at.state)
        return _publish(desk, at, document, data)


def withdraw(desk: DocumentPublisher, object_id: UUID, version: int, reason: str) -> AnyStanding:
    """Take a refused version back, and what followed it, so that it can be formed anew.

    ``NotPossible`` for a version which the Registry has not refused: it has it, or will.
    """
    with desk.log.locks([desk.key(object_id)]):
        if not desk.refused(object_id, version):
            raise NotPossible(
                f"the Registry did not refuse version {version}: it stays, unless its package "
                "cannot be delivered, is stopped and its number is closed"
            )
        at = desk.standing(object_id)
        history = desk.log.events(at.originator_id)
        before = desk.kind.objects.fold(event for event in history if not _concerns(event, version))
        command = WithdrawVersion(object_id, version, reason, before, desk.clock())
        return _append(desk, at, command, None)


def _check_own(owner: Owner, document: Amendable) -> None:
    named = Owner(document.act.environment, document.act.sez_code)
    if named != owner:
        raise NotPossible(
            f"the act names {named.sez_code} in {named.environment}, "
            f"this is {owner.sez_code} in {owner.environment}: sign a document for here"
        )


def _concerns(event: Event, version: int) -> bool:
    """Whether an event made, or took back, this version or one after it."""
    match event:
        case VersionSigned(version=number) | VersionTakenBack(version=number):
            return number >= version
        case _:
            return False


def require_fit(desk: DocumentPublisher, document: Amendable, data: bytes, before: object) -> None:
    """Hold a document against schema, rules and its object before it is signed (S216-A2.1.4)."""
    at = desk.clock()
    breaches = schema.validate(schema.parse(data), "F-XSD-1")
    if not breaches:
        breaches = [*examine_document(document, at), *desk.kind.examine_next(document, before, at)]
    if errors := [word(breach) for breach in breaches if stands_in_the_way((breach,))]:
        raise NotPublishable(errors)


def _require_role(signers: Iterable[Sequence[bytes]], document: Amendable, at: datetime) -> None:
    """``NotPublishable`` if a signer may not sign for anybody: the Registry would refuse it."""
    for number, chain in enumerate(signers, 1):
        subject = subject_of(chain[0])
        if judge_role(subject, kind_of(document).signed_as, at):
            path = f"/{type(document).__name__}/Signature[{number}]"
            roles = sorted(subject.roles)
            told = ", ".join(ROLES.get(role, role) for role in roles)
            named = {"subject": subject.common_name or "", "roles": told}
            breach = Breach("C-06", path, ", ".join(roles), named)
            raise NotPublishable([word(breach)])


def _publish(
    desk: DocumentPublisher, at: AnyStanding, document: Amendable, data: bytes
) -> AnyStanding:
    signatures = verify_person(schema.parse(data)).signatures
    _require_role([one.certificates for one in signatures], document, desk.clock())
    command = Publish(
        document=document,
        document_hash=hashlib.sha256(data).hexdigest(),
        formed_at=desk.clock(),
        formed_by=formed_by(subject_of(signatures[-1].certificates[0])),
    )
    if found := unsendable(command, len(data)):
        raise NotPublishable([word(breach) for breach in found])
    return _append(desk, at, command, data)


def _append(
    desk: DocumentPublisher, at: AnyStanding, command: object, data: bytes | None
) -> AnyStanding:
    events = desk.kind.decide(at.state, command)
    facts, following = at.facts(events), at.after(events)
    evidence = (
        (Evidence(facts[0].originator_id, facts[0].version, "document", data),) if data else ()
    )
    desk.log.append(Commit(facts, (following.head(),), evidence))
    return following

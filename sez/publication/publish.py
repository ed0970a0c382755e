"""A document is formed: made, examined, signed by those who must, recorded (S216-3, S95-4)."""

import hashlib
from collections.abc import Sequence
from functools import reduce
from typing import Any
from uuid import UUID

from sez.publication.checked_document import not_publishable, read_document, write_document
from sez.publication.history import examine_history
from sez.publication.known_codes import codes_in, unknown_codes
from sez.publication.publisher import (
    AnyState,
    DocumentPublisher,
    NextVersion,
    append,
    check_own,
    forming,
)
from sez.publication.related import check_changes
from sez.publication.sendable import unsendable
from sez.publication.signers import formed_by
from sez.publication.signing_rights import check_each, check_roles
from sez.records.kind import Maker
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.sign import Signer, sign_message, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import SignedBy, verify_person, verify_signed
from shared_contracts.xml import schema


def ask(publisher: DocumentPublisher, object_id: UUID, command: object) -> AnyState:
    """Ask something of an object that needs no signature, such as a draft; its state then."""
    with publisher.log.locks([publisher.key(object_id)]):
        return append(publisher, publisher.current_state(object_id), command)


def publish(
    publisher: DocumentPublisher, object_id: UUID, make: Maker[Any], signers: Sequence[Signer] = ()
) -> AnyState:
    """Make the next version, have it signed in turn, and record it.

    What the platform forms is signed by this system, and by no person. ``NotPublishable`` if rules
    forbid it.
    """

    def next_version(at: AnyState) -> Amendable:
        return make(publisher.owner, object_id, at.state)

    with forming(publisher, object_id, next_version) as version:
        made = version.document
        by_system = kind_of(made).by_system
        signers = (publisher.system,) if by_system else signers
        root_id = f"document-{uuid7()}" if by_system else None
        unsigned = write_document(made, root_id)
        _check_rules(publisher, version)
        chains = [signer.certificates for signer in signers]
        check_roles(chains, made, publisher.clock())
        check_each(publisher.kind, made, version.at.state, chains)
        if root_id is not None:
            data = sign_message(made, root_id, publisher.system)
        else:
            data = reduce(sign_person, signers, unsigned.data)
        element = schema.parse(data)
        signatures = verify_signed(element, by_system=by_system)
        return _record(publisher, version, data, signatures)


def take_signed(publisher: DocumentPublisher, data: bytes) -> AnyState:
    """Record a document signed elsewhere, its bytes untouched.

    ``NotPublishable`` if rules forbid it, ``RefusedByRule`` if it is another SEZ's or of another
    environment, or what the platform itself forms.
    """
    checked = read_document(data)
    document, kind = checked.document, kind_of(checked.document)
    check_own(publisher.owner, document)
    if kind.by_system:
        raise RefusedByRule(
            f"{kind.object_type} is formed and signed by this system: ask it to form one"
        )
    object_id, publisher = document.act.object_id, publisher.of(kind.object_type)
    with forming(publisher, object_id, lambda _: document) as version:
        _check_rules(publisher, version)
        signatures = verify_person(checked.element).signatures
        chains = [one.certificates for one in signatures]
        check_roles(chains, document, publisher.clock())
        check_each(publisher.kind, document, version.at.state, chains)
        return _record(publisher, version, data, signatures)


def withdraw(publisher: DocumentPublisher, object_id: UUID, version: int, reason: str) -> AnyState:
    """Take a refused version back, and what followed it, so that it can be formed anew.

    ``RefusedByRule`` for a version which the Registry has not refused: it has it, or will.
    """
    whole = forming(publisher, object_id, lambda _: None)
    with publisher.untouched(object_id), whole as found:
        if not publisher.refused(object_id, version):
            raise RefusedByRule(
                f"the Registry did not refuse version {version}: it stays, unless its package "
                "cannot be delivered, is stopped and its number is closed"
            )
        history = publisher.log.events(found.at.originator_id)
        before = publisher.kind.objects.fold(
            event for event in history if not _concerns(event, version)
        )
        command = WithdrawVersion(object_id, version, reason, before, publisher.clock())
        return append(publisher, found.at, command, referred=found.referred)


def _concerns(event: Event, version: int) -> bool:
    """Whether an event made, or took back, this version or one after it."""
    match event:
        case VersionSigned(version=number) | VersionTakenBack(version=number):
            return number >= version
        case _:
            return False


def _check_rules(publisher: DocumentPublisher, version: NextVersion[Amendable]) -> None:
    """Check a document against the rules and the state of its object (S216-A2.1.4)."""
    at, document, before = publisher.clock(), version.document, version.at
    kind, related = publisher.kind, version.referred.standing
    breaches = [
        *examine_document(document, at),
        *kind.examine_next(document, before.state, at),
        *kind.examine_related(document, before.state, related, at),
        *examine_history(kind, publisher.log, publisher.owner, (before, document), at),
        *unknown_codes(publisher.known_codes, publisher.log, codes_in(document), before, at),
    ]
    check_changes(kind, publisher.log, before, document)
    if errors := [breach for breach in breaches if has_errors((breach,))]:
        raise not_publishable(errors)


def _record(
    publisher: DocumentPublisher,
    version: NextVersion[Amendable],
    data: bytes,
    signatures: Sequence[SignedBy],
) -> AnyState:
    """Record the version of a document that passed all rules and whose signatures are proven."""
    command = Publish(
        document=version.document,
        document_hash=hashlib.sha256(data).hexdigest(),
        formed_at=publisher.clock(),
        formed_by=formed_by(subject_of(signatures[-1].certificates[0])),
    )
    if found := unsendable(command, len(data)):
        raise not_publishable(found)
    return append(publisher, version.at, command, data, version.referred)

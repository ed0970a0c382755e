"""A document is formed: made, examined, signed by those who must, recorded (S216-3, S95-4)."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import islice
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from sez.publication.checked_document import (
    CheckedDocument,
    not_publishable,
    read_document,
    write_document,
)
from sez.publication.sendable import unsendable
from sez.publication.signers import formed_by
from sez.records.kind import AnyKind, Maker, Related
from sez.records.owner import Owner
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.faults import Breach
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.rules.codes import Codes, WrittenCode, not_in_force
from shared_contracts.rules.examine import examine_document
from shared_contracts.rules.rule import day_of
from shared_contracts.rules.signatures import not_by_each
from shared_contracts.signing.roles import ROLES, judge_role
from shared_contracts.signing.sign import Signer, sign_message, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import SignedBy, verify_person, verify_signed
from shared_contracts.xml import schema

AnyState: TypeAlias = AggregateState[Any]
"""The state of an object of any kind, and its place in the log."""


class KnownCodes(Protocol):
    """The classifiers by which codes are judged before they are signed (S216-17)."""

    def at_hand(self) -> Codes | None:
        """What is known; None if that is not enough to refuse by."""

    def anew(self) -> Codes | None:
        """What the Registry has now; None if it cannot be asked."""


@dataclass(frozen=True, slots=True)
class DocumentPublisher:
    """What forms documents of a kind: the log, whose they are, and the clock.

    ``system`` signs what the platform itself forms; ``kind`` is what is formed here, ``kinds``
    are all; ``refused`` tells whether a version was refused, or cannot be delivered, and waits for
    a person; ``known_codes`` is the copy of the classifiers.
    """

    log: EventLog
    owner: Owner
    system: Signer
    clock: Callable[[], datetime]
    refused: Callable[[UUID, int], bool]
    kinds: Mapping[str, AnyKind]
    kind: AnyKind
    known_codes: KnownCodes | None = None

    def of(self, object_type: str) -> "DocumentPublisher":
        """The publisher of another kind; ``KeyError`` if there is none."""
        return replace(self, kind=self.kinds[object_type])

    def key(self, object_id: UUID) -> HeadKey:
        """The key of an object."""
        return HeadKey(
            self.owner.environment, self.owner.sez_code, self.kind.objects.name, object_id
        )

    def current_state(self, object_id: UUID) -> AnyState:
        """The present state of an object, and its place in the log."""
        key = self.key(object_id)
        return current_state(self.kind.objects, key, self.log.heads([key]).get(key), uuid7)


def ask(publisher: DocumentPublisher, object_id: UUID, command: object) -> AnyState:
    """Ask something of an object that needs no signature, such as a draft; its state then."""
    with publisher.log.locks([publisher.key(object_id)]):
        return _append(publisher, publisher.current_state(object_id), command, None)


def publish(
    publisher: DocumentPublisher, object_id: UUID, make: Maker[Any], signers: Sequence[Signer] = ()
) -> AnyState:
    """Make the next version, have it signed in turn, and record it.

    What the platform forms is signed by this system, and by no person. ``NotPublishable`` if rules
    forbid it.
    """
    with publisher.log.locks([publisher.key(object_id)]):
        at = publisher.current_state(object_id)
        made = make(publisher.owner, object_id, at.state)
        by_system = kind_of(made).by_system
        signers = (publisher.system,) if by_system else signers
        root_id = f"document-{uuid7()}" if by_system else None
        unsigned = write_document(made, root_id)
        _check_rules(publisher, made, at)
        chains = [signer.certificates for signer in signers]
        _check_roles(chains, made, publisher.clock())
        _check_each(publisher, made, at.state, chains)
        if root_id is not None:
            data = sign_message(made, root_id, publisher.system)
        else:
            data = reduce(sign_person, signers, unsigned.data)
        element = schema.parse(data)
        signatures = verify_signed(element, by_system=by_system)
        return _record(publisher, at, CheckedDocument(data, element, made), signatures)


def take_signed(publisher: DocumentPublisher, data: bytes) -> AnyState:
    """Record a document signed elsewhere, its bytes untouched.

    ``NotPublishable`` if rules forbid it, ``RefusedByRule`` if it is another SEZ's or of another
    environment, or what the platform itself forms.
    """
    checked = read_document(data)
    document, kind = checked.document, kind_of(checked.document)
    _check_own(publisher.owner, document)
    if kind.by_system:
        raise RefusedByRule(
            f"{kind.object_type} is formed and signed by this system: ask it to form one"
        )
    object_id, publisher = document.act.object_id, publisher.of(kind.object_type)
    with publisher.log.locks([publisher.key(object_id)]):
        at = publisher.current_state(object_id)
        _check_rules(publisher, document, at)
        signatures = verify_person(checked.element).signatures
        chains = [one.certificates for one in signatures]
        _check_roles(chains, document, publisher.clock())
        _check_each(publisher, document, at.state, chains)
        return _record(publisher, at, checked, signatures)


def withdraw(publisher: DocumentPublisher, object_id: UUID, version: int, reason: str) -> AnyState:
    """Take a refused version back, and what followed it, so that it can be formed anew.

    ``RefusedByRule`` for a version which the Registry has not refused: it has it, or will.
    """
    with publisher.log.locks([publisher.key(object_id)]):
        if not publisher.refused(object_id, version):
            raise RefusedByRule(
                f"the Registry did not refuse version {version}: it stays, unless its package "
                "cannot be delivered, is stopped and its number is closed"
            )
        at = publisher.current_state(object_id)
        history = publisher.log.events(at.originator_id)
        before = publisher.kind.objects.fold(
            event for event in history if not _concerns(event, version)
        )
        command = WithdrawVersion(object_id, version, reason, before, publisher.clock())
        return _append(publisher, at, command, None)


def _check_own(owner: Owner, document: Amendable) -> None:
    act = document.act
    if (act.environment, act.sez_code) != (owner.environment, owner.sez_code):
        raise RefusedByRule(
            f"the act names {act.sez_code} in {act.environment}, "
            f"this is {owner.sez_code} in {owner.environment}: sign a document for here"
        )


def _concerns(event: Event, version: int) -> bool:
    """Whether an event made, or took back, this version or one after it."""
    match event:
        case VersionSigned(version=number) | VersionTakenBack(version=number):
            return number >= version
        case _:
            return False


def _check_rules(publisher: DocumentPublisher, document: Amendable, before: AnyState) -> None:
    """Check a document against the rules and the state of its object (S216-A2.1.4)."""
    at = publisher.clock()
    breaches = [
        *examine_document(document, at),
        *publisher.kind.examine_next(document, before.state, at),
        *publisher.kind.examine_related(document, before.state, _related(publisher, document), at),
        *_unknown_codes(publisher, document, before, at),
    ]
    if errors := [breach for breach in breaches if has_errors((breach,))]:
        raise not_publishable(errors)


def _related(publisher: DocumentPublisher, document: Amendable) -> Related:
    """What stands of the objects to which a document refers."""
    found: dict[str, dict[UUID, object]] = {}
    for object_type, object_id in kind_of(document).references(document):
        if object_type in publisher.kinds:
            other = publisher.of(object_type)
            standing = other.kind.standing(other.current_state(object_id).state)
            if standing is not None:
                found.setdefault(object_type, {})[object_id] = standing
    return found


def _check_each(
    publisher: DocumentPublisher,
    document: Amendable,
    before: object,
    signers: Sequence[Sequence[bytes]],
) -> None:
    """``NotPublishable`` unless each of those who must has signed once, and nobody else."""
    kind = kind_of(document)
    if not kind.signed_by_each:
        return
    expected = kind.persons(document) or publisher.kind.signed_for(before)
    root, subjects = type(document).__name__, [subject_of(chain[0]) for chain in signers]
    found = list(not_by_each(root, expected, [one.iin for one in subjects]))
    for number, subject in enumerate(subjects, 1):
        if subject.iin not in expected:
            roles = ", ".join(ROLES.get(role, role) for role in sorted(subject.roles))
            named = {"subject": subject.common_name or "", "roles": roles}
            named["expected"] = ", ".join(expected)
            found.append(Breach("C-07", f"/{root}/Signature[{number}]", subject.iin, named))
    if found:
        raise not_publishable(found)


def _unknown_codes(
    publisher: DocumentPublisher, document: Amendable, before: AnyState, at: datetime
) -> list[Breach]:
    """Codes that the Registry would refuse, as far as the copy of the classifiers is fresh.

    Before a code is refused the copy is compared anew: the Registry may have got it meanwhile.
    """
    known = publisher.known_codes
    codes = known.at_hand() if known is not None else None
    written = [WrittenCode(*one) for one in kind_of(document).codes(document)]
    if known is None or codes is None or not [*not_in_force(codes, written, (day_of(at),))]:
        return []
    history = publisher.log.events(before.originator_id) if before.version else ()
    signed = (day_of(one.formed_at) for one in history if isinstance(one, VersionSigned))
    days, anew = (day_of(at), *islice(signed, 1)), known.anew()
    found = not_in_force(anew, written, days) if anew is not None else ()
    return [Breach("F-CLF-1", *one) for one in found]


def _check_roles(signers: Iterable[Sequence[bytes]], document: Amendable, at: datetime) -> None:
    """``NotPublishable`` if a signer may not sign for anybody: the Registry would refuse it."""
    for number, chain in enumerate(signers, 1):
        subject = subject_of(chain[0])
        if judge_role(subject, kind_of(document).signed_as, at):
            path = f"/{type(document).__name__}/Signature[{number}]"
            roles = sorted(subject.roles)
            names = ", ".join(ROLES.get(role, role) for role in roles)
            named = {"subject": subject.common_name or "", "roles": names}
            raise not_publishable([Breach("C-06", path, ", ".join(roles), named)])


def _record(
    publisher: DocumentPublisher,
    at: AnyState,
    signed: CheckedDocument,
    signatures: Sequence[SignedBy],
) -> AnyState:
    """Record the version of a document that passed all rules and whose signatures are proven."""
    command = Publish(
        document=signed.document,
        document_hash=hashlib.sha256(signed.data).hexdigest(),
        formed_at=publisher.clock(),
        formed_by=formed_by(subject_of(signatures[-1].certificates[0])),
    )
    if found := unsendable(command, len(signed.data)):
        raise not_publishable(found)
    return _append(publisher, at, command, signed.data)


def _append(
    publisher: DocumentPublisher, at: AnyState, command: object, data: bytes | None
) -> AnyState:
    events = publisher.kind.decide(at.state, command)
    facts, following = at.facts(events), at.after(events)
    evidence = (
        (Evidence(facts[0].originator_id, facts[0].version, "document", data),) if data else ()
    )
    publisher.log.append(Commit(facts, (following.head(),), evidence))
    return following

"""A document is formed: made, examined, signed by those who must, recorded (S216-3, S95-4)."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from sez.publication.checked_document import not_publishable, read_document, write_document
from sez.publication.known_codes import KnownCodes, unknown_codes
from sez.publication.related import Referred, check_changes, places
from sez.publication.sendable import unsendable
from sez.publication.signers import formed_by
from sez.publication.signing_rights import check_each, check_roles
from sez.records.kind import AnyKind, Maker, Referrer
from sez.records.owner import Owner
from sez.records.version import Publish, VersionSigned, VersionTakenBack, WithdrawVersion
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import AggregateState, current_state
from shared_contracts.event_log.event import Event
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit, Evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.rules.examine import examine_document
from shared_contracts.signing.sign import Signer, sign_message, sign_person
from shared_contracts.signing.subject import subject_of
from shared_contracts.signing.verify import SignedBy, verify_person, verify_signed
from shared_contracts.xml import schema

AnyState: TypeAlias = AggregateState[Any]
"""The state of an object of any kind, and its place in the log."""

M = TypeVar("M", bound=Amendable | None)

NOTHING_REFERRED = Referred()
"""What an object without references tells."""


@dataclass(frozen=True, slots=True)
class DocumentPublisher:
    """What forms documents of a kind: the log, whose they are, and the clock.

    ``system`` signs what the platform itself forms; ``kind`` is what is formed here, ``kinds``
    are all; ``refused`` tells whether a version was refused, or cannot be delivered, and waits for
    a person; ``known_codes`` is the copy of the classifiers. While an object is ``untouched``
    nothing of it is put into a package.
    """

    log: EventLog
    owner: Owner
    system: Signer
    clock: Callable[[], datetime]
    refused: Callable[[UUID, int], bool]
    kinds: Mapping[str, AnyKind]
    kind: AnyKind
    known_codes: KnownCodes | None = None
    untouched: Callable[[UUID], AbstractContextManager[object]] = lambda _object_id: nullcontext()

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
        return _append(publisher, publisher.current_state(object_id), command)


def publish(
    publisher: DocumentPublisher, object_id: UUID, make: Maker[Any], signers: Sequence[Signer] = ()
) -> AnyState:
    """Make the next version, have it signed in turn, and record it.

    What the platform forms is signed by this system, and by no person. ``NotPublishable`` if rules
    forbid it.
    """

    def next_version(at: AnyState) -> Amendable:
        return make(publisher.owner, object_id, at.state)

    with _forming(publisher, object_id, next_version) as version:
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
    _check_own(publisher.owner, document)
    if kind.by_system:
        raise RefusedByRule(
            f"{kind.object_type} is formed and signed by this system: ask it to form one"
        )
    object_id, publisher = document.act.object_id, publisher.of(kind.object_type)
    with _forming(publisher, object_id, lambda _: document) as version:
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
    whole = _forming(publisher, object_id, lambda _: None)
    with publisher.untouched(object_id), whole as forming:
        if not publisher.refused(object_id, version):
            raise RefusedByRule(
                f"the Registry did not refuse version {version}: it stays, unless its package "
                "cannot be delivered, is stopped and its number is closed"
            )
        history = publisher.log.events(forming.at.originator_id)
        before = publisher.kind.objects.fold(
            event for event in history if not _concerns(event, version)
        )
        command = WithdrawVersion(object_id, version, reason, before, publisher.clock())
        return _append(publisher, forming.at, command, referred=forming.referred)


class _NextVersion(NamedTuple, Generic[M]):
    """What shall follow: where its object stands, the document, and what that refers to."""

    at: AnyState
    document: M
    referred: Referred


@contextmanager
def _forming(
    publisher: DocumentPublisher, object_id: UUID, make: Callable[[AnyState], M]
) -> Iterator[_NextVersion[M]]:
    """The next version as it is made; its object and those it refers to are locked.

    Which those are is known under the lock of the object: then all are locked once more. The
    document is made anew only where something happened to its object meanwhile.
    """
    keys, made = {publisher.key(object_id)}, None
    while True:
        with publisher.log.locks(keys):
            at = publisher.current_state(object_id)
            if made is None or made[0] != at.version:
                made = at.version, make(at)
            document = made[1]
            named = [one for one in _named(publisher, document, at) if one[1] != at.key]
            wanted = {*places(publisher.owner, document), *(key for _, key in named)}
            if keys.issuperset(wanted):
                objects = [(one.kind, one.current_state(key.object_id)) for one, key in named]
                beside = _beside(publisher, objects, at, document)
                yield _NextVersion(at, document, Referred(objects, beside))
                return
        keys.update(wanted)


def _named(
    publisher: DocumentPublisher, document: Amendable | None, at: AnyState
) -> Iterator[tuple[DocumentPublisher, HeadKey]]:
    """The objects to which a document, or else its object, refers: their publisher and key."""
    references: Collection[tuple[str, UUID]] = (
        kind_of(document).references(document)
        if document is not None and isinstance(document, kind_of(document).whole)
        else publisher.kind.refers_to(at.state)
    )
    for object_type, object_id in dict.fromkeys(references):
        if object_type in publisher.kinds:
            other = publisher.of(object_type)
            yield other, other.key(object_id)


def _beside(
    publisher: DocumentPublisher,
    objects: Sequence[tuple[AnyKind, AnyState]],
    own: AnyState,
    document: Amendable | None,
) -> Sequence[tuple[AnyKind, AnyState]]:
    """What is shown beside those to which a version refers, but for its own object.

    That is what refers to them too, and what is in force and the same as a new one.
    """
    named = dict.fromkeys(one for kind, at in objects for one in kind.beside(at.state))
    if document is not None and not own.version:
        same = publisher.kind.namesakes(publisher.log, publisher.owner, document)
        named |= dict.fromkeys((publisher.kind.object_type, one) for one in same)
    others = [(publisher.of(object_type), object_id) for object_type, object_id in named]
    return [
        (other.kind, other.current_state(object_id))
        for other, object_id in others
        if other.key(object_id) != own.key
    ]


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


def _check_rules(publisher: DocumentPublisher, version: _NextVersion[Amendable]) -> None:
    """Check a document against the rules and the state of its object (S216-A2.1.4)."""
    at, document, before = publisher.clock(), version.document, version.at
    kind, related = publisher.kind, version.referred.standing
    breaches = [
        *examine_document(document, at),
        *kind.examine_next(document, before.state, at),
        *kind.examine_related(document, before.state, related, at),
        *unknown_codes(publisher.known_codes, publisher.log, document, before, at),
    ]
    check_changes(kind, publisher.log, before, document)
    if errors := [breach for breach in breaches if has_errors((breach,))]:
        raise not_publishable(errors)


def _record(
    publisher: DocumentPublisher,
    version: _NextVersion[Amendable],
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
    return _append(publisher, version.at, command, data, version.referred)


def _append(
    publisher: DocumentPublisher,
    at: AnyState,
    command: object,
    data: bytes | None = None,
    referred: Referred = NOTHING_REFERRED,
) -> AnyState:
    """Record what happens, and what those that the object refers to learn of it."""
    kind = publisher.kind
    events = kind.decide(at.state, command)
    facts, following = at.facts(events), at.after(events)
    stands = kind.standing(following.state)
    told, heads = referred.told(Referrer(kind.object_type, at.key.object_id, stands))
    evidence = (
        (Evidence(facts[0].originator_id, facts[0].version, "document", data),) if data else ()
    )
    publisher.log.append(Commit((*facts, *told), (following.head(), *heads), evidence))
    return following

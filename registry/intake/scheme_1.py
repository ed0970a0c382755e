"""Scheme 1, the transfer of records, in the order of its steps (S216-A2.1)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import UUID

from registry.intake import recording
from registry.intake.certificate import Admission, check_certificate, prove
from registry.intake.content_report import ExaminedDocument
from registry.intake.context import IntakeContext
from registry.intake.format_logic import check_files, read_documents
from registry.intake.gate import check_permission
from registry.intake.integrity import check_integrity
from registry.intake.known_facts import KnownFacts, Objects, object_key
from registry.intake.listed import party_of, place_of
from registry.intake.message_state import IncomingMessage, alone, look_up
from registry.intake.recollection import recollect
from registry.intake.state_control import Admissible, check_state
from registry.intake.steps import (
    Genuine,
    NotAccepted,
    NotPassed,
    Proven,
    Received,
    WholePackage,
)
from registry.messages import message
from registry.records.kind import AnyKind
from shared_contracts.event_log.log import Conflict, HeadKey
from shared_contracts.faults import Breach, Unprocessed
from shared_contracts.messages.kinds import KINDS

Integrity = WholePackage | NotPassed
"""What step 2 found."""

Documents: TypeAlias = Sequence[ExaminedDocument]
"""The documents of a whole package; of another there are none."""


def transfer(context: IntakeContext, received: Received) -> bytes:
    """Take a package through the steps of scheme 1; gives the signed receipt (S216-A2.1.1-7).

    1. The package was received.
    2. Integrity: form, counts and hashes.
    3. Certificates: the system that signed the package, then the signers of the documents.
    4. Control: each document by itself, then against the state of its object.
    5. The records are recorded, or, 7, the package is refused whole.
    6. The answer is the signed receipt.

    Steps 3 (documents) to 7 happen under the locks of the message and its objects. A package
    whose sender is not proven is answered before. ``Unprocessed`` where the same bytes must come
    again.
    """
    admitted = admit(context, received)
    if isinstance(admitted, bytes):
        return admitted
    return judge(context, received, *admitted)


def admit(context: IntakeContext, received: Received) -> tuple[Proven, Integrity] | bytes:
    """Whose the package is, and what step 2 found; the answer where its sender is not proven."""
    integrity = check_integrity(received, context.environment)
    proven = prove(received, context.admission)
    if isinstance(proven, NotAccepted):
        return _turn_away(context, received, integrity, proven)
    context.admission.ensure_enciphered(proven.sez_code, received.enciphered)
    check_permission(received.examined)
    if received.examined.identity.message_id is None:
        unnamed = NotAccepted((Breach("I-02", "/Package/MessageId"),))
        return _turn_away(context, received, integrity, unnamed)
    return proven, integrity


def judge(
    context: IntakeContext, received: Received, proven: Proven, integrity: Integrity
) -> bytes:
    """Take a package whose sender is proven through steps 3 to 7; gives the signed receipt."""
    context, proven = _signers_asked(context, proven, integrity)
    with alone(context, received, proven):
        return _answer(context, received, proven, integrity)


def _turn_away(
    context: IntakeContext, received: Received, integrity: Integrity, unproven: NotAccepted
) -> bytes:
    """Answer a package whose sender is not proven; it is kept outside the log (wire.md 12)."""
    refusal = integrity if isinstance(integrity, NotAccepted) else unproven
    return recording.turn_away(context, received, refusal)


def _signers_asked(
    context: IntakeContext, proven: Proven, integrity: Integrity
) -> tuple[IntakeContext, Proven]:
    """Ask authorities about all signers before any lock is taken; gives what they answered.

    Where too many packages wait for that, this one is deferred.
    """
    if not isinstance(integrity, WholePackage) or proven.unavailable:
        return context, proven
    admission = context.admission
    try:
        asked = context.revocation_queries.ask(integrity, admission.checker)
    except Unprocessed as unavailable:
        return context, replace(proven, unavailable=unavailable)
    if asked is admission.checker:
        return context, proven
    return replace(context, admission=replace(admission, checker=asked)), proven


def _answer(
    context: IntakeContext, received: Received, proven: Proven, integrity: Integrity
) -> bytes:
    """The receipt issued before, or that of the outcome; the message is locked.

    What an object on record refers to, or as whom it takes part, is known under its lock: then all
    are locked once more.
    """
    whole = integrity if isinstance(integrity, WholePackage) else None
    changed = frozenset() if whole is None else _changed(context, proven, whole)
    documents = () if whole is None else whole.documents
    named = _referred(context, proven, documents)
    keys = changed | named
    places = _places(context, proven, documents) | _held(context, documents)
    engaged = _engaged(context, documents)
    while True:
        with context.log.locks(keys | places, together=engaged):
            incoming, objects = look_up(context, received, proven, keys)
            known = _told(context, objects, changed, lambda kind: kind.refers_to)
            known |= _told(context, objects, named | known, lambda kind: kind.beside)
            parties = _parties(context, objects, changed)
            if known <= keys and parties <= places:
                return _locked(context, incoming, integrity, objects)
        keys, places = keys | known, places | parties


def _locked(
    context: IntakeContext, incoming: IncomingMessage, integrity: Integrity, objects: Objects
) -> bytes:
    """The receipt issued before, or that of the outcome; message and objects are locked."""
    if isinstance(incoming.message.state, message.MessageAnswered):
        return context.receipt_of(incoming.message)
    outcome = _check(context, incoming, integrity, objects)
    try:
        return recording.record(context, incoming, outcome)
    except Conflict as conflict:
        return recording.number_used(context, incoming, conflict)


def _changed(context: IntakeContext, proven: Proven, whole: WholePackage) -> frozenset[HeadKey]:
    """The objects that a package changes."""
    return frozenset(
        object_key(proven.sez_code, context.environment, record.header)
        for record in whole.package.records
    )


def _referred(context: IntakeContext, proven: Proven, documents: Documents) -> frozenset[HeadKey]:
    """The objects to which the documents of a package refer."""
    return frozenset(
        HeadKey(context.environment, proven.sez_code, one.object_type, one.object_id)
        for document in documents
        for one in document.references
    )


def _places(context: IntakeContext, proven: Proven, documents: Documents) -> frozenset[HeadKey]:
    """What new objects are beside their ids: two that are the same are judged one after another."""
    return frozenset(
        place_of(context.environment, proven.sez_code, document.object_type, document.same)
        for document in documents
        if document.same
    )


def _held(context: IntakeContext, documents: Documents) -> frozenset[HeadKey]:
    """The objects of any system that stay as they are while the documents are judged."""
    held: set[HeadKey] = set()
    for examined in documents:
        kind = context.kinds.get(examined.object_type)
        if kind is None or kind.holds is None:
            continue
        document = examined.read()
        if document is not None:
            held.update(kind.holds(context.log, document))
    return frozenset(held)


def _engaged(context: IntakeContext, documents: Documents) -> frozenset[HeadKey]:
    """Those whom the documents need among the participants: no card of theirs goes meanwhile."""
    numbers = {number for document in documents for number in document.engaged}
    return frozenset(party_of(context.environment, number) for number in numbers)


def _parties(
    context: IntakeContext, objects: Objects, changed: Collection[HeadKey]
) -> frozenset[HeadKey]:
    """The participants on record whose cards a package changes: nobody engages them meanwhile."""
    return frozenset(
        party_of(key.environment, objects[key].state.number)
        for key in changed
        if objects[key].version and context.kinds[key.kind].participants is not None
    )


def _told(
    context: IntakeContext,
    objects: Objects,
    keys: Collection[HeadKey],
    hook: Callable[[AnyKind], Callable[[Any], Collection[tuple[str, UUID]]]],
) -> frozenset[HeadKey]:
    """The objects that a hook of its kind tells of each object on record of these ``keys``."""
    return frozenset(
        HeadKey(key.environment, key.sez_code, object_type, object_id)
        for key in keys
        if key in objects and objects[key].version
        for object_type, object_id in hook(context.kinds[key.kind])(objects[key].state)
    )


def _check(
    context: IntakeContext, incoming: IncomingMessage, integrity: Integrity, objects: Objects
) -> Admissible | NotPassed:
    """The outcome of steps 2 to 4: the first that is not passed ends them."""
    if not_whole := hindrance(incoming, integrity):
        return not_whole
    assert isinstance(integrity, WholePackage)  # noqa: S101  # hindrance says so
    admission = _with_persons(context, incoming, integrity, objects)
    genuine = check_certificate(integrity, incoming.proven, admission)
    if not isinstance(genuine, Genuine):
        return genuine
    read = read_documents(genuine)
    sender = context.admission.sender(incoming.proven.sez_code)
    first = incoming.first_received_at
    recollection = recollect(context, read, objects)
    codes, kinds, listed = context.codes(), context.kinds, context.listed
    known = KnownFacts(sender, first, objects, codes, kinds, recollection, listed)
    admissible = check_state(read, known)
    if not isinstance(admissible, Admissible):
        return admissible
    return check_files(read, context.size_of) or admissible


def hindrance(incoming: IncomingMessage, integrity: Integrity) -> NotPassed | None:
    """Why a package is not even looked into: step 2, its id, or its sender's authority."""
    if not isinstance(integrity, WholePackage):
        return integrity
    if incoming.clash:
        taken = Breach("I-06", "/Package/MessageId", str(incoming.identity.message_id))
        return NotAccepted((taken,))
    return incoming.proven.unavailable


def _with_persons(
    context: IntakeContext, incoming: IncomingMessage, whole: WholePackage, objects: Objects
) -> Admission:
    """Who may sign a version of an object: those named by the version before it.

    A first version names them itself; for a later version of an unknown object it is not known,
    and the package waits for the earlier version.
    """
    known: dict[HeadKey, Collection[str]] = {
        key: context.kinds[key.kind].signed_for(at.state)
        for key, at in objects.items()
        if at.version
    }
    before: dict[int, Collection[str] | None] = {}
    environment = incoming.message.key.environment
    for record, document in zip(whole.package.records, whole.documents, strict=True):
        key = object_key(incoming.proven.sez_code, environment, record.header)
        named = document.persons if record.header.version == 1 else None
        before[document.number] = known.get(key, named)
        if document.root == KINDS[key.kind].whole.__name__:
            known[key] = document.persons
    return replace(context.admission, persons=lambda document: before[document.number])

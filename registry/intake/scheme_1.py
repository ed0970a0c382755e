"""Scheme 1, step by step: received, whole, genuine, admissible, recorded, answered (S216-A2.1)."""

from collections.abc import Collection
from dataclasses import replace

from registry.intake import recording
from registry.intake.certificate import Admission, check_certificate, prove
from registry.intake.context import IntakeContext
from registry.intake.format_logic import check_files, read_documents
from registry.intake.gate import check_leave
from registry.intake.identity import message_key
from registry.intake.integrity import check_integrity
from registry.intake.message_state import Arrival, arrive
from registry.intake.state_control import Admissible, KnownFacts, Objects, judge, object_key
from registry.intake.steps import NotAccepted, Proven, Received, WholePackage
from registry.messages import message
from shared_contracts.event_log.log import Conflict, HeadKey
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed
from shared_contracts.messages.kinds import KINDS

Wholeness = WholePackage | Refused | Unprocessed


def transfer(office: IntakeContext, received: Received) -> bytes:
    """Take an examined package through the Registry's checks and answer it (S216-A2.1.1-7).

    Gives the signed receipt; ``Unprocessed`` where the same bytes must come again.
    """
    whole = _whole(office, received)
    try:
        proven = prove(received, office.admission)
    except Refused as refusal:
        return _turn_away(office, received, whole, refusal)
    check_leave(received.examined)
    identity = received.examined.identity
    if identity.message_id is None:
        return _turn_away(office, received, whole, Refused(Breach("I-02", "/Package/MessageId")))
    office, proven = _asked(office, proven, whole)
    lock = office.log.try_lock(message_key(office.environment, proven, identity.message_id))
    if lock is None:
        raise Unprocessed(Fault.IN_PROGRESS, str(identity.message_id), retry_after=2)
    with lock:
        return _settle(office, received, proven, whole)


def _asked(office: IntakeContext, proven: Proven, whole: Wholeness) -> tuple[IntakeContext, Proven]:
    """The office that knows of all signers what authorities say of them, before anything waits.

    Where there was no seat for that, the package is deferred as one that nobody can judge yet.
    """
    if not isinstance(whole, WholePackage) or proven.unavailable:
        return office, proven
    admission = office.admission
    try:
        told = office.questions.ask(whole, admission.checker)
    except Unprocessed as unavailable:
        return office, replace(proven, unavailable=unavailable)
    if told is admission.checker:
        return office, proven
    return replace(office, admission=replace(admission, checker=told)), proven


def _whole(office: IntakeContext, received: Received) -> Wholeness:
    try:
        return check_integrity(received, office.environment)
    except (Refused, Unprocessed) as problem:
        return problem


def _turn_away(
    office: IntakeContext, received: Received, whole: Wholeness, refusal: Refused
) -> bytes:
    """Answer what cannot be laid at anybody's door; it is kept outside the log (wire.md 12)."""
    if isinstance(whole, Refused):
        return recording.turn_away(office, received, NotAccepted(whole.breaches))
    return recording.turn_away(office, received, NotAccepted(refusal.breaches))


def _settle(office: IntakeContext, received: Received, proven: Proven, whole: Wholeness) -> bytes:
    objects = _object_keys(office, proven, whole)
    with office.log.locks(objects):
        package = received.examined.package
        arrival, stand = arrive(office, (received, proven, package), objects)
        known = arrival.message.state
        if isinstance(known, message.MessageAnswered):
            return office.receipt_of(arrival.message)
        outcome = _examine(office, arrival, whole, stand)
        try:
            return recording.record(office, arrival, outcome)
        except Conflict as conflict:
            if conflict.what != "claim":
                raise
            taken = recording.number_taken(office, arrival, "I-08")
            return recording.record(office, replace(arrival, clash=True), taken)


def _object_keys(office: IntakeContext, proven: Proven, whole: Wholeness) -> tuple[HeadKey, ...]:
    if not isinstance(whole, WholePackage):
        return ()
    environment = office.environment
    named = {
        object_key(proven.sez_code, environment, record.header) for record in whole.package.records
    }
    referred = {
        HeadKey(environment, proven.sez_code, one.object_type, one.object_id)
        for document in whole.documents
        for one in document.references
    }
    return tuple(sorted(named | referred))


def _examine(
    office: IntakeContext, arrival: Arrival, whole: Wholeness, stand: Objects
) -> Admissible | NotAccepted | Unprocessed:
    try:
        if not isinstance(whole, WholePackage):
            raise whole
        _check_own(arrival)
        if arrival.proven.unavailable:
            raise arrival.proven.unavailable
        genuine = check_certificate(
            whole, arrival.proven, _with_persons(office, arrival, whole, stand)
        )
        judgeable = read_documents(genuine)
        sender = office.admission.sender(arrival.proven.sez_code)
        ground = KnownFacts(sender, arrival.first_received_at, stand, office.codes(), office.kinds)
        admissible = judge(judgeable, ground)
        check_files(judgeable, office.size_of)
    except Refused as refusal:
        return NotAccepted(refusal.breaches)
    except Unprocessed as problem:
        return problem
    return admissible


def _check_own(arrival: Arrival) -> None:
    """The id is this content's own, and its signer's certificate could be asked about."""
    if arrival.clash:
        raise Refused(Breach("I-06", "/Package/MessageId", str(arrival.identity.message_id)))


def _with_persons(
    office: IntakeContext, arrival: Arrival, whole: WholePackage, stand: Objects
) -> Admission:
    """For whom an object was signed before a record decides who may sign it: none is taken over.

    Of a later version of an object that is not known nobody can tell; it waits for the earlier.
    """
    known: dict[HeadKey, Collection[str]] = {
        key: office.kinds[key.kind].signed_for(at.state) for key, at in stand.items() if at.version
    }
    before: dict[int, Collection[str] | None] = {}
    environment = arrival.message.key.environment
    for record, document in zip(whole.package.records, whole.documents, strict=True):
        key = object_key(arrival.proven.sez_code, environment, record.header)
        named = document.persons if record.header.version == 1 else None
        before[document.number] = known.get(key, named)
        if document.root == KINDS[key.kind].whole.__name__:
            known[key] = document.persons
    return replace(office.admission, persons=lambda document: before[document.number])

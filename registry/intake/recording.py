"""Steps 5 and 7: verdict, facts, evidence and receipt in one transaction (S216-A2.1.5, 7)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from registry.intake.changed_fields import ChangedRecord, changed_by
from registry.intake.context import IntakeContext
from registry.intake.message_state import IncomingMessage
from registry.intake.receipts import AnsweredMessage, PackageVerdict, Times, receipt, signed
from registry.intake.state_control import Admissible
from registry.intake.steps import NotAccepted, NotPassed, Received
from registry.messages import message
from registry.messages.ticket import MessageTicketed
from registry.records.record import VersionRecorded
from shared_contracts.event_log.event import Event, Fact, Recorded
from shared_contracts.event_log.log import Conflict
from shared_contracts.event_log.writing.commit import Claim, Commit, Evidence
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.large_documents.apart import EVIDENCE, kept_hashes
from shared_contracts.messages.changes import SUPPLY
from shared_contracts.messages.programme_change import SUPPLY_PROGRAMME
from shared_contracts.messages.receipt import LogReference, Receipt, Stage


def record(
    context: IntakeContext, incoming: IncomingMessage, outcome: Admissible | NotPassed
) -> bytes:
    """Record what became of the message; gives the receipt after the commit.

    ``Unprocessed`` is recorded as a deferral, and then raised as the fault that answers it.
    ``Conflict`` where the number of the sequence is taken.
    """
    match outcome:
        case Admissible():
            return _accept(context, incoming, outcome)
        case NotAccepted():
            return _refuse(context, incoming, outcome)
        case Unprocessed():
            _defer(context, incoming, outcome)
            raise outcome


def record_void(context: IntakeContext, incoming: IncomingMessage, reason: str) -> bytes:
    """Record that a number of the sequence was never sent; ``Conflict`` if it was used."""
    verdict = message.SequenceVoided(**facts_of(incoming), reason=reason)
    return _answer(context, incoming, verdict, PackageVerdict(Stage.RECORDED))


def number_taken(context: IntakeContext, incoming: IncomingMessage, rule: str) -> NotAccepted:
    """The refusal, by ``rule``, of a message whose number another one has used up."""
    key = _number_key(incoming)
    named = {"holder": context.log.claims([key]).get(key, "")}
    path = f"/{incoming.received.examined.root}/Sequence"
    number = str(incoming.identity.sequence)
    return NotAccepted((Breach(rule, path, number, named),))


def number_used(context: IntakeContext, incoming: IncomingMessage, conflict: Conflict) -> bytes:
    """The refusal of a package whose number another message has; else ``conflict`` is raised."""
    if conflict.what != "claim":
        raise conflict
    if not is_number(incoming, conflict.key):
        raise Unprocessed(Fault.IN_PROGRESS, conflict.key, retry_after=1) from conflict
    taken = number_taken(context, incoming, "I-08")
    return record(context, replace(incoming, clash=True), taken)


def is_number(incoming: IncomingMessage, key: str) -> bool:
    """Whether a claim is that of the number of the sequence, and not one of a record."""
    return incoming.identity.sequence is not None and key == _number_key(incoming)


def turn_away(context: IntakeContext, received: Received, outcome: NotAccepted) -> bytes:
    """Answer a package whose sender is not proven; it is kept among the arrivals, for a while."""
    examined = received.examined
    subject = AnsweredMessage(context.environment, examined.identity, examined.package_hash)
    times = Times(received.at, received.at, context.clock())
    verdict = PackageVerdict(outcome.stage, outcome.breaches)
    log = LogReference(checkpoint=context.checkpointer.latest())
    unsigned = receipt(subject, verdict, times, log)
    answer = signed(unsigned, context.signer)
    context.arrivals.keep(received, answer, tuple(breach.rule for breach in outcome.breaches))
    context.figures.answered(examined.root, unsigned, verdict.breaches)
    return answer


def _accept(context: IntakeContext, incoming: IncomingMessage, admissible: Admissible) -> bytes:
    hashes = document_hashes(incoming)
    verdict = message.PackageAccepted(
        **facts_of(incoming),
        first_received_at=incoming.first_received_at,
        signer_sha256=incoming.proven.signer_sha256,
        document_hashes=hashes,
        warnings=tuple(breach.rule for breach in admissible.warnings),
    )
    return _answer(
        context, incoming, verdict, PackageVerdict(Stage.RECORDED, admissible.warnings), admissible
    )


def _refuse(context: IntakeContext, incoming: IncomingMessage, outcome: NotAccepted) -> bytes:
    verdict = message.PackageRefused(
        **facts_of(incoming),
        first_received_at=incoming.first_received_at,
        stage=outcome.stage,
        rules=tuple(dict.fromkeys(breach.rule for breach in outcome.breaches)),
        document_hashes=document_hashes(incoming),
    )
    return _answer(context, incoming, verdict, PackageVerdict(outcome.stage, outcome.breaches))


def _defer(context: IntakeContext, incoming: IncomingMessage, problem: Unprocessed) -> None:
    if problem.fault is Fault.FILES_MISSING:
        context.want(problem.hashes)
    event = message.PackageDeferred(
        **facts_of(incoming), fault=problem.fault, hashes=problem.hashes
    )
    events = message.decide(incoming.message.state, message.Defer(event))
    if not events:
        return
    facts = incoming.message.facts(events)
    seen = message.seen(incoming.message.state)
    known = seen is not None and seen.package_hash == incoming.proven.package_hash
    if isinstance(seen, MessageTicketed):  # beside the first of those that repeat each other
        known = seen.cause is not None
    body = () if known else (evidence_beside(facts[0], "package", incoming.received.body),)
    context.log.append(Commit(facts, (incoming.message.after(events).head(),), body))


def _answer(
    context: IntakeContext,
    incoming: IncomingMessage,
    event: message.PackageAccepted | message.PackageRefused | message.SequenceVoided,
    verdict: PackageVerdict,
    admissible: Admissible | None = None,
) -> bytes:
    """Sign the receipt over the leaf of the verdict, and commit both with all they rest on."""
    objects = admissible.facts if admissible else ()
    states = admissible.states if admissible else ()
    claims = admissible.claims if admissible else ()
    before = (*deciphered(incoming), *(() if incoming.ended is None else (incoming.ended,)))
    at = incoming.message.after(before)
    [judged] = at.facts([event])
    answer = _receipt(context, incoming, verdict, judged, admissible)
    body = signed(answer, context.signer)
    issued = message.ReceiptIssued(
        receipt_id=answer.receipt_id,
        message_id=event.message_id,
        sha256=hashlib.sha256(body).hexdigest(),
        issued_at=answer.processed_at,
    )
    events = message.decide(at.state, message.GiveAnswer(event, issued))
    following = at.after(events)
    sealed = Fact(following.originator_id, following.version, issued)
    context.log.append(
        Commit(
            (*objects, *(first := incoming.message.facts(before)), judged, sealed),
            (*(changed.head() for changed in states), following.head()),
            (
                *(_listings(context, admissible) if admissible else ()),
                *as_it_came(incoming, first),
                evidence_beside(judged, "package", incoming.received.body),
                evidence_beside(sealed, "receipt", body),
            ),
            (*claims_of(incoming), *claims),
        )
    )
    context.participants.note(states)
    context.figures.answered(incoming.received.examined.root, answer, verdict.breaches)
    return body


def _receipt(
    context: IntakeContext,
    incoming: IncomingMessage,
    verdict: PackageVerdict,
    judged: Fact,
    admissible: Admissible | None,
) -> Receipt:
    objects = admissible.facts if admissible else ()
    subject = AnsweredMessage(
        context.environment,
        incoming.identity,
        incoming.proven.package_hash,
        incoming.package,
        _registry_ids(objects),
        _changed(context, incoming, admissible),
    )
    times = Times(incoming.first_received_at, incoming.received.at, context.clock())
    log = LogReference(leaf_hash=judged.leaf.hex(), checkpoint=context.checkpointer.latest())
    return receipt(subject, verdict, times, log)


def facts_of(incoming: IncomingMessage) -> dict[str, Any]:
    """What every event of a message says of it."""
    received = incoming.received
    return {
        "environment": incoming.message.key.environment,
        "sez_code": incoming.proven.sez_code,
        "message_id": incoming.identity.message_id,
        "sequence": incoming.identity.sequence or 0,
        "package_hash": incoming.proven.package_hash,
        "evidence_sha256": hashlib.sha256(received.body).hexdigest(),
        "received_at": received.at,
    }


def deciphered(incoming: IncomingMessage) -> tuple[message.MessageDeciphered, ...]:
    """That a message came enciphered, and by which key; nothing of one that came plainly."""
    came = incoming.received.enciphered
    if came is None:
        return ()
    sha256 = hashlib.sha256(came.body).hexdigest()
    told = message.MessageDeciphered(
        **facts_of(incoming), key_number=came.number, enciphered_sha256=sha256
    )
    return (told,)


def as_it_came(incoming: IncomingMessage, facts: Sequence[Fact]) -> Iterator[Evidence]:
    """The enciphered body beside the first of these facts, which tells of it."""
    came = incoming.received.enciphered
    if came is not None:
        yield evidence_beside(facts[0], "enciphered", came.body)


def document_hashes(incoming: IncomingMessage) -> tuple[str, ...]:
    """The hashes of the documents as their records state them."""
    records = incoming.package.records if incoming.package else ()
    return tuple(record.header.document_hash for record in records)


def _registry_ids(objects: tuple[Fact, ...]) -> dict[int, UUID]:
    return {
        fact.event.record: fact.event.registry_id
        for fact in objects
        if isinstance(fact.event, VersionRecorded)
    }


def _changed(
    context: IntakeContext, incoming: IncomingMessage, admissible: Admissible | None
) -> Mapping[int, ChangedRecord]:
    """What supplied versions change on record; nobody asked what others do."""
    if incoming.received.operation not in {SUPPLY, SUPPLY_PROGRAMME} or admissible is None:
        return {}
    log = context.log

    def hashes(one: Fact | Recorded) -> Mapping[str, str] | None:
        named = _listing_named(context, one.event)
        if isinstance(one, Recorded):
            return kept_hashes(log, one, lambda _event: named)
        return None if named is None else admissible.listings[named].hashes()

    facts = admissible.facts
    return changed_by(facts, lambda stream, after: log.stream(stream, after_version=after), hashes)


def _listing_named(context: IntakeContext, event: Event) -> str | None:
    if not isinstance(event, VersionRecorded):
        return None
    return context.kinds[event.header.object_type].listing_named(event)


def _listings(context: IntakeContext, admissible: Admissible) -> Iterator[Evidence]:
    """What is kept of the numbered parts of large documents, beside the events that name it."""
    for fact in admissible.facts:
        named = _listing_named(context, fact.event)
        if named is not None:
            yield evidence_beside(fact, EVIDENCE, admissible.listings[named].listing)


def evidence_beside(fact: Fact, name: str, body: bytes) -> Evidence:
    """Bytes as evidence of a fact."""
    return Evidence(fact.originator_id, fact.version, name, body)


def claims_of(incoming: IncomingMessage) -> tuple[Claim, ...]:
    """A final answer uses the number of the sequence up; a message apart claims nothing."""
    identity = incoming.identity
    if identity.sequence is None or incoming.clash:
        return ()
    if isinstance(incoming.message.state, MessageTicketed):  # taken when it was submitted
        return ()
    return (Claim(_number_key(incoming), str(identity.message_id)),)


def _number_key(incoming: IncomingMessage) -> str:
    environment, number = incoming.message.key.environment, incoming.identity.sequence
    return f"sequence/{environment}/{incoming.proven.sez_code}/{number}"

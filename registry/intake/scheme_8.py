"""Scheme 8, the change of a programme, in the order of its steps (S216-A2.8).

1. The SEZ asks to change a programme: which version, after which, with which properties.
2. The Registry validates the request: form, the system that signed it, the version on record.
3. Where it has that version, or nothing differs, it answers that no change is required;
4. else it names what it needs: fields, and items that it lacks, has otherwise or has beyond.
5. The SEZ sends the version in a package, by the operation ``SUPPLY_PROGRAMME``.
6. The package goes through the steps of scheme 7, which are those of scheme 1; the receipt has the
   identifiers of the programme and of the items that changed. A version that was not asked for is
   refused by F-PRG-10.
7. The SEZ takes the receipt.

The mode is synchronous. A request and its answer are recorded: the supply is held to them, and the
same request gets the same answer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.intake import recorded_answer, recording
from registry.intake.context import IntakeContext
from registry.intake.light_message import received_question
from registry.intake.scheme_1 import transfer
from registry.intake.state_control import PREDECESSOR_RETRY
from registry.intake.steps import NotAccepted, Proven, Received
from registry.programmes.change import (
    CHANGE,
    ProgrammeChangeAnswered,
    State,
    answer_named,
)
from registry.programmes.comparing import (
    is_on_record,
    stated_hashes,
    unlawful_change,
    wanted_fields,
    wanted_items,
)
from registry.programmes.programme import ProgrammeOnRecord, listing_named
from registry.records.record import VersionRecorded
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.log import HeadKey
from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.large_documents.apart import kept_hashes
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.messages.programme_change import (
    SUPPLY_PROGRAMME,
    ChangeOutcome,
    ProgrammeChangeAnswer,
    ProgrammeChangeRequest,
    WantedItem,
)
from shared_contracts.rules.catalogue import word
from shared_contracts.soap.peer import Peer
from shared_contracts.xml.codec import Element

REMEMBERED = 100
"""How many of the last requests about a programme are known again when they come again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a request: the outcome, what is needed, what was found."""

    result: ChangeOutcome
    fields: tuple[str, ...] = ()
    items: tuple[WantedItem, ...] = ()
    more_items: int = 0
    found: Sequence[Breach] = ()


def request_change(context: IntakeContext, element: Element, body: bytes, peer: Peer) -> bytes:
    """Take a request through steps 2 to 4; gives the signed answer, the same for the same request.

    Who is not proven gets a signed refusal, as with every message.
    """
    asked = received_question(context, ProgrammeChangeRequest, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, proven, request = asked
    object_id = request.object_id
    with recorded_answer.answering(context, CHANGE, proven, object_id, request.message_id) as at:
        known = _answered_before(context, proven, request, at)
        if known is not None:
            return known
        if wrong := recorded_answer.unlawful_question(context, received, proven, request):
            return recording.turn_away(context, received, NotAccepted(wrong))
        context.questions.take(proven.sez_code, received.at)
        return _answered(
            context, recorded_answer.signed_alone(received, element), proven, request, at
        )


def supply(context: IntakeContext, received: Received) -> bytes:
    """Take supplied programmes through step 6; gives the signed receipt, with the identifiers."""
    return transfer(context, replace(received, operation=SUPPLY_PROGRAMME))


def _answered_before(
    context: IntakeContext,
    proven: Proven,
    request: ProgrammeChangeRequest,
    at: AggregateState[State],
) -> bytes | None:
    """The answer once given to this request, byte for byte; None if it is new.

    Another request under the same id is refused.
    """
    after = max(0, at.version - REMEMBERED)
    stream = context.log.stream(at.originator_id, after_version=after) if at.version else []
    for recorded in stream:
        event = recorded.event
        if not isinstance(event, ProgrammeChangeAnswered) or event.message_id != request.message_id:
            continue
        if event.request_hash != proven.package_hash:
            path = "/ProgrammeChangeRequest/MessageId"
            taken = Breach("I-06", path, str(request.message_id))
            answer = _answer(context, request, None, Verdict(ChangeOutcome.REFUSED, found=(taken,)))
            return recorded_answer.signed_answer(context, answer)
        return recorded_answer.given_before(
            context, [recorded], answer_named, f"request {request.message_id}"
        )
    return None


def _answered(
    context: IntakeContext,
    received: Received,
    proven: Proven,
    request: ProgrammeChangeRequest,
    at: AggregateState[State],
) -> bytes:
    """Steps 2 to 4, recorded with the request and the answer as evidence."""
    kind = context.kinds[PROGRAMME].objects
    key = HeadKey(context.environment, proven.sez_code, kind.name, request.object_id)
    present = recorded_answer.standing(context, kind, key)
    known = present.state if isinstance(present.state, ProgrammeOnRecord) else None
    if known is None or request.version > known.version + 1:
        missing = f"version {request.version - 1} of {request.object_id}"
        raise Unprocessed(Fault.PREDECESSOR_MISSING, missing, retry_after=PREDECESSOR_RETRY)
    verdict = _verdict(context, request, present, known)
    answer = _answer(context, request, known, verdict)
    body = recorded_answer.signed_answer(context, answer)
    event = ProgrammeChangeAnswered(
        environment=context.environment,
        sez_code=proven.sez_code,
        message_id=request.message_id,
        object_id=request.object_id,
        version=request.version,
        document_hash=request.document_hash,
        request_hash=proven.package_hash,
        answer_sha256=hashlib.sha256(body).hexdigest(),
        result=answer.result,
        answered_at=answer.answered_at,
    )
    recorded_answer.keep(context, at, event, ("request", received.body), body)
    return body


def _verdict(
    context: IntakeContext,
    request: ProgrammeChangeRequest,
    present: AggregateState[object],
    known: ProgrammeOnRecord,
) -> Verdict:
    if is_on_record(request, known):
        return Verdict(ChangeOutcome.NOT_REQUIRED)
    if found := tuple(unlawful_change(request, known)):
        return Verdict(ChangeOutcome.REFUSED, found=found)
    [last] = context.log.stream(present.originator_id, after_version=present.version - 1)
    document = last.event.document if isinstance(last.event, VersionRecorded) else None
    if not isinstance(document, Programme):
        raise TypeError(f"the last version of {request.object_id} is no programme")
    own = kept_hashes(context.log, last, listing_named)
    if own is None:
        own = stated_hashes(document, {one.item_number for one in request.items})
    fields, items = wanted_fields(request, document), wanted_items(request, own)
    if not (fields or items or request.more_items):
        return Verdict(ChangeOutcome.NOT_REQUIRED)
    return Verdict(ChangeOutcome.SUPPLEMENT_REQUIRED, fields, items, request.more_items)


def _answer(
    context: IntakeContext,
    request: ProgrammeChangeRequest,
    known: ProgrammeOnRecord | None,
    verdict: Verdict,
) -> ProgrammeChangeAnswer:
    return ProgrammeChangeAnswer(
        message_id=request.message_id,
        sez_code=request.sez_code,
        environment=context.environment,
        answered_at=to_astana(context.clock()),
        object_id=request.object_id,
        version=request.version,
        document_hash=request.document_hash,
        result=verdict.result,
        registry_id=None if known is None else known.registry_id,
        registry_version=None if known is None else known.version,
        registry_hash=None if known is None else known.document_hash,
        field_names=verdict.fields,
        items=verdict.items,
        more_items=verdict.more_items,
        findings=tuple(map(word, verdict.found)),
    )

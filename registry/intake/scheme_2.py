"""Scheme 2, changes on request, in the order of its steps (S216-A2.2).

1. The SEZ asks, by itself, what of that which it has is missing or other in the Registry.
2. The Registry validates the request: form, the system that signed it, the environment.
3. Where nothing differs it answers that nothing need be added;
4. else it names what does: versions that it lacks, objects that it has otherwise, editions of
   classifiers that are not those of the SEZ, with the fields that changed.
5. The SEZ sends the versions that are asked for in a package, by the operation ``SUPPLY``.
6. The package goes through the steps of scheme 1 (``scheme_1.transfer``); the receipt has the
   identifiers of the data received, and the fields which they changed.
7. The SEZ takes the receipt.

The mode is automatic. A question changes nothing, and nothing is recorded by it: whoever asks
twice is answered twice, each time as of that moment.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from registry.intake import recording
from registry.intake.context import IntakeContext
from registry.intake.light_message import received_question
from registry.intake.scheme_1 import transfer
from registry.intake.steps import NotAccepted, Proven, Received
from registry.records.listing import NewestVersion, newest
from registry.records.rules.header import before_access
from shared_contracts.astana_time import to_astana
from shared_contracts.faults import Breach
from shared_contracts.messages.changes import (
    SUPPLY,
    ChangesAnswer,
    ChangesRequest,
    ChangesResult,
    DifferenceKind,
    EditionDifference,
    HeldEdition,
    HeldObject,
    ObjectDifference,
)
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import Peer
from shared_contracts.xml.codec import Element

CompareEditions = Callable[[Sequence[HeldEdition], datetime], tuple[EditionDifference, ...]]
"""Which of the editions held are not those in force at a moment; ``Unprocessed`` for none."""


def request_changes(
    context: IntakeContext, compare: CompareEditions, element: Element, body: bytes, peer: Peer
) -> bytes:
    """Take a request through steps 2 to 4; gives the signed answer, or the signed refusal."""
    asked = received_question(context, ChangesRequest, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, proven, request = asked
    if breaches := tuple(_misplaced(context, received, proven, request)):
        return recording.turn_away(context, received, NotAccepted(breaches))
    objects = tuple(_object_differences(context, proven, request.objects))
    editions = compare(tuple(dict.fromkeys(request.editions)), received.at)
    answer = ChangesAnswer(
        message_id=request.message_id,
        sez_code=proven.sez_code,
        environment=context.environment,
        answered_at=to_astana(context.clock()),
        result=_result(objects, editions),
        object_differences=objects,
        edition_differences=editions,
    )
    return sign_message(answer, f"changes-{request.message_id}", context.signer)


def supply(context: IntakeContext, received: Received) -> bytes:
    """Take supplied versions through step 6; gives the signed receipt, with changed fields."""
    return transfer(context, replace(received, operation=SUPPLY))


def _misplaced(
    context: IntakeContext, received: Received, proven: Proven, request: ChangesRequest
) -> Iterator[Breach]:
    """A request that is not for this Registry, or comes before the sender has access to it."""
    if request.environment != context.environment:
        expected = {"expected": context.environment}
        path = "/ChangesRequest/Environment"
        yield Breach("I-09", path, request.environment, expected)
    sender = context.admission.sender(proven.sez_code)
    early = sender.too_early(context.environment, received.at)
    if early is not None:
        named = before_access(sender, early)
        yield Breach("F-HDR-6", "/ChangesRequest/SezCode", proven.sez_code, named)


def _result(
    objects: Sequence[ObjectDifference], editions: Sequence[EditionDifference]
) -> ChangesResult:
    differs = objects or editions
    return ChangesResult.SUPPLEMENT_REQUIRED if differs else ChangesResult.NOT_REQUIRED


def _object_differences(
    context: IntakeContext, proven: Proven, held: Sequence[HeldObject]
) -> Iterator[ObjectDifference]:
    """How the objects on record differ from those that the SEZ has, in its order.

    What is named twice is told once; all objects are looked up by one question to the store.
    """
    context.listed.catch_up()
    named = {(one.object_type, one.object_id) for one in held}
    known = newest(context.log, context.environment, proven.sez_code, named)
    for one in dict.fromkeys(held):
        ours = known.get((one.object_type, one.object_id))
        kind = _kind(one, ours)
        if kind is not None:
            yield _difference(one, kind, ours)


def _kind(held: HeldObject, known: NewestVersion | None) -> DifferenceKind | None:
    """How what is on record differs from what the SEZ has; None if it does not."""
    if known is None:
        return DifferenceKind.MISSING
    if known.version != held.version:
        return DifferenceKind.BEHIND if known.version < held.version else DifferenceKind.AHEAD
    return None if known.document_hash == held.document_hash else DifferenceKind.CONTENT


def _difference(
    held: HeldObject, kind: DifferenceKind, known: NewestVersion | None
) -> ObjectDifference:
    lacks = kind in {DifferenceKind.MISSING, DifferenceKind.BEHIND}
    last = 0 if known is None else known.version
    return ObjectDifference(
        object_type=held.object_type,
        object_id=held.object_id,
        difference=kind,
        wanted_from=last + 1 if lacks else None,
        wanted_to=held.version if lacks else None,
        registry_id=None if known is None else known.registry_id,
        registry_version=last or None,
        registry_hash=None if known is None else known.document_hash,
    )

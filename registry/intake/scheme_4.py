"""Scheme 4, reference data of a supplier, in the order of its steps (S216-A2.4).

1. The SEZ asks about a supplier: ``query``.
2. The Registry validates the request: form, system, moment, what it asks.
3. Where it says too little the Registry wants a supplement, and names the fields.
4. The SEZ asks again.
5. Else the Registry forms a list to choose from.
6. A person in the SEZ chooses; the card goes in a package, by the operation ``SELECT``.
7. to 11. Integrity, certificates, format-logical control, acceptance or error: steps 2 to 7 of
   scheme 1 on that package (``scheme_1.transfer``), where the choice is held to the list (F-SUP-8).
12. What was refused the SEZ transfers again.

``check`` asks only whether a supplier is there (S216-A3.2b).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from registry.intake import recorded_answer
from registry.intake.context import IntakeContext
from registry.intake.light_message import received_question
from registry.intake.scheme_1 import transfer
from registry.intake.steps import Proven, Received
from registry.suppliers import listing, matching
from registry.suppliers.listing import SupplierRow
from registry.suppliers.query import (
    QUERY,
    AnsweredQuery,
    OfferedCard,
    State,
    SupplierQueryAnswered,
    answer_named,
)
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.faults import Breach
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.supplier import ForeignId
from shared_contracts.messages.supplier_query import (
    Candidate,
    QueryOutcome,
    SupplierCheck,
    SupplierCheckResult,
    SupplierQuery,
    SupplierQueryResult,
)
from shared_contracts.rules.catalogue import has_errors, word
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.peer import NOBODY, Peer
from shared_contracts.xml.codec import Element

SELECT = "SelectSupplier"
"""The operation by which a chosen card comes."""


def query(context: IntakeContext, element: Element, body: bytes, peer: Peer = NOBODY) -> bytes:
    """Take a query through steps 1 to 5; gives the signed answer, the same for the same query.

    Who is not proven gets a signed refusal, as with every message.
    """
    asked = received_question(context, SupplierQuery, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, proven, question = asked
    message_id = question.message_id
    with recorded_answer.answering(context, QUERY, proven, message_id, message_id) as at:
        if isinstance(at.state, AnsweredQuery):
            return _answered_before(context, question, proven, at)
        context.questions.take(proven.sez_code, received.at)
        return _answered(
            context, recorded_answer.signed_alone(received, element), proven, question, at
        )


def select(context: IntakeContext, received: Received) -> bytes:
    """Take the package with a chosen card through steps 7 to 11; gives the signed receipt."""
    return transfer(context, replace(received, operation=SELECT))


def check(context: IntakeContext, element: Element, body: bytes, peer: Peer = NOBODY) -> bytes:
    """Whether a supplier is on record, to a system of the register (S216-A3.2b); signed."""
    asked = received_question(context, SupplierCheck, element, body, peer)
    if isinstance(asked, bytes):
        return asked
    received, proven, question = asked
    wrong = [
        *recorded_answer.unlawful_question(context, received, proven, question),
        *matching.absent_number(question),
    ]
    found = [] if has_errors(wrong) else _known(context, matching.number_asked(question), 1)
    answer = SupplierCheckResult(
        message_id=question.message_id,
        sez_code=proven.sez_code,
        environment=context.environment,
        exists=bool(found),
        registry_id=found[0].registry_id if found else None,
        status=found[0].standing if found else None,
        findings=tuple(map(word, wrong)),
        answered_at=to_astana(context.clock()),
    )
    return sign_message(answer, f"check-{question.message_id}", context.signer)


def _answered_before(
    context: IntakeContext,
    question: SupplierQuery,
    proven: Proven,
    at: AggregateState[State],
) -> bytes:
    """The answer once given, byte for byte; another query under the id gets an id of its own."""
    if isinstance(at.state, AnsweredQuery) and at.state.query_hash == proven.package_hash:
        stream = context.log.stream(at.originator_id)
        return recorded_answer.given_before(
            context, stream, answer_named, f"query {question.message_id}"
        )
    taken = Breach("I-06", "/SupplierQuery/MessageId", str(question.message_id))
    return recorded_answer.signed_answer(context, _answer(context, question, [taken], ()))


def _answered(
    context: IntakeContext,
    received: Received,
    proven: Proven,
    question: SupplierQuery,
    at: AggregateState[State],
) -> bytes:
    """Steps 2, 3 and 5, recorded with the query and the answer as evidence."""
    wrong = [*recorded_answer.unlawful_question(context, received, proven, question)]
    wrong += matching.lacking(question, received.at)
    found = [] if has_errors(wrong) else _matching(context, question)
    if len(found) > matching.LIST:
        wrong, found = [*wrong, matching.too_wide(question)], []
    answer = _answer(context, question, wrong, found)
    body = recorded_answer.signed_answer(context, answer)
    event = SupplierQueryAnswered(
        environment=context.environment,
        sez_code=proven.sez_code,
        message_id=question.message_id,
        query_hash=proven.package_hash,
        answer_sha256=hashlib.sha256(body).hexdigest(),
        result=answer.result,
        offered=tuple(_offered(one) for one in found),
        answered_at=answer.answered_at,
    )
    recorded_answer.keep(context, at, event, ("query", received.body), body)
    return body


def _matching(context: IntakeContext, question: SupplierQuery) -> list[SupplierRow]:
    """Suppliers on record that a query may mean, one more than a list holds at most."""
    number, most = matching.number_asked(question), matching.LIST + 1
    if number:
        return _known(context, number, most)
    context.listed.catch_up()
    begun = matching.sought(question.name_fragment)
    area = matching.within(question.kato or "")
    return listing.of_words(context.log, begun, area, question.opf, most)


def _known(context: IntakeContext, number: str, most: int) -> list[SupplierRow]:
    context.listed.catch_up()
    return listing.of_number(context.log, number, most)


def _answer(
    context: IntakeContext,
    question: SupplierQuery,
    wrong: Sequence[Breach],
    found: Sequence[SupplierRow],
) -> SupplierQueryResult:
    """Step 3 where something is wrong, else step 5: the most alike first."""
    errors = has_errors(wrong)
    listed = [] if errors else [_candidate(question, one) for one in found]
    named = (breach.path.rpartition("/")[2] for breach in wrong if has_errors([breach]))
    return SupplierQueryResult(
        message_id=question.message_id,
        sez_code=question.sez_code,
        environment=context.environment,
        result=QueryOutcome.SUPPLEMENT_REQUIRED if errors else QueryOutcome.CANDIDATES,
        missing_fields=tuple(dict.fromkeys(named)),
        findings=tuple(map(word, wrong)),
        candidates=tuple(sorted(listed, key=lambda one: (-one.match_score, one.registry_id))),
        answered_at=to_astana(context.clock()),
    )


def _candidate(question: SupplierQuery, row: SupplierRow) -> Candidate:
    """A supplier as the list shows it: nothing of persons."""
    abroad = None
    if row.country is not None and row.foreign_number is not None:
        abroad = ForeignId(country=row.country, number=row.foreign_number)
    name = LocalizedText(kk=row.name_kk, ru=row.name_ru, en=row.name_en)
    return Candidate(
        registry_id=row.registry_id,
        match_score=matching.score(question, name),
        card_hash=row.card_hash,
        kind=row.kind,
        bin=row.bin,
        iin=row.iin,
        foreign_id=abroad,
        name=name,
        kato=row.kato,
        opf=row.opf,
        status=row.standing,
    )


def _offered(row: SupplierRow) -> OfferedCard:
    return OfferedCard(registry_id=row.registry_id, card_hash=row.card_hash, number=row.number)

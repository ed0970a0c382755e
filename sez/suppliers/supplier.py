"""A supplier in the SEZ: what the Registry knows of it is asked first, then its card is signed.

(S216-A2.4, S216-A3.1j-l)
"""

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from sez.records import chain
from sez.records.version import Draft, Publish, WithdrawVersion
from sez.suppliers.events import (
    AskAbout,
    ChooseCard,
    SupplierAnswered,
    SupplierChosen,
    SupplierDrafted,
    SupplierQueried,
    SupplierRegistered,
    SupplierRemoved,
    SupplierUpdated,
    SupplierVersionWithdrawn,
    TakeAnswer,
)
from sez.suppliers.states import (
    ActiveCard,
    CardToSupplement,
    CardWithCandidates,
    NewCard,
    NoSupplier,
    QueriedCard,
    RemovedCard,
    SelectedCard,
    State,
    UnsignedCard,
)
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event
from shared_contracts.messages.document import Deletion, Operation
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.messages.supplier_query import QueryOutcome, SupplierQueryResult

Command: TypeAlias = (
    Draft[SupplierCard] | AskAbout | TakeAnswer | ChooseCard | Publish | WithdrawVersion[State]
)
"""What can be asked of a supplier."""

NONE = UUID(int=0)
"""The identifier of no card."""

# Decide


def decide(supplier: State, command: Command) -> Sequence[Event]:
    """Say what happens when ``command`` meets ``supplier``; ``RefusedByRule`` where it cannot."""
    match supplier, command:
        case ((NoSupplier() | UnsignedCard()), Draft(object_id, document, at)):
            return [SupplierDrafted(object_id=object_id, drafted_at=at, document=document)]
        case UnsignedCard(), AskAbout() | TakeAnswer() | ChooseCard():
            return [_asked(supplier, command)]
        case ((NoSupplier() | NewCard() | SelectedCard() | ActiveCard()), Publish()) if (
            chain.follows(supplier, command)
        ):
            return [_published(supplier, command)]
        case _, WithdrawVersion() if chain.reaches(supplier, command):
            return [SupplierVersionWithdrawn(**chain.withdrawal_fields(command))]
        case _:
            raise _refused(supplier, command)


def _asked(supplier: UnsignedCard, command: AskAbout | TakeAnswer | ChooseCard) -> Event:
    """Scheme 4 step by step: a question, its answer, a choice from the list."""
    match supplier, command:
        case _, AskAbout(object_id, query, sha256, at):
            return SupplierQueried(
                object_id=object_id, query=query, query_sha256=sha256, asked_at=at
            )
        case QueriedCard(query=query), TakeAnswer(object_id, answer, sha256, at) if (
            answer.message_id == query.message_id
        ):
            return SupplierAnswered(
                object_id=object_id, answer=answer, answer_sha256=sha256, received_at=at
            )
        case CardWithCandidates(candidates=listed), ChooseCard(object_id, chosen, by, at):
            card_hash = {one.registry_id: one.card_hash for one in listed}.get(chosen or NONE)
            if chosen is not None and card_hash is None:
                raise RefusedByRule(f"{chosen} is not in the list to choose from")
            return SupplierChosen(
                object_id=object_id,
                query_id=supplier.query_id,
                registry_id=chosen,
                card_hash=card_hash,
                chosen_by=by,
                chosen_at=at,
            )
        case _:
            raise _refused(supplier, command)


def _published(supplier: State, command: Publish) -> Event:
    match supplier, command.document, command.document.act.operation:
        case (
            (NoSupplier() | NewCard() | SelectedCard()),
            SupplierCard() as document,
            Operation.CREATE,
        ):
            return SupplierRegistered(**chain.version_fields(command), document=document)
        case ActiveCard(), SupplierCard() as document, Operation.UPDATE:
            return SupplierUpdated(**chain.version_fields(command), document=document)
        case ActiveCard(), Deletion() as document, Operation.DELETE:
            return SupplierRemoved(**chain.version_fields(command), document=document)
        case _:
            raise _refused(supplier, command)


def _refused(supplier: State | UnsignedCard, command: Command) -> RefusedByRule:
    words = {
        Draft: "a draft",
        AskAbout: "a question to the Registry",
        TakeAnswer: "this answer of the Registry",
        ChooseCard: "a choice from the Registry's list",
        WithdrawVersion: "this withdrawal",
        Publish: "this version",
    }
    status = supplier.status.lower().replace("_", " ")
    return RefusedByRule(f"a supplier that is {status} does not take {words[type(command)]}")


# Evolve


def evolve(supplier: State, event: Event) -> State:
    """What a supplier is after ``event``."""
    match supplier, event:
        case ((NoSupplier() | UnsignedCard()), SupplierDrafted(document=document)):
            return NewCard(document=document)
        case _, SupplierVersionWithdrawn(back_to=before):
            return before
        case _, SupplierRegistered(document=card) | SupplierUpdated(document=card):
            return ActiveCard(**chain.state_fields(event), card=card)
        case ActiveCard(), SupplierRemoved():
            return RemovedCard(**chain.state_fields(event), card=supplier.card)
        case UnsignedCard(), SupplierQueried() | SupplierAnswered() | SupplierChosen():
            return _advanced(supplier, event)
        case _:
            return supplier


def _advanced(
    supplier: UnsignedCard, event: SupplierQueried | SupplierAnswered | SupplierChosen
) -> State:
    """Where scheme 4 stands after one of its steps."""
    match event:
        case SupplierQueried(query=query):
            return QueriedCard(document=supplier.document, query=query)
        case SupplierAnswered(answer=answer):
            return _answered(supplier.document, answer)
        case SupplierChosen(query_id=query_id, registry_id=registry_id, card_hash=card_hash):
            return SelectedCard(
                document=supplier.document,
                query_id=query_id,
                registry_id=registry_id,
                card_hash=card_hash,
            )


def _answered(card: SupplierCard, answer: SupplierQueryResult) -> State:
    if answer.result is QueryOutcome.CANDIDATES:
        asked, listed = answer.message_id, answer.candidates
        return CardWithCandidates(document=card, query_id=asked, candidates=listed)
    return CardToSupplement(document=card, missing=answer.missing_fields, findings=answer.findings)

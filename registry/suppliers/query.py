"""A query on suppliers and its answer, to which a later choice is held (S216-A2.4.1-6)."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.event_log.state import ObjectState
from shared_contracts.messages.supplier_query import QueryOutcome


class OfferedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was offered for choice, under the hash it then had."""

    registry_id: UUID
    card_hash: str
    number: str


@topic("supplier-query-answered.1")
class SupplierQueryAnswered(Event, frozen=True, kw_only=True):
    """A query of a proven system was answered (S216-A2.4.3, S216-A2.4.5).

    ``query_hash`` is SHA-256 over the exclusive C14N of the signed query: that is kept beside it.
    """

    environment: str
    sez_code: str
    message_id: UUID
    query_hash: str
    answer_sha256: str
    result: QueryOutcome
    offered: tuple[OfferedCard, ...] = ()
    answered_at: datetime


class UnseenQuery(ObjectState, frozen=True, tag="UNSEEN"):
    """No such query came."""


class AnsweredQuery(ObjectState, frozen=True, kw_only=True, tag="ANSWERED"):
    """The query was answered, with a list or without."""

    query_hash: str
    answer_sha256: str
    result: QueryOutcome
    answered_at: datetime
    offered: tuple[OfferedCard, ...] = ()


State = UnseenQuery | AnsweredQuery


def evolve(query: State, event: Event) -> State:
    """What a query is after ``event``."""
    match event:
        case SupplierQueryAnswered():
            return AnsweredQuery(
                query_hash=event.query_hash,
                answer_sha256=event.answer_sha256,
                result=event.result,
                answered_at=event.answered_at,
                offered=event.offered,
            )
        case _:
            return query


def answer_named(event: Event) -> str | None:
    """The SHA-256 of the answer beside an event."""
    return event.answer_sha256 if isinstance(event, SupplierQueryAnswered) else None


QUERY: ObjectKind[State] = ObjectKind("SUPPLIER_QUERY", UnseenQuery(), evolve, State)
"""Queries on suppliers, by their messageId."""

"""A customer to whom the purchasing rules do not apply, and when (the Code, 131(7), 179(7)).

The law names whom it excludes; the Registry's keeper enters who that is, on what ground and since
which day, and ends it. The history of entries stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

import msgspec

from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.decider import ObjectKind
from shared_contracts.event_log.event import Event, topic
from shared_contracts.messages.document import Environment

NAMESPACE = UUID("3d0f1a52-5c53-5b0f-8f0e-6a3f0a9c2b11")
"""Namespace in which a customer's number becomes the id of its record."""
MOST = 100
"""Most times a customer may be entered."""
DAY = timedelta(days=1)


def exclusion_id(number: str) -> UUID:
    """The id under which the exclusions of the customer with this BIN or IIN are kept."""
    return uuid5(NAMESPACE, number)


class ExclusionGround(StrEnum):
    """Why the purchasing rules do not apply to a customer."""

    STATE_PROCUREMENT = "STATE_PROCUREMENT"
    """It buys under the law on public procurement (131(7)1, 179(7)1)."""

    NATIONAL_HOLDING = "NATIONAL_HOLDING"
    """The national managing holding holds half of it or more (131(7)2, 179(7)2)."""

    COMPLEX_PROJECT = "COMPLEX_PROJECT"
    """Complex projects follow a procedure of their own (131(8))."""

    PRODUCTION_SHARING = "PRODUCTION_SHARING"
    """A production-sharing agreement has a procedure of its own (278(30))."""


# What can happen


class ExclusionEvent(Event, frozen=True, kw_only=True):
    """What happened to the entries of a customer, named by BIN or IIN."""

    environment: Environment
    number: str

    @property
    def customer_id(self) -> UUID:
        """The id under which the customer's exclusions are kept."""
        return exclusion_id(self.number)


@topic("exclusion-entered.1")
class ExclusionEntered(ExclusionEvent, frozen=True, kw_only=True):
    """A customer was entered from ``since`` to ``until``, both included, or without an end.

    ``basis`` is the paper on which it rests, in words.
    """

    ground: ExclusionGround
    since: date
    until: date | None = None
    basis: str
    entered_at: datetime


@topic("exclusion-ended.1")
class ExclusionEnded(ExclusionEvent, frozen=True, kw_only=True):
    """The last day of a customer's newest entry was set; before its first day: it never held."""

    until: date
    reason: str
    ended_at: datetime


# What can be asked


@dataclass(frozen=True, slots=True)
class EnterExclusion:
    """Enter a customer."""

    fact: ExclusionEntered


@dataclass(frozen=True, slots=True)
class EndExclusion:
    """Set the last day of the newest entry."""

    fact: ExclusionEnded


Command = EnterExclusion | EndExclusion


# What it is meanwhile


class ExclusionPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """When and why the rules do not apply; ``until`` is the last day, None where none is set."""

    ground: ExclusionGround
    since: date
    until: date | None = None
    basis: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]

    @property
    def last(self) -> date:
        """The last day, or the end of days where none is set."""
        return date.max if self.until is None else self.until

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day <= self.last


class ExcludedCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer with all its entries, as they were made; none for one never entered.

    Those that hold or held are in the order of their days.
    """

    number: str = ""
    periods: tuple[ExclusionPeriod, ...] = ()

    def is_excluded(self, day: date) -> bool:
        """Whether the rules do not apply to the customer on a day."""
        return any(period.holds(day) for period in self.periods)

    @property
    def newest(self) -> int | None:
        """Which entry is the newest but for those made in error; None where there is no such."""
        held = (at for at, one in enumerate(self.periods) if one.since <= one.last)
        return max(held, default=None)


def decide(customer: ExcludedCustomer, command: Command) -> Sequence[Event]:
    """What follows from a command; ``RefusedByRule`` where it contradicts what is entered."""
    newest = customer.newest
    last = None if newest is None else customer.periods[newest]
    match command:
        case EnterExclusion(fact=entered):
            _ensure_new(entered, last, len(customer.periods))
            return [entered]
        case EndExclusion(fact=ended):
            _ensure_ends(ended, last)
            return [ended]


def evolve(customer: ExcludedCustomer, event: Event) -> ExcludedCustomer:
    """What is known of the customer after ``event``."""
    match event:
        case ExclusionEntered():
            period = ExclusionPeriod(
                ground=event.ground, since=event.since, until=event.until, basis=event.basis
            )
            return ExcludedCustomer(number=event.number, periods=(*customer.periods, period))
        case ExclusionEnded():
            periods, newest = list(customer.periods), customer.newest or 0
            periods[newest] = msgspec.structs.replace(periods[newest], until=event.until)
            return ExcludedCustomer(number=customer.number, periods=tuple(periods))
        case _:
            return customer


def _ensure_new(entered: ExclusionEntered, last: ExclusionPeriod | None, count: int) -> None:
    if entered.until is not None and entered.until < entered.since:
        raise RefusedByRule(
            f"until: {entered.until} is before since: {entered.since}; give a later last day"
        )
    if count >= MOST:
        raise RefusedByRule(f"{entered.number} was entered {MOST} times; no more are kept")
    if last is None:
        return
    if last.until is None:
        raise RefusedByRule(
            f"{entered.number} is excluded since {last.since} without an end; end that first"
        )
    if entered.since <= last.until:
        raise RefusedByRule(
            f"since: {entered.since} is not after {last.until}, the last day of the entry before"
        )


def _ensure_ends(ended: ExclusionEnded, last: ExclusionPeriod | None) -> None:
    if last is None:
        raise RefusedByRule(f"{ended.number} has no entry that holds: there is nothing to end")
    if ended.until < last.since - DAY:
        raise RefusedByRule(
            f"until: {ended.until} is too early; the entry begins on {last.since}, and one made in"
            " error ends on the day before"
        )
    if last.until is not None and ended.until >= last.until:
        raise RefusedByRule(
            f"until: the entry of {ended.number} ends on {last.until} already; give an earlier day"
        )


EXCLUSION: ObjectKind[ExcludedCustomer] = ObjectKind(
    "EXCLUSION", ExcludedCustomer(), evolve, ExcludedCustomer
)
"""Excluded customers, by an id made from their number."""

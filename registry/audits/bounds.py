"""How much one audit may obtain before a person is asked (S216-12b, reading R131)."""

from datetime import datetime, timedelta

import msgspec

from registry.audits.states import RunningAudit
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.errors import NeedsPerson

PAGES = 100_000
"""Most pages of one content; a log that gives more is not obtained without a person."""

WITHOUT = 1200
"""Most answers in a row without a node: of a SEZ that only says that it is still calculating."""

OCTETS = 4 * 1024**3
"""Most bytes of requests and answers of an audit, since it was ordered or resumed."""

LONGEST = timedelta(hours=72)
"""Longest time of an audit, since it was ordered or resumed."""


class BoundReached(NeedsPerson):
    """An audit obtained as much, or went on as long, as it may without a person."""


def ensure_ends(audit: RunningAudit, now: datetime) -> None:
    """Raise what says why an audit does not go on: a bound that an honest SEZ does not reach.

    ``BoundReached`` for bytes and time of the whole audit, ``NotTheCounterpart`` for one content.
    """
    _ensure_bounded(audit, now)
    reached = audit.obtained[-1] if audit.obtained else None
    if reached is None or not reached.more:
        return
    if reached.pages >= PAGES:
        raise NotTheCounterpart(f"{PAGES} pages did not reach the end")
    if reached.without >= WITHOUT:
        raise NotTheCounterpart(f"{WITHOUT} answers in a row told no node that was asked for")


def _ensure_bounded(audit: RunningAudit, now: datetime) -> None:
    octets = 0 if isinstance(audit.octets, msgspec.UnsetType) else audit.octets
    resumed = audit.resumed_at
    since = audit.ordered_at if isinstance(resumed, msgspec.UnsetType) else resumed
    reached = [
        *([f"{octets} bytes, at most {OCTETS}"] if octets >= OCTETS else ()),
        *([f"since {since.isoformat()}, at most {LONGEST}"] if now - since >= LONGEST else ()),
    ]
    if reached:
        raise BoundReached(
            f"the audit obtained {'; '.join(reached)}: let it go on for as much again with "
            "`registry audits resume`, or end it with `registry audits end`"
        )

"""Codes of classifiers in a document, judged by the copy of this SEZ before it is signed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from sez.records.version import VersionSigned
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.log import EventLog
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules.codes import Codes, WrittenCode, not_in_force
from shared_contracts.rules.rule import day_of


class KnownCodes(Protocol):
    """The classifiers by which codes are judged before they are signed (S216-17)."""

    def at_hand(self) -> Codes | None:
        """What is known; None if that is not enough to refuse by."""

    def anew(self) -> Codes | None:
        """What the Registry has now; None if it cannot be asked."""


def codes_in(document: Amendable) -> Iterator[WrittenCode]:
    """The codes of classifiers in a document, and where they stand."""
    return (WrittenCode(*one) for one in kind_of(document).codes(document))


def unknown_codes(
    known: KnownCodes | None,
    log: EventLog,
    written: Iterable[WrittenCode],
    before: AggregateState[Any],
    at: datetime,
) -> list[Breach]:
    """Codes in a document that the Registry would refuse, as far as the copy of them is fresh.

    Before a code is refused the copy is compared anew: the Registry may have got it meanwhile.
    """
    codes = known.at_hand() if known is not None else None
    written = list(written)
    if known is None or codes is None or not [*not_in_force(codes, written, (day_of(at),))]:
        return []
    history = log.events(before.originator_id) if before.version else ()
    signed = (day_of(one.formed_at) for one in history if isinstance(one, VersionSigned))
    days, anew = (day_of(at), *islice(signed, 1)), known.anew()
    found = not_in_force(anew, written, days) if anew is not None else ()
    return [Breach("F-CLF-1", *one) for one in found]

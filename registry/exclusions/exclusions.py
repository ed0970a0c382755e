"""The list of excluded customers in memory, kept in step with the log by its one writer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import nsmallest

import msgspec

from registry.exclusions.exclusion import (
    EXCLUSION,
    Command,
    EndExclusion,
    EnterExclusion,
    ExcludedCustomer,
    ExclusionEnded,
    ExclusionEntered,
    ExclusionPeriod,
    decide,
    exclusion_id,
)
from shared_contracts.errors import BadInput
from shared_contracts.event_log.decider import current_state
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import is_bin, is_iin, uuid7
from shared_contracts.messages.document import Environment

_ENTRIES = (
    "SELECT state FROM log.heads WHERE environment = %s AND sez_code = '' AND kind = %s"
    " ORDER BY object_id"
)


@dataclass(slots=True)
class Exclusions:
    """Whom the purchasing rules leave out in this environment, by BIN or IIN."""

    log: EventLog
    environment: Environment
    clock: Callable[[], datetime]
    known: dict[str, ExcludedCustomer] = field(default_factory=dict)

    def load(self) -> None:
        """Read what was entered before the process began."""
        rows = self.log.recorder.select(_ENTRIES, (self.environment, EXCLUSION.name))
        states = (msgspec.json.decode(row[0], type=ExcludedCustomer) for row in rows)
        self.known = {one.number: one for one in states}

    def among(self, numbers: Collection[str]) -> Mapping[str, ExcludedCustomer]:
        """Those of ``numbers`` who were ever entered."""
        known = self.known
        return {one: known[one] for one in numbers if one in known} if known else {}

    def page(self, after: str, limit: int) -> list[ExcludedCustomer]:
        """Those who were ever entered, by number, ``after`` one, at most ``limit``."""
        numbers = nsmallest(limit, (one for one in list(self.known) if one > after))
        return [self.known[one] for one in numbers]

    def enter(self, number: str, period: ExclusionPeriod) -> ExcludedCustomer:
        """Enter a customer (``BadInput``, ``RefusedByRule``); it counts once it is in the log."""
        if not (is_bin(number) or is_iin(number)):
            raise BadInput(f"number: {number!r} is no BIN or IIN with a right control digit")
        told = msgspec.structs.asdict(period)
        at = self.clock()
        fact = ExclusionEntered(environment=self.environment, number=number, entered_at=at, **told)
        return self._decided(number, EnterExclusion(fact))

    def end(self, number: str, until: date, reason: str) -> ExcludedCustomer:
        """Set the last day of a customer's newest entry (``RefusedByRule``)."""
        fact = ExclusionEnded(
            environment=self.environment,
            number=number,
            until=until,
            reason=reason,
            ended_at=self.clock(),
        )
        return self._decided(number, EndExclusion(fact))

    def _decided(self, number: str, command: Command) -> ExcludedCustomer:
        key = HeadKey(self.environment, "", EXCLUSION.name, exclusion_id(number))
        with self.log.locks([key]):
            at = current_state(EXCLUSION, key, self.log.heads([key]).get(key), uuid7)
            events = decide(at.state, command)
            after = at.after(events)
            self.log.append(Commit(at.facts(events), (after.head(),)))
            self.known[number] = after.state
        return after.state

"""A random history between two processes: what is asked of the SEZ, what is sent past it."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from typing_extensions import override

from sez.kinds import KINDS
from sez.records.owner import Owner
from sez.soap.client import RemoteFault
from shared_contracts.astana_time import now
from shared_contracts.errors import RefusedByRule
from shared_contracts.http.remote import RemoteError
from shared_contracts.messages.document import Amendable, Deletion, Environment
from shared_contracts.messages.purchase import PURCHASE
from shared_contracts.messages.receipt import Result
from tests.histories import outcome
from tests.histories.asked import ask
from tests.histories.history import History, Step, errors, hands, same_refusal
from tests.histories.past_the_sez import PastTheSez
from tests.journeys.stand import Stand, until
from tests.samples import SEZ_CODE

LISTED = """SELECT NOT EXISTS (SELECT 1 FROM views.tracking AS t, log.tail AS l
    WHERE t.position < l.position)"""


@dataclass
class Processes(History):
    """A history of which a SEZ and a Registry, each a process, hold the objects.

    ``conditions`` are those that the SEZ was given: new objects are announced under them. Its
    clock, set right by the Registry's, is so much ``ahead`` of that of the test, or behind.
    """

    stand: Stand = field(kw_only=True)
    past: PastTheSez = field(kw_only=True)
    sez_store: outcome.Connection = field(kw_only=True)
    registry_store: outcome.Connection = field(kw_only=True)
    conditions: int = 1
    ahead: timedelta = timedelta(0)
    here: outcome.Heads = field(default_factory=dict)
    passed_by: Counter[str] = field(default_factory=Counter)

    # What is there

    @property
    @override
    def now(self) -> datetime:
        return now() + self.ahead

    @override
    def state(self, object_type: str, object_id: UUID) -> Any:
        initial = KINDS[object_type].objects.initial
        return self.here.get((object_type, object_id), initial)

    def look(self) -> outcome.Heads:
        """Read where everything stands in the SEZ."""
        self.here = outcome.ours(self.sez_store)
        return self.here

    def waiting(self) -> list[dict[str, Any]]:
        """What the Registry has not accepted; by the answer the SEZ's clock is known anew."""
        told = self.stand.sez.get("/api/v1/outbox")
        self.ahead = datetime.fromisoformat(told["at"]) - now()
        found: list[dict[str, Any]] = told["unsynchronised"]
        return found

    def settle(self) -> None:
        """Wait until the Registry has answered everything, and has refused nothing."""

        def settled() -> bool | None:
            waiting = self.waiting()
            refused = [one for one in waiting if one["state"] == "REFUSED"]
            assert not refused, refused
            return None if waiting else True

        until(settled)

    # What is done

    def announce_first(self) -> None:
        """Have an example announced: both sides then have the files of all examples."""
        made = self.stand.sez.post("/api/v1/examples/tenders", {"example": "announcement"})
        first = UUID(made["object_id"])
        self.purchases.append(first)
        self.objects[first] = PURCHASE

    def take(self, step: Step) -> None:
        """Ask the SEZ; what it refuses is sent past it too where nothing is under way."""
        quiet = self.chance.random() < QUIET
        if quiet:
            self.settle()
        before = self.look()
        try:
            document = self._made(step)
        except RefusedByRule:
            return
        at = self.now
        try:
            object_id = self._offer(document)
        except RemoteError as refusal:
            told = str(refusal)
            assert "HTTP 409" in told or "HTTP 422" in told, (step.name, told)
            rules = {one["rule_id"] for one in refusal.findings}
            assert ("HTTP 422" in told) is bool(rules), (step.name, told)
            if quiet:
                at = self._after() if OVERTAKEN in rules else at
                self._refused_by_both(step, document, at, rules)
            assert self.look() == before, step.name
            self.refused[step.name] += 1
            return
        self.taken[step.name] += 1
        self._keep(step, object_id, document)

    def _after(self) -> datetime:
        """A moment after all that the SEZ has done: by it a time that came meanwhile has come."""
        self.waiting()
        return self.now

    def _made(self, step: Step) -> Amendable:
        owner = Owner(Environment.STAND, SEZ_CODE, self.conditions)
        return step.make(owner, step.object_id, self.state(step.object_type, step.object_id))

    def _offer(self, document: Amendable) -> UUID:
        """Have the SEZ form a version; now and then it takes one that persons signed elsewhere."""
        if hands(document.act.object_type) and self.chance.random() < SIGNED_ELSEWHERE:
            self.stand.sez.post_bytes("/api/v1/documents", self.past.sign(document))
            return document.act.object_id
        return ask(self.stand.sez, document)

    def break_the_chain(self, step: Step) -> None:
        """Sign the version a step makes after another one than the last: nobody takes it."""
        self.settle()
        before = self.look()
        try:
            document = self._made(step)
        except RefusedByRule:
            return
        if document.act.version == 1 or not hands(document.act.object_type):
            return
        document = replace(document, act=replace(document.act, previous_hash="0" * 64))
        there = outcome.theirs(self.registry_store)
        with pytest.raises(RemoteError, match=r"HTTP 4(09|22)"):
            self.stand.sez.post_bytes("/api/v1/documents", self.past.sign(document))
        assert "F-HDR-1" in errors(self.past.send(document, self.now).findings), step.name
        assert (self.look(), outcome.theirs(self.registry_store)) == (before, there), step.name
        self.passed_by["broken chain"] += 1

    def _keep(self, step: Step, object_id: UUID, document: Amendable) -> None:
        self.objects[object_id] = step.object_type
        if step.object_type == PURCHASE and object_id not in self.purchases:
            self.purchases.append(object_id)
        if not isinstance(document, Deletion):
            self.documents[object_id] = document

    def _refused_by_both(
        self, step: Step, document: Amendable, at: datetime, rules: set[str]
    ) -> None:
        before = outcome.theirs(self.registry_store)
        try:
            receipt = self.past.send(document, at)
        except RemoteFault as fault:
            raise AssertionError((step.name, rules, str(fault))) from fault
        assert receipt.result is Result.REFUSED, (step.name, rules, document)
        same_refusal(step.name, rules, errors(receipt.findings))
        assert outcome.theirs(self.registry_store) == before, step.name
        self.passed_by[step.name] += 1

    # What is in the end

    def told(self) -> dict[str, dict[str, int]]:
        """What was taken, refused by the SEZ, and refused when it was sent past it."""
        figures = (self.taken, self.refused, self.passed_by)
        names = ("taken", "refused", "sent past the SEZ")
        return {name: dict(sorted(one.items())) for name, one in zip(names, figures, strict=True)}

    def equal(self) -> None:
        """Every object is the same on both sides; what is listed has come as far as the log."""
        here, there = self.look(), outcome.theirs(self.registry_store)
        assert list(outcome.differences(here, there)) == []
        for store in (self.registry_store, self.sez_store):
            until(partial(_listed, store))

    def wait_for_the_end(self) -> None:
        """Wait until bidding has ended for those that take bids for seconds only."""
        self.look()
        while self.now <= self.last_end():
            time.sleep(0.05)


SIGNED_ELSEWHERE = 0.2
"""How often persons sign elsewhere, and the SEZ takes the bytes."""

OVERTAKEN = "F-PUR-20"
"""The rule by which an announcement is refused whose bidding ended before it was formed."""

QUIET = 0.6
"""How often a step is taken while nothing is on its way: only then what the SEZ refuses is sent."""


def _listed(store: outcome.Connection) -> bool | None:
    [(listed,)] = store.execute(LISTED).fetchall()
    return listed or None

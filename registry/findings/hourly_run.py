"""The hourly run: what came from every system is looked over, and what is found is kept and told.

The run, what it found and the notices of it are one transaction: a process that ends in between
has found nothing, and the next run begins where the last one ended (S95-15.3, S216-18.2).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from registry.findings import listing
from registry.findings.finding import (
    FINDING,
    NAMED,
    RUN_NAMES,
    FindingKind,
    KnownFinding,
    Seen,
    State,
    TellMeasure,
    decide,
    finding_id,
    named,
)
from registry.findings.runs import RUNS, RUNS_ID, HourlyRunDone, Runs
from registry.findings.wording import about
from registry.messages.listing import missing, missing_count
from registry.messages.message import PackageRefused
from registry.notices.forming import FormedNotices, NoticeDesk
from registry.records.listing import Works
from shared_contracts.event_log.decider import AggregateState, load
from shared_contracts.event_log.log import EventLog, HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7
from shared_contracts.process import health
from shared_contracts.process.duties import Duty, every
from shared_contracts.rules.hour import hour, is_excused


@dataclass(frozen=True, slots=True)
class Span:
    """What a run looks at: what was recorded after one position up to another, as of a moment."""

    after: int
    until: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StandingFinding:
    """A finding as it stands, and its stream of events up to that."""

    originator_id: UUID
    version: int
    finding: KnownFinding


@dataclass(frozen=True, slots=True)
class HourlyRun:
    """Looks over what came from the systems of the register; safe for all threads.

    ``catch_up`` brings the views up to date, ``works`` are those that excuse a system; after
    ``protocol_days`` a purchase wants the protocol of its stage.
    """

    desk: NoticeDesk
    works: Works
    catch_up: Callable[[], object]
    protocol_days: int

    @property
    def log(self) -> EventLog:
        """The event log."""
        return self.desk.log

    def run(self) -> Runs:
        """Look over everything once; where the runs stand afterwards."""
        runs = HeadKey(self.desk.environment, "", RUNS.name, RUNS_ID)
        keys = {key: (key.sez_code, kind) for key, kind in self._keys()}
        with self.log.locks([runs, *keys]):
            self.catch_up()
            before = load(self.log, RUNS, [runs], uuid7)[runs]
            span = Span(before.state.position, self.log.last_position(), self.desk.clock())
            found = load(self.log, FINDING, keys, uuid7)
            seen = self._seen({code for code, _ in keys.values()}, span)
            changes = [self._change(found[key], *of, seen[of]) for key, of in keys.items()]
            done = HourlyRunDone(
                object_id=RUNS_ID,
                position=span.until,
                systems=len(keys) // len(FindingKind),
                open_findings=sum(is_open(one.after.state) for one in changes),
                done_at=span.at,
            )
            after = before.after([done])
            commit = Commit(before.facts([done]), (after.head(),))
            for one in changes:
                commit = commit if one.commit is None else commit.beside(one.commit)
            self.log.append(commit)
        for one in changes:
            if one.notices is not None:
                one.notices.committed()
        return after.state

    def tell(self, sez_code: str, kind: FindingKind, told: TellMeasure) -> State:
        """Record cause and measure of a finding (``RefusedByRule`` where there is none)."""
        key = self.key(sez_code, kind)
        with self.log.locks([key]):
            at = load(self.log, FINDING, [key], uuid7)[key]
            events = decide((key.object_id, sez_code, kind), at.state, told)
            after = at.after(events)
            self.log.append(Commit(at.facts(events), (after.head(),)))
        return after.state

    def key(self, sez_code: str, kind: FindingKind) -> HeadKey:
        """The key of the findings of a kind about a system."""
        environment = self.desk.environment
        id_ = finding_id(environment, sez_code, kind)
        return HeadKey(environment, sez_code, FINDING.name, id_)

    def found(self, codes: Iterable[str]) -> list[StandingFinding]:
        """The findings about these systems, of every kind that was ever found."""
        keys = [self.key(code, kind) for code in sorted(codes) for kind in FindingKind]
        states = load(self.log, FINDING, keys, uuid7).values()
        return [
            StandingFinding(at.originator_id, at.version, at.state)
            for at in states
            if isinstance(at.state, KnownFinding)
        ]

    def duty(self) -> Duty:
        """The run of each hour, and one when the process begins."""
        return every("hourly run", hour(self.desk.clock()).total_seconds(), self.run)

    def gauge(self) -> health.Gauge:
        """How many findings are open, by kind."""

        def by_kind() -> Mapping[str, float]:
            states = (at.finding for at in self.found(self.desk.systems()))
            counted = Counter(one.kind for one in states if one.open)
            return {kind.value: float(counted[kind]) for kind in FindingKind}

        told = "Findings about systems that have not ended, by kind"
        return health.Gauge("registry_findings_open", told, by_kind, "kind")

    def _keys(self) -> Iterator[tuple[HeadKey, FindingKind]]:
        for code in sorted(self.desk.systems()):
            for kind in FindingKind:
                yield self.key(code, kind), kind

    def _change(
        self, at: AggregateState[State], sez_code: str, kind: FindingKind, seen: Seen
    ) -> "Change":
        events = decide((at.key.object_id, sez_code, kind), at.state, seen)
        after = at.after(events)
        if not events:
            return Change(after, None, None)
        commit, notices = Commit(at.facts(events), (after.head(),)), None
        if names := named(events):
            notices = self.desk.about(sez_code, about(kind, names, seen.count))
            commit = commit.beside(notices.commit)
        return Change(after, commit, notices)

    def _seen(self, codes: Collection[str], span: Span) -> Mapping[tuple[str, FindingKind], Seen]:
        rewritten = _by_system(listing.rewritten(self.log, span.after, span.until), span.at)
        seen = {}
        for code in codes:
            seen[code, FindingKind.MISSING_NUMBERS] = self._missing(code, span.at)
            seen[code, FindingKind.LATE_RECORDS] = self._late(code, span)
            seen[code, FindingKind.STAGE_PASSED] = self._passed(code, span.at)
            seen[code, FindingKind.REWRITTEN_HISTORY] = rewritten.get(code, Seen(at=span.at))
        return seen

    def _missing(self, code: str, at: datetime) -> Seen:
        gaps = missing(self.log, code, at - hour(at))
        spans = [
            str(one.first) if one.first == one.last else f"{one.first}-{one.last}" for one in gaps
        ]
        count = missing_count(self.log, code, at - hour(at))
        return Seen(names=tuple(spans[:NAMED]), count=count, at=at)

    def _late(self, code: str, span: Span) -> Seen:
        works, count = self.works(code), 0
        names: list[str] = []
        for one in listing.late(self.log, code, span.after, span.until):
            if not is_excused(one.formed_at, one.received_at, works):
                count += 1
                if len(names) < RUN_NAMES:
                    names.append(f"{one.registry_id}/{one.version}")
        return Seen(names=tuple(names), count=count, at=span.at)

    def _passed(self, code: str, at: datetime) -> Seen:
        terms = (at - hour(at), at - timedelta(days=self.protocol_days))
        rows = listing.passed(self.log, self.desk.environment, code, *terms)
        names = tuple(islice((_lacking(one) for one in rows), NAMED))
        return Seen(names=names, count=rows[0].all if rows else 0, at=at)


@dataclass(frozen=True, slots=True)
class Change:
    """Where a finding stands after a run, what is to be recorded of it, and who is told."""

    after: AggregateState[State]
    commit: Commit | None
    notices: FormedNotices | None


def is_open(state: State) -> bool:
    """Whether a finding has not ended."""
    return isinstance(state, KnownFinding) and state.open


def _lacking(one: listing.PassedStage) -> str:
    if one.without_list:
        return f"{one.purchase_code} BID_LIST"
    protocol = "REVIEW_PROTOCOL" if one.status == "ANNOUNCED" else "RESULTS_PROTOCOL"
    return f"{one.purchase_code} {protocol}"


def _by_system(refused: Iterable[PackageRefused], at: datetime) -> Mapping[str, Seen]:
    names: dict[str, list[str]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for one in refused:
        counts[one.sez_code] += 1
        if len(names[one.sez_code]) < RUN_NAMES:
            rules = " ".join(sorted(listing.HISTORY.intersection(one.rules)))
            names[one.sez_code].append(f"{one.message_id} {rules}")
    return {
        code: Seen(names=tuple(names[code]), count=count, at=at) for code, count in counts.items()
    }

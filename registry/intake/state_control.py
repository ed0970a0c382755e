"""Step 4, second half: the documents against what is on record (S216-A2.1.4).

Records are judged in their order, each seeing those before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from registry.intake.steps import Judgeable, Proven
from registry.records.kind import AnyKind
from registry.records.record import RecordVersion
from registry.records.rules.facts import Codes, Facts, SendingSystem
from registry.records.rules.facts import RecordFacts as OnRecord
from shared_contracts.event_log.decider import AggregateState
from shared_contracts.event_log.event import Fact
from shared_contracts.event_log.log import HeadKey
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed, once
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of, values_at
from shared_contracts.messages.package import RecordHeader
from shared_contracts.rules.catalogue import stands_in_the_way
from shared_contracts.rules.hour import is_late

AnyStanding: TypeAlias = AggregateState[Any]
"""Where an object of any kind stands."""

Objects: TypeAlias = Mapping[HeadKey, AnyStanding]


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What is known beside the package: sender, arrival, objects on record, classifiers, kinds."""

    sender: SendingSystem
    first_received_at: datetime
    objects: Objects
    codes: Codes
    kinds: Mapping[str, AnyKind]


@dataclass(frozen=True, slots=True)
class Admissible:
    """Step 4 is passed: the facts to record, where each object stands after them, and warnings."""

    facts: tuple[Fact, ...]
    standings: tuple[AnyStanding, ...]
    warnings: tuple[Breach, ...]


def judge(judgeable: Judgeable, ground: KnownFacts) -> Admissible:
    """Hold every record against the record; ``Refused`` names all breaches of all records.

    ``Unprocessed(PREDECESSOR_MISSING)`` where an earlier version has not come yet.
    """
    bench = _Bench(judgeable, ground)
    for number, document in enumerate(judgeable.documents, 1):
        bench.take(number, document)
    if stands_in_the_way(bench.breaches):
        raise Refused(*once(bench.breaches))
    standings = tuple(bench.standings[key] for key in dict.fromkeys(bench.touched))
    return Admissible(tuple(bench.facts), standings, tuple(once(bench.breaches)))


def object_key(sez_code: str, environment: str, header: RecordHeader) -> HeadKey:
    """The key under which an object is kept."""
    return HeadKey(environment, sez_code, header.object_type, header.object_id)


class _Bench:
    """The records judged so far: what they found, and where their objects stand meanwhile."""

    def __init__(self, judgeable: Judgeable, ground: KnownFacts) -> None:
        self.package = judgeable.genuine.whole.package
        self.received_at = judgeable.genuine.whole.received.at
        self.proven: Proven = judgeable.genuine.proven
        self.ground = ground
        self.breaches = list(judgeable.breaches)
        self.failed = {
            breach.record for breach in judgeable.breaches if stands_in_the_way((breach,))
        }
        self.standings = dict(ground.objects)
        self.spoilt: set[HeadKey] = set()
        self.touched: list[HeadKey] = []
        self.facts: list[Fact] = []

    def take(self, number: int, document: Amendable | None) -> None:
        """Judge one record; what follows a spoilt version of the same object is not judged."""
        header = self.package.records[number - 1].header
        key = object_key(self.proven.sez_code, self.package.environment, header)
        if document and key not in self.spoilt and not self._waits(number, document, key):
            found = self._examine(number, header, document, self.standings[key])
            self._tell(found, number)
            if number not in self.failed and not stands_in_the_way(found):
                self._decide(number, header, document, key)
                return
        self.spoilt.add(key)

    def _examine(
        self,
        number: int,
        header: RecordHeader,
        document: Amendable,
        standing: AnyStanding,
    ) -> Sequence[Breach]:
        facts: Facts[OnRecord, OnRecord] = Facts(
            sez_code=self.proven.sez_code,
            environment=self.package.environment,
            received_at=self.received_at,
            first_received_at=self.ground.first_received_at,
            sender=self.ground.sender,
            number=number,
            header=header,
            current=standing.state if standing.version else None,
            base=self._base(document),
            codes=self.ground.codes,
        )
        found: list[Breach] = self.ground.kinds[header.object_type].examine(document, facts)
        return found

    def _tell(self, found: Sequence[Breach], number: int) -> None:
        """Keep the breaches of a record; the hash on record takes the place of "some hash"."""
        told = {breach.path for breach in found if breach.rule == "F-HDR-1"}
        self.breaches = [
            one
            for one in self.breaches
            if one.record != number
            or one.path not in told
            or one.parameters.get("expected") != "LAST_HASH"
        ]
        self.breaches += found

    def _waits(self, number: int, document: Amendable, key: HeadKey) -> bool:
        """Whether a version before this one has still to come; what is refused waits for none."""
        header, last = self.package.records[number - 1].header, self.standings[key]
        version = last.state.version if last.version else 0
        if header.version <= version + 1 or header.version != document.act.version:
            return False
        if not stands_in_the_way(self.breaches):
            raise Unprocessed(Fault.PREDECESSOR_MISSING, f"record {number}", retry_after=5)
        return True

    def _base(self, document: Amendable) -> OnRecord | None:
        """The first object on record to which a document refers."""
        kind = kind_of(document)
        if not isinstance(document, kind.whole):
            return None
        for path, other in kind.refers_to:
            for object_id in values_at(document, path):
                found = self.standings.get(self._key(other, object_id))
                return found.state if found is not None and found.version else None
        return None

    def _key(self, object_type: str, object_id: UUID) -> HeadKey:
        return HeadKey(self.package.environment, self.proven.sez_code, object_type, object_id)

    def _decide(self, number: int, header: RecordHeader, document: Amendable, key: HeadKey) -> None:
        standing = self.standings[key]
        first = self.ground.first_received_at
        delivery = RecordVersion(
            registry_id=standing.originator_id,
            sez_code=self.proven.sez_code,
            message_id=self.package.message_id,
            record=number,
            header=header,
            document=document,
            received_at=first,
            late=is_late(header.formed_at, first),
        )
        try:
            events = self.ground.kinds[key.kind].decide(standing.state, delivery)
        except Refused as refused:
            self.breaches += refused.breaches
            self.spoilt.add(key)
            return
        self.facts += standing.facts(events)
        self.standings[key] = standing.after(events)
        self.touched.append(key)

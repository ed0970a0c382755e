"""Step 4, second half: each document against the state of its object (S216-A2.1.4).

Records are checked in their order; each is checked against the state after those before it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from registry.intake.known_facts import AnyState, KnownFacts, object_key
from registry.intake.steps import NotAccepted, NotPassed, Proven, ReadPackage
from registry.records.record import RecordVersion, VersionRecorded
from registry.records.rules.facts import Facts
from registry.records.rules.facts import RecordFacts as OnRecord
from shared_contracts.event_log.event import Event, Fact
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.writing.commit import Claim
from shared_contracts.faults import Breach, Fault, Refused, Unprocessed, once
from shared_contracts.large_documents.apart import Apart, apart_of, bare, is_kept_apart
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.kinds import kind_of
from shared_contracts.rules.catalogue import has_errors
from shared_contracts.rules.hour import is_late

PREDECESSOR_RETRY = 5
"""Seconds after which to send again a version that came before the one it follows."""


@dataclass(frozen=True, slots=True)
class Admissible:
    """Step 4 is passed: the facts to record, the state of each object after them, warnings.

    ``listings`` are what is kept of numbered parts beside the facts that name it, by SHA-256.
    """

    facts: tuple[Fact, ...]
    states: tuple[AnyState, ...]
    warnings: tuple[Breach, ...]
    claims: tuple[Claim, ...] = ()
    listings: Mapping[str, Apart] = field(default_factory=dict)


def check_state(read: ReadPackage, known: KnownFacts) -> Admissible | NotPassed:
    """Check every record against its object; ``NotAccepted`` names all breaches of all records.

    ``Unprocessed(PREDECESSOR_MISSING)`` where an earlier version has not come yet.
    """
    records = _RecordChecks(read, known)
    for number, document in enumerate(read.documents, 1):
        if missing := records.check(number, document):
            return missing
    breaches = tuple(once(records.breaches))
    if has_errors(breaches):
        return NotAccepted(breaches)
    states = tuple(records.states[key] for key in dict.fromkeys(records.changed))
    claims = tuple(Claim(key, value) for key, value in records.claimed.items())
    listings = {one.sha256: one for one in records.apart.values()}
    return Admissible(tuple(records.facts), states, breaches, claims, listings)


class _RecordChecks:
    """The records checked so far: their breaches, and the states of objects after them."""

    def __init__(self, read: ReadPackage, known: KnownFacts) -> None:
        self.package = read.genuine.whole.package
        self.received_at = read.genuine.whole.received.at
        self.operation = read.genuine.whole.received.operation
        self.proven: Proven = read.genuine.proven
        self.known = known
        self.breaches = list(read.breaches)
        self.failed = {breach.record for breach in read.breaches if has_errors((breach,))}
        self.states = dict(known.objects)
        self.unknown: set[HeadKey] = set()
        """Objects whose state is not known after a version that failed."""
        self.changed: list[HeadKey] = []
        self.made: dict[tuple[str, ...], str] = {}
        """Objects that this package makes, by what they are beside their ids."""
        self.facts: list[Fact] = []
        self.claimed: dict[str, str] = {}
        self.listed: set[str] = set()
        """Numbers of participants whom records of this package added."""
        self.examined = read.genuine.whole.documents
        self.apart: dict[tuple[HeadKey, int], Apart] = {}
        """What is kept of numbered parts, by object and version."""
        self.engaged: set[str] = set()
        """Numbers of those whom records of this package engage."""

    def check(self, number: int, document: Amendable | None) -> Unprocessed | None:
        """Check one record; a version after a failed one of the same object is not checked.

        Gives the fault if a version before this one has still to come, and nothing is refused.
        """
        header = self.package.records[number - 1].header
        key = object_key(self.proven.sez_code, self.package.environment, header)
        if document and key not in self.unknown:
            if not self._has_gap(number, document, key):
                named = self._named(document, self.states[key])
                found = self._examine(number, document, self.states[key], named)
                self._keep(found, number)
                if number not in self.failed and not has_errors(found):
                    self._decide(number, document, key, named)
                    return None
            elif not has_errors(self.breaches):
                return Unprocessed(
                    Fault.PREDECESSOR_MISSING, f"record {number}", retry_after=PREDECESSOR_RETRY
                )
        self.unknown.add(key)
        return None

    def _examine(
        self,
        number: int,
        document: Amendable,
        present: AnyState,
        named: Sequence[HeadKey],
    ) -> Sequence[Breach]:
        header = self.package.records[number - 1].header
        facts: Facts[OnRecord, OnRecord] = Facts(
            sez_code=self.proven.sez_code,
            environment=self.package.environment,
            received_at=self.received_at,
            first_received_at=self.known.first_received_at,
            sender=self.known.sender,
            number=number,
            header=header,
            current=present.state if present.version else None,
            base=self._base(document),
            referred=self._referred(named),
            codes=self.known.codes,
            participants=self._participants(),
            exclusions=self.known.recollection.exclusions,
            engaged=self._engaged(),
            claimed=self.claimed,
            recalled=self.known.recollection.of_records.get(number),
            programme=self.known.listed.programme(self.proven.sez_code, document),
            namesake=self._namesake(number, document, present),
            operation=self.operation,
            apart=self.examined[number - 1].apart,
        )
        found: list[Breach] = self.known.kinds[header.object_type].rules.examine(document, facts)
        return found

    def _participants(self) -> frozenset[str] | None:
        """The participants, and those whom records before added; None while there is no list."""
        known = self.known.recollection.participants
        return known if known is None or not self.listed else known | self.listed

    def _engaged(self) -> frozenset[str] | None:
        """Who is engaged, also by records before; None while nothing tells."""
        known = self.known.recollection.engaged
        return known if known is None else known | self.engaged

    def _namesake(self, number: int, document: Amendable, present: AnyState) -> str | None:
        """The Registry's id of another object in force that is the same, on record or before it."""
        same = self.examined[number - 1].same
        if not same:
            return None
        known = self.known.listed.namesakes(self.proven.sez_code, document)
        for object_id, registry_id in known.items():
            other = self.states.get(self._key(present.key.kind, object_id))
            if other is None or other.state.takes:
                return str(registry_id)
        return self.made.get(same)

    def _keep(self, found: Sequence[Breach], number: int) -> None:
        """Keep the breaches of a record; the hash on record replaces "some hash"."""
        exact = {breach.path for breach in found if breach.rule == "F-HDR-1"}
        self.breaches = [
            one
            for one in self.breaches
            if one.record != number
            or one.path not in exact
            or one.parameters.get("expected") != "LAST_HASH"
        ]
        self.breaches += found

    def _has_gap(self, number: int, document: Amendable, key: HeadKey) -> bool:
        """Whether a version before this one is not on record."""
        header, last = self.package.records[number - 1].header, self.states[key]
        version = last.state.version if last.version else 0
        return header.version > version + 1 and header.version == document.act.version

    def _base(self, document: Amendable) -> OnRecord | None:
        """The object on record to which a whole document refers first, of this sender.

        None if it refers to none, if that object has no version yet, or if the document changes
        a part only: what it was announced on stays with its object.
        """
        for object_type, object_id in kind_of(document).references(document):
            found = self.states.get(self._key(object_type, object_id))
            return found.state if found is not None and found.version else None
        return None

    def _referred(self, named: Sequence[HeadKey]) -> Mapping[str, Mapping[UUID, OnRecord]]:
        """Those of the objects referred to, and beside them, that are on record, by type and id."""
        found: dict[str, dict[UUID, OnRecord]] = {}
        known = [key for key in named if self.states[key].version]
        beside = [one for key in known for one in self._beside(key)]
        for key in (*known, *beside):
            found.setdefault(key.kind, {})[key.object_id] = self.states[key].state
        return found

    def _beside(self, key: HeadKey) -> Sequence[HeadKey]:
        """What is shown beside an object on record, as it stands in this package."""
        at = self.states[key]
        named = self.known.kinds[key.kind].beside(at.state) if at.version else ()
        keys = (self._key(*one) for one in named)
        return [one for one in keys if one in self.states and self.states[one].version]

    def _named(self, document: Amendable, present: AnyState) -> Sequence[HeadKey]:
        """The keys of the objects to which a document, or else its object, refers."""
        kind = kind_of(document)
        named: Collection[tuple[str, UUID]] = kind.references(document)
        if present.version and not isinstance(document, kind.whole):
            named = self.known.kinds[present.key.kind].refers_to(present.state)
        keys = (self._key(*one) for one in dict.fromkeys(named))
        return [key for key in keys if key != present.key and key in self.states]

    def _key(self, object_type: str, object_id: UUID) -> HeadKey:
        return HeadKey(self.package.environment, self.proven.sez_code, object_type, object_id)

    def _decide(
        self, number: int, document: Amendable, key: HeadKey, named: Sequence[HeadKey]
    ) -> None:
        header, present = self.package.records[number - 1].header, self.states[key]
        first = self.known.first_received_at
        apart = self._apart(number, document, present)
        if apart is not None:
            document = bare(document)
            self.apart[key, header.version] = apart
        delivery = RecordVersion(
            registry_id=present.originator_id,
            sez_code=self.proven.sez_code,
            message_id=self.package.message_id,
            record=number,
            header=header,
            document=document,
            received_at=first,
            late=is_late(header.formed_at, first),
            recalled=self.known.recollection.of_records.get(number),
            apart=apart,
            apart_before=self.apart.get((key, header.version - 1)),
        )
        try:
            self._follow(key, self.known.kinds[key.kind].decide(present.state, delivery))
        except Refused as refused:
            self.breaches += refused.breaches
            self.unknown.add(key)
            return
        examined = self.examined[number - 1]
        self.engaged.update(examined.engaged)
        if present.version == 0 and (same := examined.same):
            self.made[same] = str(present.originator_id)
        beside = [one for each in named for one in self._beside(each) if one != key]
        for other in dict.fromkeys((*named, *beside)):
            known = self.states[other]
            if known.version:
                learn = self.known.kinds[other.kind].learn
                self._follow(other, learn(known.state, other.object_id, delivery))

    def _apart(self, number: int, document: Amendable, present: AnyState) -> Apart | None:
        """What is kept of the parts of a large document, or of any after a large one."""
        apart = self.examined[number - 1].apart
        keeps = self.known.kinds[present.key.kind].keeps_apart
        if apart is None and is_kept_apart(document) and keeps(present.state):
            return apart_of(document)
        return apart

    def _follow(self, key: HeadKey, events: Sequence[Event]) -> None:
        """Let ``events`` happen to an object, with what they claim."""
        if events:
            self.facts += self.states[key].facts(events)
            self.states[key] = self.states[key].after(events)
            self.changed.append(key)
        kind = self.known.kinds[key.kind]
        recorded = [event for event in events if isinstance(event, VersionRecorded)]
        self.claimed |= {one.key: one.value for event in recorded for one in kind.claims(event)}
        if recorded and kind.participants is not None:
            self.listed.add(self.states[key].state.number)

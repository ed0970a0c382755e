"""Inspections at work: opened and ended by the authority of an admission's order (S95-18a)."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from registry.admission.admissions import Admissions
from registry.admission.case import AdmissionCase, AdmissionStatus
from registry.admission.events import ActingPerson, ReturnReason
from registry.admission.inspecting import listing
from registry.admission.inspecting.inspection import (
    INSPECTION,
    DeliverInspectionCopy,
    EndInspection,
    InspectionCommand,
    InspectionState,
    KnownInspection,
    OpenInspection,
    decide,
)
from registry.admission.refusing import AdmissionRule, refused
from registry.admission.regulation import Power
from shared_contracts.errors import Absent
from shared_contracts.event_log.decider import current_state
from shared_contracts.event_log.event import Recorded
from shared_contracts.event_log.log import HeadKey
from shared_contracts.event_log.writing.commit import Commit
from shared_contracts.identifiers import uuid7


@dataclass(frozen=True, slots=True)
class Inspections:
    """All inspections of this Registry; safe for all threads."""

    admissions: Admissions

    def open(self, admission_id: UUID, by: ActingPerson, ground: str) -> InspectionState:
        """Begin to inspect a system in operation (``Absent``, ``RefusedByRule``)."""
        power, case = self._power(admission_id), self.admissions.find(admission_id)
        if case.status is not AdmissionStatus.IN_OPERATION:
            raise refused("status", case.status, AdmissionRule.NOT_NOW, power.clause)
        new, environment = uuid7(), self.admissions.environment
        return self._asked(new, OpenInspection(new, environment, admission_id, by, ground), power)

    def end(
        self, inspection_id: UUID, by: ActingPerson, findings: tuple[ReturnReason, ...]
    ) -> InspectionState:
        """End an inspection (``Absent``, ``RefusedByRule``)."""
        power = self._power(self.find(inspection_id).admission_id)
        return self._asked(inspection_id, EndInspection(by, findings), power)

    def deliver(self, inspection_id: UUID, asked: DeliverInspectionCopy) -> InspectionState:
        """Record that a copy of its document was delivered (``Absent``, ``RefusedByRule``)."""
        return self._asked(inspection_id, asked, self._power(self.find(inspection_id).admission_id))

    def find(self, inspection_id: UUID) -> KnownInspection:
        """An inspection (``Absent``)."""
        key = self._key(inspection_id)
        state = INSPECTION.read(self.admissions.log.heads([key]).get(key))
        if not isinstance(state, KnownInspection):
            raise Absent(
                f"no inspection {inspection_id}; `registry admission inspections` shows those "
                "there are"
            )
        return state

    def page(self, after: UUID | None, limit: int) -> list[KnownInspection]:
        """Inspections in the order of their opening, ``after`` one, at most ``limit``."""
        environment = self.admissions.environment
        return listing.inspections(self.admissions.log, environment, after, limit)

    def histories(self, case: AdmissionCase) -> Iterator[list[Recorded]]:
        """What happened to each inspection of an application, in the order of their opening."""
        log = self.admissions.log
        for stream in listing.inspections_of(log, case.environment, case.admission_id):
            yield list(log.stream(stream))

    def _power(self, admission_id: UUID) -> Power:
        law = self.admissions.regulations.get(self.admissions.find(admission_id).regulation)
        if law.inspection is None:
            raise refused("inspection", law.id, AdmissionRule.NOT_IN_THE_LAW, law.clause)
        return law.inspection

    def _key(self, inspection_id: UUID) -> HeadKey:
        return HeadKey(self.admissions.environment, "", INSPECTION.name, inspection_id)

    def _asked(
        self, inspection_id: UUID, asked: InspectionCommand, power: Power
    ) -> InspectionState:
        key, log = self._key(inspection_id), self.admissions.log
        with log.locks([key]):
            at = current_state(INSPECTION, key, log.heads([key]).get(key), uuid7)
            events = decide(at.state, asked, power, self.admissions.clock())
            after = at.after(events)
            log.append(Commit(at.facts(events), (after.head(),)))
        return after.state

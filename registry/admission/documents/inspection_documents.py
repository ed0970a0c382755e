"""What an inspection leaves: one document, in its copies, signed by each who gets one (R148)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from registry.admission.admissions import Admissions
from registry.admission.case import AdmissionCase
from registry.admission.documents.case_document import FORMAT, CaseDocument, CaseDocumentKind
from registry.admission.events import CopyDelivered, SignedFor, StageVerdict
from registry.admission.inspecting.inspection import (
    InspectionCopyDelivered,
    InspectionEnded,
    InspectionOpened,
)
from registry.admission.inspecting.inspections import Inspections
from registry.admission.regulation import APPLICANT, Power, Regulation
from shared_contracts.astana_time import to_astana
from shared_contracts.event_log.event import Recorded

Delivery: TypeAlias = CopyDelivered | InspectionCopyDelivered
"""The delivery of a copy of any document."""


def inspected(
    admissions: Admissions, case: AdmissionCase, law: Regulation
) -> Iterator[list[Recorded]]:
    """What happened to each inspection of an application, in the order of their opening."""
    if law.inspection is not None:
        yield from Inspections(admissions).histories(case)


def of_inspection(
    happened: Sequence[Recorded], case: AdmissionCase, power: Power | None, place: int
) -> Iterator[CaseDocument]:
    """The document of an inspection once it has ended; ``place`` counts those of the application.

    Without findings the system conforms, and the result is positive.
    """
    opened = next(one.event for one in happened if isinstance(one.event, InspectionOpened))
    for one in happened:
        if isinstance(one.event, InspectionEnded) and power is not None:
            yield _document(one.version, (opened, one.event), case, power, place)


def _document(
    version: int,
    events: tuple[InspectionOpened, InspectionEnded],
    case: AdmissionCase,
    power: Power,
    place: int,
) -> CaseDocument:
    opened, ended = events
    applicant = case.form.applicant
    return CaseDocument(
        format=FORMAT,
        environment=case.environment,
        admission_id=case.admission_id,
        name=named(place),
        kind=CaseDocumentKind.INSPECTION,
        number=version,
        regulation=case.regulation,
        clause=ended.clause,
        at=to_astana(ended.at),
        applicant=applicant.name,
        applicant_number=applicant.number,
        sez_name=case.form.sez_name,
        signers=_signers(ended, case, power),
        copies=power.copies,
        copies_clause=power.clause if power.copies else "",
        by=ended.by,
        ground=opened.ground,
        began_at=to_astana(opened.at),
        findings=ended.findings,
        verdict=StageVerdict.NEGATIVE if ended.findings else StageVerdict.POSITIVE,
    )


def named(place: int) -> str:
    """The name of the document of an inspection."""
    return f"inspection-{place}"


def _signers(ended: InspectionEnded, case: AdmissionCase, power: Power) -> tuple[SignedFor, ...]:
    """Who ended it signs for its body, the applicant's representative for the applicant."""
    applicant = case.form.applicant
    first = SignedFor(body=ended.by.body, person=ended.by.person)
    person = applicant.representative or applicant.name
    if APPLICANT not in power.copies or not person:
        return (first,)
    return first, SignedFor(body=APPLICANT, person=person)


def deliveries(
    inspections: Iterable[Sequence[Recorded]],
) -> Mapping[tuple[str, int, str], Delivery]:
    """The deliveries of copies, by the name of the document, nought, and the body."""
    return {
        (named(place), 0, one.event.addressee): one.event
        for place, happened in enumerate(inspections, start=1)
        for one in happened
        if isinstance(one.event, InspectionCopyDelivered)
    }

"""Objects 5 to 7 of clause 9: a Registry obtains them by an audit of the kit's SEZ (S216-A2.6)."""

from shared_contracts.conformance.case import Deviation, NotExamined, words
from shared_contracts.conformance.registry_cases.book import BOOK
from shared_contracts.conformance.registry_exam import RegistryExam
from shared_contracts.messages.audit import AuditContent, AuditRequest
from shared_contracts.messages.document import LocalizedText


@BOOK.case("R-OBJECT-5")
def changed_objects(exam: RegistryExam) -> None:
    """Changed objects are asked for, page by page (S216-9.5, S216-A3.6a)."""
    _obtains(exam, "R-OBJECT-5", AuditContent.CHANGED_OBJECTS)


@BOOK.case("R-OBJECT-6")
def event_log(exam: RegistryExam) -> None:
    """The log of events is asked for, page by page (S216-9.6, S216-A3.6c)."""
    _obtains(exam, "R-OBJECT-6", AuditContent.EVENT_LOG)


@BOOK.case("R-OBJECT-7")
def checksums(exam: RegistryExam) -> None:
    """Checksums are asked for, page by page (S216-9.7, S216-A3.6b)."""
    _obtains(exam, "R-OBJECT-7", AuditContent.CHECKSUMS)


def _obtains(exam: RegistryExam, case_id: str, content: AuditContent) -> None:
    audited = exam.audited
    if audited is None:
        raise NotExamined("no SEZ of the kit listens: give --listen")
    before, flaws = len(audited.asked), len(audited.unsigned)
    operator = words(BOOK.side)[case_id].operator or LocalizedText()
    exam.driver.act(
        operator, "audit", content=content, sez_code=exam.sez_code, endpoint=exam.listens_at
    )

    def look() -> list[AuditRequest] | None:
        if len(audited.unsigned) > flaws:
            raise Deviation("a signed AuditRequest", audited.unsigned[-1])
        asked = [one for one in audited.asked[before:] if one.content is content]
        return asked if len(asked) > 1 else None

    first, second, *_ = exam.driver.wait(f"two AuditRequests of {content}", look)
    if (second.audit_id, second.position) != (first.audit_id, 2):
        raise Deviation(f"the second page of {first.audit_id} at 2", f"{second.position}")
    if not first.ground or not first.ordered_by:
        raise Deviation("Ground and OrderedBy", "none")

"""A session as JUnit XML, as programs for continuous integration read it."""

from lxml import etree

from shared_contracts.conformance.session import CaseOutcome, CaseVerdict, SessionReport
from shared_contracts.language import Language


def as_junit(session: SessionReport, language: Language) -> bytes:
    """One test suite with a test case for each case; what was not run is an error."""
    root = etree.Element("testsuites")
    suite = etree.SubElement(
        root,
        "testsuite",
        name=f"conformance of a {session.examined}",
        tests=str(len(session.outcomes)),
        failures=str(session.count(CaseVerdict.FAILED)),
        errors=str(session.count(CaseVerdict.NOT_RUN)),
        timestamp=session.began_at.isoformat(),
        time=f"{(session.ended_at - session.began_at).total_seconds():.3f}",
    )
    for outcome in session.outcomes:
        _case(suite, session, outcome, language)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _case(
    suite: etree._Element, session: SessionReport, outcome: CaseOutcome, language: Language
) -> None:
    title = getattr(outcome.title, language)
    case = etree.SubElement(
        suite,
        "testcase",
        classname=f"{session.examined}.{outcome.suites[0]}",
        name=f"{outcome.case_id} {title}",
        time=f"{outcome.seconds:.3f}",
    )
    if outcome.verdict is CaseVerdict.FAILED:
        found = etree.SubElement(case, "failure", message=f"{outcome.found}")
        cure = getattr(outcome.cure, language) if outcome.cure else ""
        found.text = f"{outcome.expected}\n{outcome.found}\n{cure}"
    if outcome.verdict is CaseVerdict.NOT_RUN:
        etree.SubElement(case, "error", message=outcome.reason or "")
    told = etree.SubElement(case, "system-out")
    lines = (f"{step.did} → {step.saw} ({step.seconds:.3f} s)" for step in outcome.steps)
    told.text = "\n".join((", ".join(outcome.clauses), *lines))

"""A session as data: its published schema, its verdict, its signature."""

import json

import pytest

from shared_contracts.conformance.session import (
    CaseOutcome,
    CaseVerdict,
    published_schema,
    session_schema,
    verdict_of,
)
from shared_contracts.messages.document import LocalizedText


def outcome(verdict: CaseVerdict) -> CaseOutcome:
    return CaseOutcome(
        case_id="R-X", suites=(), clauses=(), title=LocalizedText(ru="x"), verdict=verdict,
        seconds=0.0,
    )  # fmt: skip


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(published_schema()) == session_schema()


@pytest.mark.parametrize(
    ("found", "verdict"),
    [("PASSED", "PASSED"), ("PASSED FAILED NOT_RUN", "FAILED"), ("PASSED NOT_RUN", "NOT_RUN"),
     ("", "NOT_RUN")],
)  # fmt: skip
def test_a_session_is_passed_only_if_every_case_is(found: str, verdict: str) -> None:
    assert verdict_of(outcome(CaseVerdict(one)) for one in found.split()) == verdict

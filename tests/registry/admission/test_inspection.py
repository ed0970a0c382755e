"""An inspection leaves its document: who signs it, its copies, what people read (S95-18a)."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest

from registry.admission.documents import printed as printing
from registry.admission.documents.case_document import CaseDocument, as_json
from registry.admission.documents.inspection_documents import deliveries, of_inspection
from registry.admission.events import ReturnReason
from registry.admission.inspecting.inspection import (
    DeliverInspectionCopy,
    EndInspection,
    InspectionCommand,
    InspectionState,
    NoInspection,
    OpenInspection,
    decide,
    evolve,
)
from shared_contracts.astana_time import ASTANA
from shared_contracts.errors import RefusedByRule
from shared_contracts.event_log.event import Event, Recorded, topic_of
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from tests.clauses import clause
from tests.pdf_readers import attachments, unread
from tests.registry.admission.samples import S95, SIGNER, Told, by, told_95
from tests.registry.admission.test_documents import SCHEMA

AT = datetime(2018, 1, 10, 11, tzinfo=ASTANA)
FOUND = (ReturnReason(clause="S95-15.8b", text="Сервер ауыстырылған: Әң ҒҚ ӨҰҮҺІ"),)
ID = UUID("01990000-0000-7000-8000-000000000218")
POWER = S95.inspection


def opened(case: Told) -> OpenInspection:
    """The authority begins, without a ground."""
    return OpenInspection(ID, Environment.STAND, case.admission_id, by("AUTHORITY"), "")


def ended(*findings: ReturnReason) -> EndInspection:
    """The authority ends it."""
    return EndInspection(by("AUTHORITY"), findings)


def copy(addressee: str) -> DeliverInspectionCopy:
    """A copy reaches a body."""
    return DeliverInspectionCopy(addressee, f"Получил {addressee}", "нарочно")


def played(*asked: InspectionCommand) -> list[Recorded]:
    """What happened to an inspection."""
    assert POWER is not None
    state: InspectionState = NoInspection()
    happened: list[Event] = []
    for one in asked:
        events = decide(state, one, POWER, AT)
        state, happened = reduce(evolve, events, state), [*happened, *events]
    stream = uuid7()
    return [
        Recorded(version, stream, version, topic_of(one), one, b"", b"", b"", AT)
        for version, one in enumerate(happened, start=1)
    ]


def papers(case: Told, happened: Sequence[Recorded]) -> list[CaseDocument]:
    """The documents that it left."""
    return list(of_inspection(happened, case.case, POWER, 1))


@clause("S95-18a")
def test_an_inspection_that_ended_leaves_a_document_in_two_copies_with_two_signers() -> None:
    case = told_95().in_operation()
    assert papers(case, played(opened(case))) == []
    [left] = papers(case, played(opened(case), ended(*FOUND), copy("APPLICANT")))
    assert (left.name, left.kind, left.verdict) == ("inspection-1", "INSPECTION", "NEGATIVE")
    assert (left.findings, left.copies) == (FOUND, ("AUTHORITY", "APPLICANT"))
    assert [(one.body, one.person) for one in left.signers] == [
        ("AUTHORITY", by("AUTHORITY").person), ("APPLICANT", SIGNER),
    ]  # fmt: skip
    [good] = papers(case, played(opened(case), ended()))
    assert (good.verdict, good.findings) == ("POSITIVE", ())


@clause("S95-18a")
def test_each_copy_has_one_delivery_once_the_inspection_has_ended() -> None:
    case = told_95().in_operation()
    whole = (opened(case), ended(*FOUND), copy("AUTHORITY"))
    for asked, word in (
        ((opened(case), copy("APPLICANT")), "inspection 'open'"),
        ((*whole, copy("AUTHORITY")), "this copy was delivered"),
        ((*whole, copy("OIL_GAS")), "gets no copy"),
        ((*whole, ended()), "inspection 'ended'"),
        ((ended(),), "inspection 'not opened'"),
    ):
        with pytest.raises(RefusedByRule, match=word):
            played(*asked)
    found = deliveries([played(*whole)])
    assert list(found) == [("inspection-1", 0, "AUTHORITY")]


def test_what_an_inspection_leaves_is_read_by_people_and_programs(tmp_path: Path) -> None:
    case = told_95().in_operation()
    [left] = papers(case, played(opened(case), ended(*FOUND)))
    data, meant = as_json(left), printing.document(left, S95)
    jsonschema.validate(
        json.loads(data), json.loads(SCHEMA), format_checker=jsonschema.FormatChecker()
    )
    pdf = printing.printed(left, S95).pdf
    assert unread(pdf, meant, data, tmp_path) == {}
    assert attachments(pdf)["pypdf"] == {printing.NAME: data}

"""The catalogue of clauses is complete, and every duty is tested or excused."""

import re
from pathlib import Path

import pytest

from shared_contracts.law.citations import citations_in
from shared_contracts.law.table import Gaps, find_gaps, read_clauses, table
from shared_contracts.rules.catalogue import CATALOGUE

TESTS = Path(__file__).resolve().parents[1]
REQUIREMENTS = TESTS.parent / ".." / "shared" / "law" / "requirements.md"
LETTERS = re.compile(r"[ICDN](/[ICDN])*")


def required() -> dict[str, str | None]:
    """Ids of the requirements with the letters of their column SW, where they have one."""
    if not REQUIREMENTS.is_file():
        pytest.skip("the folder shared with the requirements is absent beside the project")
    found: dict[str, str | None] = {}
    column: int | None = None
    for line in REQUIREMENTS.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if cells[0] == "ID":
            column = cells.index("SW") if "SW" in cells else None
        elif line.startswith("|") and re.match(r"(S216|S95|DES)-", cells[0]):
            letters = LETTERS.match(cells[column]) if column is not None else None
            found[cells[0]] = letters.group() if letters else None
    return found


def gaps() -> Gaps:
    citations = tuple(citations_in(TESTS))
    return find_gaps(table(read_clauses(), citations), citations)


def test_the_catalogue_holds_every_requirement_and_nothing_else() -> None:
    assert [clause.id for clause in read_clauses()] == list(required())


def test_what_software_owes_a_clause_is_what_the_requirements_say() -> None:
    kinds = {clause.id: clause.kind for clause in read_clauses()}
    assert {id_: kinds.get(id_) for id_, kind in required().items() if kind} == {
        id_: kind for id_, kind in required().items() if kind
    }


def test_every_clause_has_its_kind_its_words_and_its_owner() -> None:
    for clause in read_clauses():
        assert LETTERS.fullmatch(clause.kind), clause
        assert clause.paraphrase.endswith("."), clause
        assert clause.owner_issue or clause.kind == "N", clause


def test_no_clause_stands_twice() -> None:
    ids = [clause.id for clause in read_clauses()]
    assert len(ids) == len(set(ids))


def test_what_is_nothing_for_software_says_so() -> None:
    for clause in read_clauses():
        assert (clause.kind == "N") == (clause.reason == "nothing for software"), clause


def test_what_is_later_work_has_a_reason() -> None:
    assert not [c for c in read_clauses() if c.owner_issue == "later" and not c.reason]


def test_every_duty_is_cited_by_a_test_or_has_a_reason() -> None:
    assert gaps().uncited == ()


def test_every_clause_cited_by_a_test_exists() -> None:
    assert gaps().unknown == ()


def test_no_clause_is_both_cited_and_excused() -> None:
    assert gaps().needless == ()


def test_every_clause_that_a_rule_names_as_its_source_exists() -> None:
    clauses = {clause.id for clause in read_clauses()}
    named = {rule.source for rule in CATALOGUE.values() if not rule.source.startswith("[")}
    assert named - clauses == set()

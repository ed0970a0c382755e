"""The table of clauses: verdicts, gaps, and what is printed and written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shared_contracts.law.citations import Citation
from shared_contracts.law.clauses import main, printed_gaps, printed_table
from shared_contracts.law.outcomes import (
    RunOutcome,
    present,
    read_outcomes,
    source_digest,
    write_outcomes,
)
from shared_contracts.law.table import Clause, ClauseVerdict, find_gaps, read_clauses, table


def clause(id_: str, kind: str = "I/C", *, reason: str = "", so_far: str = "") -> Clause:
    return Clause(id_, kind, "Something is done.", "2", reason, so_far)


ONE, TWO = "tests/test_a.py::test_one", "tests/test_a.py::test_two"
PASSED = RunOutcome(source="", passed=2)
SKIPPED = RunOutcome(source="", skipped=1, reason="the tool is not here")
FAILED = RunOutcome(source="", passed=1, failed=1)


@pytest.mark.parametrize(
    ("outcomes", "verdict", "reason"),
    [
        ({ONE: PASSED, TWO: PASSED}, ClauseVerdict.TESTED, ""),
        ({ONE: PASSED, TWO: SKIPPED}, ClauseVerdict.TESTED, ""),
        ({ONE: PASSED}, ClauseVerdict.TESTED, ""),
        ({}, ClauseVerdict.CITED, ""),
        ({ONE: SKIPPED}, ClauseVerdict.CITED, "the tool is not here"),
        ({ONE: SKIPPED, TWO: SKIPPED}, ClauseVerdict.NOT_TESTED, "the tool is not here"),
        ({ONE: PASSED, TWO: FAILED}, ClauseVerdict.NOT_TESTED, f"failed: {TWO}"),
    ],
)
def test_a_clause_is_tested_when_a_test_that_cites_it_ran_and_passed(
    outcomes: dict[str, RunOutcome], verdict: ClauseVerdict, reason: str
) -> None:
    citations = [Citation("S216-3", ONE), Citation("S216-3", TWO)]
    (row,) = table([clause("S216-3")], citations, outcomes)
    assert (row.verdict, row.reason, row.tests) == (verdict, reason, (ONE, TWO))
    assert not find_gaps([row], citations)


def test_an_outcome_counts_while_the_file_of_the_test_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    source = tmp_path / "tests" / "test_a.py"
    source.write_text("def test_one(): ...")
    citations = [Citation("S216-3", ONE)]
    write_outcomes(tmp_path, {ONE: RunOutcome(source=source_digest(tmp_path, ONE), passed=1)})
    write_outcomes(tmp_path, {TWO: SKIPPED})
    assert present(tmp_path, citations)[ONE].proves
    source.write_text("def test_one(): return")
    assert present(tmp_path, citations) == {}


def test_a_run_of_the_tests_writes_down_what_became_of_those_that_cite(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = clause")
    (tmp_path / "test_a.py").write_text(
        "import pytest\n"
        "clause = pytest.mark.clause('S216-3')\n"
        "@clause\n@pytest.mark.parametrize('n', [1, 2])\ndef test_one(n): assert n\n"
        "@clause\n@pytest.mark.skip(reason='the tool is not here')\ndef test_two(): ...\n"
        "@clause\ndef test_three(): assert False\n"
        "def test_four(): ...\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.outcomes", "-n", "2"]
    project = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | project,
        check=False,
        capture_output=True,
        timeout=60,
    )
    found = read_outcomes(tmp_path)
    assert {
        name.partition("::")[2]: (o.passed, o.skipped, o.failed) for name, o in found.items()
    } == {
        "test_one": (2, 0, 0),
        "test_two": (0, 1, 0),
        "test_three": (0, 0, 1),
    }
    assert "the tool is not here" in found["test_a.py::test_two"].reason
    citation = Citation("S216-3", "test_a.py::test_one")
    assert present(tmp_path, [citation])[citation.test].proves


def test_a_clause_that_no_test_cites_is_not_tested() -> None:
    (row,) = table([clause("S216-9.2", reason="later work: protocols")], [])
    assert (row.verdict, row.reason) == (ClauseVerdict.NOT_TESTED, "later work: protocols")


def test_a_clause_that_asks_nothing_of_software_is_not_applicable() -> None:
    (row,) = table([clause("S216-O.1", "N", reason="nothing for software")], [])
    assert row.verdict is ClauseVerdict.NOT_APPLICABLE


def test_every_kind_of_gap_is_found() -> None:
    citations = [Citation("S216-2.5", "a"), Citation("S216-99", "a")]
    rows = table([clause("S216-3"), clause("S216-2.5", reason="later work")], citations)
    found = find_gaps(rows, citations)
    assert (found.uncited, found.unknown, found.needless) == (
        ("S216-3",),
        ("S216-99",),
        ("S216-2.5",),
    )
    assert found
    assert "S216-99" in printed_gaps(found)


def test_the_printed_table_tells_verdict_reason_tests_and_sums_up() -> None:
    rows = table(
        [clause("S216-3", so_far="half of it"), clause("S95-O.1", "N", reason="nothing")],
        [Citation("S216-3", ONE)],
        {ONE: PASSED},
    )
    printed = printed_table(rows)
    assert "S216-3         I/C    tested           Something is done." in printed
    assert "· so far: half of it" in printed
    assert "· tests/test_a.py::test_one" in printed
    assert printed.endswith("2 clauses: 1 tested, 1 not applicable.\n")


def test_the_command_writes_every_clause_for_other_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    assert main([], tmp_path) == 0
    written = json.loads((tmp_path / ".law" / "clauses.json").read_bytes())
    assert [row["clause"] for row in written] == [clause.id for clause in read_clauses()]
    assert {"clause", "kind", "paraphrase", "tests", "reason", "verdict"} <= set(written[0])
    assert f"{len(written)} clauses: " in capsys.readouterr().out


def test_asked_what_is_missing_the_command_fails_while_something_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    assert main(["--missing"], tmp_path) == 1
    assert "S216-18.3" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--all"], ["--missing", "x"]])
def test_asked_wrongly_the_command_says_how_to_ask(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    assert main(arguments, tmp_path) == 2
    assert "--missing" in capsys.readouterr().err


def test_outside_the_project_the_command_says_where_to_run_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], tmp_path) == 2
    assert "tests/" in capsys.readouterr().err

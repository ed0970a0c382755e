"""The table of clauses: verdicts, gaps, and what is printed and written."""

import json
from pathlib import Path

import pytest

from shared_contracts.law.citations import Citation
from shared_contracts.law.clauses import main, printed_gaps, printed_table, printed_waiting
from shared_contracts.law.table import Clause, Verdict, find_gaps, read_clauses, table


def clause(id_: str, kind: str = "I/C", *, reason: str = "", so_far: str = "") -> Clause:
    return Clause(id_, kind, "Something is done.", "2", reason, so_far)


def test_a_clause_is_tested_when_a_test_cites_it() -> None:
    (row,) = table([clause("S216-3")], [Citation("S216-3", "tests/test_a.py::test_one")])
    assert (row.verdict, row.tests) == (Verdict.TESTED, ("tests/test_a.py::test_one",))


def test_a_clause_that_no_test_cites_is_not_tested() -> None:
    (row,) = table([clause("S216-9.2", reason="later work: protocols")], [])
    assert (row.verdict, row.reason) == (Verdict.NOT_TESTED, "later work: protocols")


def test_a_clause_that_asks_nothing_of_software_is_not_applicable() -> None:
    (row,) = table([clause("S216-O.1", "N", reason="nothing for software")], [])
    assert row.verdict is Verdict.NOT_APPLICABLE


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
        [Citation("S216-3", "tests/test_a.py::test_one")],
    )
    printed = printed_table(rows)
    assert "S216-3         I/C    tested           Something is done." in printed
    assert "· so far: half of it" in printed
    assert "· tests/test_a.py::test_one" in printed
    assert printed.endswith("2 clauses: 1 tested, 0 not tested, 1 not applicable.\n")


def test_the_command_writes_every_clause_for_other_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests").mkdir()
    assert main([], tmp_path) == 0
    written = json.loads((tmp_path / ".law" / "clauses.json").read_bytes())
    assert [row["clause"] for row in written] == [clause.id for clause in read_clauses()]
    assert {"clause", "kind", "paraphrase", "tests", "reason", "verdict"} <= set(written[0])
    assert f"{len(written)} clauses: 0 tested" in capsys.readouterr().out


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


def test_the_rules_that_say_nothing_yet_are_told_with_what_they_wait_for() -> None:
    assert "F-PUR-10 waits until procurement programmes are transferred\n" in printed_waiting()

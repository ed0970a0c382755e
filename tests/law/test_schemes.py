"""The table of the schemes: every step of annex 2 and every row of annex 3 stands in it once."""

from collections import Counter
from pathlib import Path

import pytest

from shared_contracts.law import schemes
from shared_contracts.law.citations import Citation
from shared_contracts.law.clauses import RUN_THE_TESTS
from shared_contracts.law.table import read_clauses, table
from tests.law.test_clauses import PASSED

ROWS = schemes.steps(table(read_clauses(), ()))


def test_every_step_of_the_eight_schemes_and_every_row_of_annex_3_is_in_the_table() -> None:
    found = [schemes.STEP.fullmatch(row.clause) for row in ROWS]
    annex_2 = Counter(one["scheme"] for one in found if one and one["scheme"])
    annex_3 = Counter(one["row"] for one in found if one and one["row"])
    steps = {"1": 9, "2": 8, "3": 5, "4": 13, "5": 3, "6": 2, "7": 9, "8": 8}
    assert (annex_2, annex_3) == (steps, {"1": 12, "2": 2, "3": 1, "4": 1, "5": 2, "6": 3})
    assert len({row.clause for row in ROWS}) == len(ROWS)


def test_a_scheme_is_printed_with_how_many_of_its_steps_are_tested() -> None:
    test = "tests/test_a.py::test_one"
    cited = table(read_clauses(), [Citation("S216-A2.6.2", test)], {test: PASSED})
    told = "\n".join(schemes.printed(schemes.steps(cited)))
    assert "Annex 2, scheme 6: 1 of 2 tested" in told
    assert test in told
    assert "make test" not in told


def test_that_cited_tests_were_not_run_is_said_with_the_cure() -> None:
    cited = table(read_clauses(), [Citation("S216-A2.6.2", "tests/test_a.py::test_one")], {})
    assert list(schemes.printed(schemes.steps(cited)))[-1] == RUN_THE_TESTS


def test_outside_of_the_project_it_says_where_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert schemes.main(tmp_path) == 2
    assert "tests/" in capsys.readouterr().err

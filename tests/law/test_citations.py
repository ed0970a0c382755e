"""Citations are read from the sources of tests, wherever a mark may stand."""

from pathlib import Path
from textwrap import dedent

import pytest

from shared_contracts.errors import BadInput
from shared_contracts.law.citations import citations_in, citations_of


def cited(text: str) -> list[tuple[str, str]]:
    return [(c.clause, c.test) for c in citations_of(dedent(text), "tests/test_a.py")]


def test_a_mark_on_a_test_cites_its_clauses() -> None:
    assert cited(
        """
        @pytest.mark.clause("S216-3", "S95-4")
        def test_one() -> None: ...

        @clause("S216-18.3")
        async def test_two() -> None: ...
        """
    ) == [
        ("S216-3", "tests/test_a.py::test_one"),
        ("S95-4", "tests/test_a.py::test_one"),
        ("S216-18.3", "tests/test_a.py::test_two"),
    ]


def test_a_mark_on_a_class_or_a_module_holds_for_all_its_tests() -> None:
    assert cited(
        """
        pytestmark = [pytest.mark.slow, pytest.mark.clause("S216-1")]

        @pytest.mark.clause("S216-2.5")
        class TestIt:
            pytestmark = pytest.mark.clause("S216-3")

            def test_one(self) -> None: ...

        def test_two() -> None: ...
        """
    ) == [
        ("S216-1", "tests/test_a.py::TestIt::test_one"),
        ("S216-2.5", "tests/test_a.py::TestIt::test_one"),
        ("S216-3", "tests/test_a.py::TestIt::test_one"),
        ("S216-1", "tests/test_a.py::test_two"),
    ]


def test_a_clause_marked_twice_on_one_test_is_cited_once() -> None:
    assert cited('@clause("S216-3")\n@clause("S216-3")\ndef test_one(): ...') == [
        ("S216-3", "tests/test_a.py::test_one")
    ]


def test_what_is_no_test_cites_nothing() -> None:
    assert cited('@clause("S216-3")\ndef given_a_purchase(): ...') == []


def test_other_marks_cite_nothing() -> None:
    assert cited('@pytest.mark.parametrize("a", ["S216-3"])\ndef test_one(a): ...') == []


def test_a_clause_that_is_not_written_out_is_an_error_that_names_the_test() -> None:
    with pytest.raises(BadInput, match=r"tests/test_a.py::test_one: .* not as CLAUSE"):
        cited("@pytest.mark.clause(CLAUSE)\ndef test_one(): ...")


def test_tests_are_named_as_pytest_names_them(tmp_path: Path) -> None:
    source = tmp_path / "tests" / "law" / "test_b.py"
    source.parent.mkdir(parents=True)
    source.write_text('@clause("S216-3")\ndef test_one(): ...\n', "utf-8")
    assert [c.test for c in citations_in(tmp_path / "tests")] == ["tests/law/test_b.py::test_one"]

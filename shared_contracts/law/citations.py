"""Which tests cite which clauses, read from the sources of the tests without running them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared_contracts.errors import BadInput

TEST_SOURCES = "test_*.py"
"""How a file of tests is called."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause cited by one test."""

    clause: str
    test: str


def citations_in(tests: Path) -> Iterator[Citation]:
    """Every citation in the tests below ``tests``, file by file.

    Test ids start with the name of ``tests`` itself. Raises ``BadInput``.
    """
    for source in sorted(tests.rglob(TEST_SOURCES)):
        name = f"{tests.name}/{source.relative_to(tests).as_posix()}"
        yield from citations_of(source.read_text("utf-8"), name)


def citations_of(text: str, name: str) -> Iterator[Citation]:
    """Every citation in one source ``text``, whose tests are called ``name::test``."""
    module = ast.parse(text, name)
    yield from _below(module, name, _assigned_marks(module, name))


def _below(
    owner: ast.Module | ast.ClassDef, path: str, above: tuple[str, ...]
) -> Iterator[Citation]:
    for node in owner.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            inner = f"{path}::{node.name}"
            marks = above + _marks(node.decorator_list, inner) + _assigned_marks(node, inner)
            yield from _below(node, inner, marks)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(node):
            test = f"{path}::{node.name}"
            cited = above + _marks(node.decorator_list, test)
            yield from (Citation(clause, test) for clause in dict.fromkeys(cited))


def _is_test(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return node.name.startswith("test")


def _assigned_marks(owner: ast.Module | ast.ClassDef, where: str) -> tuple[str, ...]:
    """Clauses of a ``pytestmark``, which holds for all tests of its module or class."""
    for node in owner.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            listed = (
                node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            )
            return _marks(listed, where)
    return ()


def _marks(expressions: list[ast.expr], where: str) -> tuple[str, ...]:
    calls = (node for node in expressions if isinstance(node, ast.Call) and _is_clause(node.func))
    return tuple(_written(argument, where) for call in calls for argument in call.args)


def _is_clause(function: ast.expr) -> bool:
    return ast.unparse(function) in {"clause", "mark.clause", "pytest.mark.clause"}


def _written(argument: ast.expr, where: str) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise BadInput(f"{where}: a clause must be written out as text, not as {ast.unparse(argument)}")

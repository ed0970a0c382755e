"""The sources which the checks of this folder read, and what they read out of them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""

DELIVERED = ("registry", "sez", "shared_contracts")
"""The packages of the two systems and of their contract."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Function


@dataclass(frozen=True, slots=True)
class Source:
    """One file of code: its name from the project's folder, its text, its tree."""

    name: str
    text: str
    tree: ast.Module


@cache
def sources(*packages: str) -> tuple[Source, ...]:
    """All files of code in ``packages``, by name."""
    files = (file for package in packages for file in sorted((ROOT / package).rglob("*.py")))
    return tuple(_source(file) for file in files)


def _source(file: Path) -> Source:
    name, text = file.relative_to(ROOT).as_posix(), file.read_text("utf-8")
    return Source(name, text, ast.parse(text, name))


def functions(source: Source) -> Iterator[Function]:
    """Every function and method of ``source``, inner ones too."""
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def docstring_lines(node: Documented) -> int:
    """How many lines the docstring of ``node`` takes."""
    if ast.get_docstring(node, clean=False) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1

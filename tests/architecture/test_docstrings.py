"""Whatever is public says in the words of the domain what it is."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import DELIVERED, Documented, Function, Source, sources

INHERITED = {"override", "overload"}
"""Decorators under which a function is described elsewhere."""


def undocumented(source: Source) -> Iterator[str]:
    """Public names of ``source`` without a docstring, the file itself among them."""
    if ast.get_docstring(source.tree) is None:
        yield source.name
    yield from _below(source.tree, source.name)


def _below(owner: ast.Module | ast.ClassDef, path: str) -> Iterator[str]:
    for node in owner.body:
        if isinstance(node, ast.ClassDef | Function) and _is_public(node):
            name = f"{path}::{node.name}"
            if ast.get_docstring(node) is None:
                yield name
            if isinstance(node, ast.ClassDef):
                yield from _below(node, name)


def _is_public(node: Documented) -> bool:
    if isinstance(node, ast.Module) or node.name.startswith("_"):
        return False
    return not {ast.unparse(d).rpartition(".")[2] for d in node.decorator_list} & INHERITED


def test_every_public_module_class_and_function_has_a_docstring() -> None:
    assert [name for source in sources(*DELIVERED) for name in undocumented(source)] == []


def test_a_public_method_without_a_docstring_is_found() -> None:
    text = '"""It."""\nclass Purchase:\n    """It."""\n    def extend(self): ...\n'
    source = Source("purchase.py", text, ast.parse(text))
    assert list(undocumented(source)) == ["purchase.py::Purchase::extend"]


def test_what_is_private_or_described_elsewhere_needs_none() -> None:
    text = '"""It."""\ndef _cut(): ...\n@typing.override\ndef close(): ...\n'
    assert list(undocumented(Source("purchase.py", text, ast.parse(text)))) == []

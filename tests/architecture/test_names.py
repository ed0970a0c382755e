"""A name of a class says one thing: it is given once in all that is delivered."""

import ast
from collections import defaultdict

from tests.architecture.sources import DELIVERED, ROOT, sources


def test_no_class_name_is_defined_twice() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for source in sources(*DELIVERED, "deploy"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{source.name}:{node.lineno}")
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_each_package_tells_type_checkers_that_it_is_typed() -> None:
    assert [p for p in DELIVERED if not (ROOT / p / "py.typed").is_file()] == []

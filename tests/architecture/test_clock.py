"""The wall clock is read in one module, so that every moment is one of Astana."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import DELIVERED, Source, sources

CLOCK = "shared_contracts/astana_time.py"
READINGS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.clock_gettime",
    "time.clock_gettime_ns",
}
"""Names that read the wall clock; those that only measure a span do not."""


def readings(source: Source) -> Iterator[str]:
    """Where ``source`` reads the wall clock: line and name, under whatever name it is imported."""
    known = _imported(source.tree)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, dot, rest = ast.unparse(node).partition(".")
            if known.get(first, "") + dot + rest in READINGS:
                yield f"{source.name}:{node.lineno} {ast.unparse(node)}"


def _imported(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def test_the_wall_clock_is_read_in_one_module_only() -> None:
    elsewhere = (source for source in sources(*DELIVERED, "deploy") if source.name != CLOCK)
    assert [place for source in elsewhere for place in readings(source)] == []


def test_the_clock_of_astana_does_read_it() -> None:
    (clock,) = (source for source in sources("shared_contracts") if source.name == CLOCK)
    assert list(readings(clock))


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.time()",
        "import time as t\nt.time_ns()",
        "from time import time\ntime()",
        "from datetime import datetime\nclock = datetime.now",
        "import datetime as d\nd.datetime.utcnow()",
        "from datetime import date\ndate.today()",
    ],
)
def test_a_reading_under_any_name_is_found(text: str) -> None:
    assert len(list(readings(Source("a.py", text, ast.parse(text))))) == 1


@pytest.mark.parametrize(
    "text", ["import time\ntime.monotonic()", "from shared_contracts.astana_time import now\nnow()"]
)
def test_a_span_and_the_clock_of_astana_are_free_to_all(text: str) -> None:
    assert list(readings(Source("a.py", text, ast.parse(text)))) == []

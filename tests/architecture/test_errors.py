"""Every exception of the product is of one family, which programs are told in one way."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import httpx
import pytest
import typer

from shared_contracts.errors import FAMILIES, Diagnosed
from shared_contracts.http.api import application
from shared_contracts.process.command_line import ExitCode, ending
from tests.architecture.sources import DELIVERED, ROOT, Source, sources
from tests.serving import serving

PRODUCT = tuple(
    one for one in sources(*DELIVERED, "deploy") if not one.name.startswith("deploy/verifier/")
)  # the verifier imports nothing of the project, its families neither
FOUNDATION = "shared_contracts/errors.py"


def exceptions() -> Iterator[type[Exception]]:
    """The exception classes of the product, the families themselves left out."""
    for source in PRODUCT:
        if source.name.endswith("__main__.py") or source.name == FOUNDATION:
            continue
        module = import_module(
            source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        )
        for node in ast.walk(source.tree):
            found = getattr(module, node.name, None) if isinstance(node, ast.ClassDef) else None
            if isinstance(found, type) and issubclass(found, Exception):
                yield found


def told_apart(source: Source) -> Iterator[str]:
    """The names in ``source`` that are neither called, raised, nor said of a type or a base."""
    passed = set()
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.expr() as name) | ast.Raise(exc=ast.expr() as name):
                passed.add(name)
            case ast.ClassDef(bases=bases):
                passed.update(bases)
            case _:
                pass
    names = (node for node in ast.walk(source.tree) if isinstance(node, ast.Name))
    return (name.id for name in names if name not in passed)


@pytest.mark.parametrize("found", [*exceptions()], ids=lambda found: found.__name__)
def test_an_exception_is_of_one_family(found: type[Exception]) -> None:
    assert len([family for family in FAMILIES if issubclass(found, family)]) == 1


def test_an_exception_that_nothing_tells_apart_is_raised_as_its_family() -> None:
    names = {name for source in PRODUCT for name in told_apart(source)}
    alike = [
        one.__name__
        for one in exceptions()
        if not issubclass(one, ValueError) and not vars(one).keys() & {"as_json", "retry_after"}
    ]
    assert [name for name in alike if name not in names] == []


def test_the_page_has_the_families_with_what_they_say() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert rows == [
        (one.__name__, one.__doc__, str(one.exit_code), str(one.status)) for one in FAMILIES
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_command_ends_with_the_exit_code_of_the_family(family: type[Diagnosed]) -> None:
    with pytest.raises(typer.Exit) as ended, ending():
        raise family("why")
    assert ended.value.exit_code == ExitCode(family.exit_code)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_interface_answers_with_the_status_of_the_family(family: type[Diagnosed]) -> None:
    app = application("test")

    @app.get("/")
    def fail() -> None:
        raise family("why")

    with serving(app) as address:
        answer = httpx.get(address, trust_env=False)
    assert (answer.status_code, answer.json()) == (family.status, {"detail": "why"})
    assert ("retry-after" in answer.headers) == (family.retry_after is not None)

"""Every limit of the exchange contract is written once, and the schemas repeat it rightly."""

import ast
from collections.abc import Iterator
from datetime import date

import pytest

from shared_contracts import limits
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.messages.published import schemas
from shared_contracts.messages.versions import VERSIONS
from shared_contracts.regimes import ORDER_95, ORDER_216
from shared_contracts.rules.catalogue import CATALOGUE
from shared_contracts.signing.roles import RIGHTS
from shared_contracts.soap.abilities import LIMITS
from shared_contracts.xml.schema import parse
from tests.architecture.sources import DELIVERED, sources

HOME = "shared_contracts/limits.py"
SIZES = {limits.MESSAGE_BYTES, limits.DOCUMENT_BYTES, limits.FILE_BYTES}
COUNTS = {limits.RECORDS, limits.FINDINGS, 3600}
OTHERS = {
    "shared_contracts/xml/schema.py:_FEW": "errors of libxml2 that are looked through",
    "shared_contracts/event_log/library/subscription.py:_LIMIT": "events read at once",
    "shared_contracts/event_log/auditing/chain.py:_BATCH": "events read at once",
    "shared_contracts/event_log/auditing/derived.py:_BATCH": "events read at once",
    "shared_contracts/event_log/auditing/nodes.py:_BATCH": "nodes read at once",
    "shared_contracts/event_log/auditing/views.py:_BATCH": "events read at once",
    "registry/intake/verdict_log.py:LISTS": "lists of revoked certificates that are remembered",
    "sez/timetable.py:HOUR": "seconds between checkpoints",
    "registry/timetable.py:HOUR": "seconds between checkpoints",
    "sez/registry_log/watching.py:OFTEN": "seconds between proofs of the Registry's log",
    "registry/sez_logs/watching.py:OFTEN": "seconds between proofs of the logs of systems",
    "registry/drift/watching.py:OFTEN": "seconds between questions what systems can do",
}
"""Names that happen to bear the number of a limit, and what they are."""
XS = "{http://www.w3.org/2001/XMLSchema}"


def number(node: ast.AST | None) -> float | None:
    """The number that an expression of digits, products and shifts makes; None for any other."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.BinOp(left=left, op=ast.Mult() | ast.LShift() | ast.Pow() as op, right=right):
            first, second = number(left), number(right)
            return None if first is None or second is None else applied(op, first, second)
        case _:
            return None


def applied(op: ast.operator, first: float, second: float) -> float:
    """What an operation makes of two numbers."""
    if isinstance(op, ast.Pow):
        return float(first**second)
    return first * (2**second if isinstance(op, ast.LShift) else second)


def literals(tree: ast.AST) -> Iterator[float]:
    """Every number of a source, products as one."""
    for node in ast.walk(tree):
        if (found := number(node)) is not None:
            yield found


def named(tree: ast.Module) -> Iterator[tuple[str, float]]:
    """Every name at the top of a source that is given a number."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                pass
            case _:
                continue
        if (found := number(value)) is not None:
            yield name, found


def test_no_size_of_the_contract_is_written_a_second_time() -> None:
    found = {
        source.name
        for source in sources(*DELIVERED)
        if source.name != HOME and SIZES & set(literals(source.tree))
    }
    assert found == set()


def test_no_count_or_hour_of_the_contract_has_a_second_name() -> None:
    found = {
        f"{source.name}:{name}"
        for source in sources(*DELIVERED)
        if source.name != HOME
        for name, value in named(source.tree)
        if value in COUNTS
    }
    assert found - set(OTHERS) == set()


@pytest.mark.parametrize("text", ["5 * 1024 * 1024", "5 << 20", "5 * 2**20", "5242880"])
def test_a_size_is_known_however_it_is_written(text: str) -> None:
    assert limits.DOCUMENT_BYTES in set(literals(ast.parse(f"most = {text}")))


@pytest.mark.parametrize(
    ("schema", "path", "attribute", "limit"),
    [
        ("package", f".//{XS}element[@name='Record']", "maxOccurs", limits.RECORDS),
        (
            "package",
            f"{XS}simpleType[@name='DocumentBytes']//{XS}maxLength",
            "value",
            limits.DOCUMENT_BYTES,
        ),
        ("purchase", f".//{XS}element[@name='Lot']", "maxOccurs", limits.LOTS),
        ("receipt", f".//{XS}element[@name='Record']", "maxOccurs", limits.RECORDS),
        ("receipt", f".//{XS}element[@name='Finding']", "maxOccurs", limits.FINDINGS),
    ],
)
def test_the_schemas_repeat_the_limits(schema: str, path: str, attribute: str, limit: int) -> None:
    for version in VERSIONS:
        root = parse(schemas(version)[schema])
        bounds = {found.get(attribute) for found in root.iterfind(path)} - {None}
        assert bounds == {str(limit)}


def test_a_system_tells_the_limits_it_keeps() -> None:
    told = (LIMITS.body_bytes, LIMITS.document_bytes, LIMITS.records, LIMITS.lots, LIMITS.findings)
    assert told == (
        limits.MESSAGE_BYTES,
        limits.DOCUMENT_BYTES,
        limits.RECORDS,
        limits.LOTS,
        limits.FINDINGS,
    )


def test_no_table_has_a_first_day_of_its_own() -> None:
    found = {
        source.name
        for source in sources(*DELIVERED)
        for call in ast.walk(source.tree)
        if ast.unparse(call).startswith(("date(2015, ", "date(2018, ", "datetime.date(201"))
    }
    assert found == {"shared_contracts/regimes.py"}
    begun = {values.since for rule in CATALOGUE.values() for values in rule.values}
    assert min(begun) == ORDER_95
    assert {day for day in begun if day < date(2019, 1, 1)} == {ORDER_95, ORDER_216}
    assert {right.since for right in RIGHTS} == {ORDER_95}
    assert {edition.effective_from for edition in builtin().editions()} == {ORDER_95}

"""A table of the contract in words and as JSON."""

from collections.abc import Callable, Iterable
from typing import Any

from shared_contracts.explaining.contract_tables import ContractRow, ContractTable, TableKind
from shared_contracts.language import Language


def as_content(tables: Iterable[ContractTable]) -> list[dict[str, Any]]:
    """Tables as JSON has them: the words in all languages."""
    return [
        {
            "name": one.name,
            "kind": one.kind.value,
            "schema": one.schema or None,
            "said": dict(one.said),
            "rows": [_content(row, one.kind) for row in one.rows],
        }
        for one in tables
    ]


def heading_of(table: ContractTable, language: Language) -> str:
    """The line above a table: its name, where it is declared, and what it is."""
    place = f"{table.schema}.xsd" if table.schema else "catalogue.toml"
    said = table.said[language]
    return f"{table.name} ({place}){f': {said}' if said else ''}"


def rows_of(
    table: ContractTable, language: Language, word: Callable[[str], str]
) -> list[dict[str, str]]:
    """The rows of a table in ``language``; ``word`` puts the words of the command into it."""
    return [
        {
            "name": row.name,
            "type": row.type,
            "times": f"{row.times} ({word('one of')})" if row.choice else row.times,
            "bounds": _bounds(row) or word("one of several types"),
            "said": row.said[language],
        }
        for row in table.rows
    ]


def _bounds(row: ContractRow) -> str:
    return ", ".join((row.type, *(f"{name} {value}" for name, value in row.facets)))


def _content(row: ContractRow, kind: TableKind) -> dict[str, Any]:
    said = {"name": row.name, "said": dict(row.said)}
    if kind is TableKind.FIELDS:
        times = {"least": row.least, "most": row.most, "choice": row.choice}
        return said | {"type": row.type or None} | times
    if kind is TableKind.BOUNDS:
        return said | {"type": row.type or None, "facets": [list(one) for one in row.facets]}
    return said

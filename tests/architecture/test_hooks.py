"""What a kind may say besides is said by some kind: a hook that none sets never fires."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

import pytest

import registry.kinds
import sez.kinds
from shared_contracts.messages import kinds

TABLES: Mapping[str, Mapping[str, Any]] = {
    "RecordKind": kinds.KINDS,
    "RegistryKind": registry.kinds.KINDS,
    "SezKind": sez.kinds.KINDS,
}


def unset(table: Mapping[str, Any]) -> Iterator[str]:
    """The optional fields that every kind of a table leaves at their defaults."""
    declared = list(table.values())
    for one in fields(type(declared[0])):
        default = one.default
        if one.default_factory is not MISSING:
            default = one.default_factory()
        if default is not MISSING and all(getattr(kind, one.name) == default for kind in declared):
            yield one.name


@pytest.mark.parametrize("table", TABLES)
def test_every_optional_hook_is_set_by_some_kind(table: str) -> None:
    assert list(unset(TABLES[table])) == []

"""Every setting that an operator can give, and every field of the register, has an effect."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from registry.settings import RegistrySettings
from registry.systems.entry import RegisterEntry
from sez.settings import SezSettings

ROOT = Path(__file__).parent.parent
SHARED = ("shared_contracts",)
FOR_PEOPLE = {"name", "address"}
"""Fields of the register that the keeper reads: `registry sez list` and the interface show them."""


def _read_in(folders: tuple[str, ...], apart: set[str]) -> set[str]:
    """Names of attributes that the modules in ``folders`` read from any object."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return {
        node.attr
        for path in paths
        if path.name not in apart
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


@pytest.mark.parametrize(("kind", "folder"), [(RegistrySettings, "registry"), (SezSettings, "sez")])
def test_no_setting_is_declared_and_never_read(
    kind: type[RegistrySettings | SezSettings], folder: str
) -> None:
    read = _read_in((folder, *SHARED), {"settings.py"})
    assert {one.name for one in fields(kind)} - read == set()


def test_no_field_of_the_register_is_kept_and_never_judged_by() -> None:
    judged = _read_in(("registry/intake", "registry/soap"), set())
    assert set(RegisterEntry.__struct_fields__) - judged <= FOR_PEOPLE

"""The page of kinds of record names every hook that a kind may set, and no other."""

import dataclasses
import re

import pytest

from registry.records.kind import RegistryKind
from sez.records.kind import SezKind
from shared_contracts.messages.kinds import RecordKind
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "kinds.md").read_text("utf-8")


@pytest.mark.parametrize("kind", [RecordKind, RegistryKind, SezKind])
def test_the_page_of_kinds_names_every_hook_and_which_must_be_set(kind: type) -> None:
    _, _, after = PAGE.partition(f"### `{kind.__name__}`\n")
    told = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", after.partition("\n#")[0], re.MULTILINE)
    fields = [(one.name, _required(one)) for one in dataclasses.fields(kind)]
    assert [(name, unless == "required") for name, unless in told] == fields


def _required(field: "dataclasses.Field[object]") -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing

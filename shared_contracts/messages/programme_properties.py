"""The properties of a programme by which two systems compare it (S216-A2.8.1, S216-A2.8.4)."""

import msgspec

from shared_contracts.messages.forms import form, values_within
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.property_hash import hash_of_values

APART = frozenset({"act", "items"})
"""What is no field of a programme: its place in the history, and its items, compared by number."""


def field_hashes(programme: Programme) -> dict[str, str]:
    """The property hash of each field beside act and items, by its element; absent or not."""
    values = [*values_within(msgspec.structs.replace(programme, items=()), "")]
    return {
        field.tag: hash_of_values(one for one in values if _element(one[0]) == field.tag)
        for field in form(Programme)
        if field.name not in APART
    }


def _element(path: str) -> str:
    """The first element of a path."""
    return path.partition("/")[0]

"""Versions of the contract that stand side by side, and which of them a document obeys (S216-11c).

A purchase keeps the conditions under which it was announced, and with them the contract that they
name: so the two versions are served as long as anything of the older one runs.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

OF_CONDITIONS: Final[Mapping[int, str]] = MappingProxyType({1: "1.0", 2: "1.1"})
"""The contract that each version of the conditions of synchronisation names."""

FIRST_CONDITIONS: Final = min(OF_CONDITIONS)
"""The conditions that a system begins with."""

VERSIONS: Final = tuple(OF_CONDITIONS.values())
"""All versions of the contract that are served, the oldest first."""

FIRST: Final = VERSIONS[0]
"""The version that has no number in the addresses of its schemas."""

NEWEST: Final = VERSIONS[-1]
"""The version that this software speaks where nothing older is asked for."""


def of_conditions(conditions: int) -> str:
    """The contract that a document under these conditions obeys; unknown ones are the newest's.

    That they are not allowed is told by F-HDR-5, which knows what the sender was given.
    """
    return OF_CONDITIONS.get(conditions, NEWEST)


def newest_of(conditions: Iterable[int]) -> str:
    """The newest contract among those of several documents: that of the package they travel in."""
    return max((of_conditions(one) for one in conditions), key=VERSIONS.index, default=FIRST)

"""The two sides of a drill."""

from typing import Final, Literal, TypeAlias

Side: TypeAlias = Literal["registry", "sez"]
"""Whose store is tampered with."""

SIDES: Final[tuple[Side, Side]] = ("registry", "sez")

CODE = "SEZ01"
"""The code of the SEZ of the stand."""


def other(side: Side) -> Side:
    """The side that remembers."""
    return "sez" if side == "registry" else "registry"

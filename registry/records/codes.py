"""Codes of classifiers in objects on record, as they are asked before a classifier changes."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CodedRecord:
    """An object on record with the codes that its last whole document has (S216-17).

    ``number`` is the one under which people know it, ``first_day`` the day on which its first
    version was formed: codes of that day may stay. ``changeable`` if another whole version may
    still come. Each code stands with its classifier.
    """

    number: str
    first_day: date
    changeable: bool
    codes: frozenset[tuple[str, str]]

"""The hash by which two systems tell whether they have the same properties (S216-12d).

SHA-256, lower hex, over the lines of a part, sorted by code points: the path of each value below
the part, a tab, the value in its canonical form, a line feed. Elements are named as on the wire; of
a list each bears its number from 1. Canonical are numbers without zeros that say nothing, moments
in UTC, ``true`` and ``false``. A backslash, a tab, a line feed and a carriage return in a text are
written with a backslash. What is absent has no line.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from shared_contracts.messages.document import Part
from shared_contracts.messages.forms import values_within

Value = tuple[str, object]
"""A path, and the value there."""


def property_hash(part: Part) -> str:
    """The hash of all values of ``part``."""
    return hash_of_values(values_within(part, ""))


def hash_of_values(values: Iterable[Value]) -> str:
    """The hash of values by their paths."""
    lines = sorted(f"{path}\t{_canonical(value)}\n" for path, value in values)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _canonical(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _number(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            return _escaped(str(value))


def _number(value: Decimal) -> str:
    """Without an exponent, and without zeros after the last digit that counts."""
    if not value:
        return "0"
    whole, point, rest = format(value, "f").partition(".")
    return f"{whole}{point}{rest}".rstrip("0").rstrip(".") if point else whole


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace("\t", "\\t")
    return plain.replace("\n", "\\n").replace("\r", "\\r")

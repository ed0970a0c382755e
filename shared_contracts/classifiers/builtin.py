"""The subset of every classifier that is always there: the upper levels and the common codes."""

from functools import cache
from importlib.resources import files

from shared_contracts.classifiers.edition import (
    BUILT_IN,
    BUILT_IN_UNITS,
    CLASSIFIERS,
    MKEI,
    Edition,
    entries_of,
)
from shared_contracts.classifiers.index import Classifiers
from shared_contracts.regimes import ORDER_95

NATIONAL_UNITS = frozenset({"5111", "5114", "931"})
"""Units of the national practice which the published lists of units leave out."""


@cache
def builtin() -> Classifiers:
    """The built-in editions; an operator adds the full ones by importing them."""
    return Classifiers((*map(_edition, CLASSIFIERS), _national_units()))


def _edition(classifier: str) -> Edition:
    rows = files(__package__).joinpath("data", f"{classifier.lower()}.csv").read_bytes()
    return Edition(classifier, BUILT_IN, ORDER_95, entries_of(rows), source="built in")


def _national_units() -> Edition:
    """The national units once more, so that they stay when a full list replaces the subset."""
    units = tuple(unit for unit in _edition(MKEI).entries if unit.code in NATIONAL_UNITS)
    return Edition(MKEI, BUILT_IN_UNITS, ORDER_95, units, supplement=True, source="built in")

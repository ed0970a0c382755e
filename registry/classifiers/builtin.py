"""The subset of every classifier that is always there: the upper levels and the common codes."""

from datetime import date
from functools import cache
from importlib.resources import files

from registry.classifiers.edition import CLASSIFIERS, Edition, entries_of
from registry.classifiers.index import Classifiers

NAME = "built-in subset"
SINCE = date(2015, 1, 30)
"""The day of the older of the two orders; no record can be formed before it."""


@cache
def builtin() -> Classifiers:
    """The built-in editions; an operator adds the full ones by importing them."""
    return Classifiers(_edition(classifier) for classifier in CLASSIFIERS)


def _edition(classifier: str) -> Edition:
    rows = files(__package__).joinpath("data", f"{classifier.lower()}.csv").read_bytes()
    return Edition(classifier, NAME, SINCE, entries_of(rows))

"""The subset of every classifier that is always there: the upper levels and the common codes."""

from functools import cache
from importlib.resources import files

from registry.classifiers.edition import CLASSIFIERS, Edition, entries_of
from registry.classifiers.index import Classifiers
from shared_contracts.regimes import ORDER_95

NAME = "built-in subset"


@cache
def builtin() -> Classifiers:
    """The built-in editions; an operator adds the full ones by importing them."""
    return Classifiers(_edition(classifier) for classifier in CLASSIFIERS)


def _edition(classifier: str) -> Edition:
    rows = files(__package__).joinpath("data", f"{classifier.lower()}.csv").read_bytes()
    return Edition(classifier, NAME, ORDER_95, entries_of(rows))

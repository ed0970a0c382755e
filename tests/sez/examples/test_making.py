"""An example is named without its kind, so its name is of one kind alone."""

from collections import Counter

from sez.kinds import KINDS
from tests.throwaway.sez.examples import EXAMPLES as THROWAWAY


def test_the_names_of_examples_are_unique_over_all_kinds() -> None:
    kinds = [*(one.EXAMPLES for one in KINDS.beside("examples")), THROWAWAY]
    told = Counter(name for kind in kinds for name in kind.names)
    assert set(told.values()) == {1}, told

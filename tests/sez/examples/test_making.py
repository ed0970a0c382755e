"""An example is named without its kind, so its name is of one kind alone."""

from collections import Counter

from sez.kinds import KINDS


def test_the_names_of_examples_are_unique_over_all_kinds() -> None:
    told = Counter(name for one in KINDS.beside("examples") for name in one.EXAMPLES.names)
    assert set(told.values()) == {1}, told

"""The list of survivors names lines that are there, and a trial tells a mutant from the code."""

from tests.mutants import survivors
from tests.mutants.mutant import Mutant, mutants, part_of


def test_every_listed_survivor_is_in_the_code_and_has_a_reason() -> None:
    assert survivors.astray(mutants()) == []


def test_a_survivor_without_a_reason_is_told_and_one_that_is_noticed_too() -> None:
    [(file, operator, line), *_] = sorted(survivors.known())
    listed = Mutant(file, 1, f"core/{operator}", 0, line)
    new = Mutant(file, 1, "core/AddNot", 0, "if nobody_tests_this:")
    assert list(survivors.compare([listed, new], [new])) == [
        f"survives without a reason: {' | '.join(new.key)}",
        f"listed as a survivor, and noticed: {' | '.join(listed.key)}",
    ]


def test_a_mutant_is_the_code_with_one_line_altered() -> None:
    mutant = next(one for one in mutants() if one.operator == "core/NumberReplacer")
    assert mutant.source() != Mutant(mutant.file, 0, mutant.operator, 1, "").source()


def test_the_parts_together_are_all_mutants_each_once() -> None:
    every = list(mutants())
    parts = [part_of(every, first, 7) for first in range(1, 8)]
    assert sorted(one for part in parts for one in part) == sorted(every)
    assert len({one.key for part in parts for one in part}) == sum(
        len({one.key for one in part}) for part in parts
    )

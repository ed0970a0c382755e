"""The mutants that no test notices, each with the reason why that is right."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.mutants.mutant import Mutant

FILE = Path(__file__).with_name("survivors.toml")

Key = tuple[str, str, str]


def known() -> Counter[Key]:
    """How many survivors are listed under each file, operator and line."""
    entries = tomllib.loads(FILE.read_text("utf-8"))["survivor"]
    listed: Counter[Key] = Counter()
    for entry in entries:
        if not entry["why"].strip():
            raise ValueError(f"no reason is given for {entry['line']}")
        for operator in entry["operators"]:
            listed[entry["file"], operator, entry["line"]] += entry.get("times", 1)
    return listed


def compare(tried: Iterable[Mutant], survived: Iterable[Mutant]) -> Iterator[str]:
    """Where the list and a run differ, in words; mutants that were not tried are left out."""
    listed, found = known(), Counter(mutant.key for mutant in survived)
    for key in sorted(found):
        if found[key] > listed[key]:
            yield f"survives without a reason: {' | '.join(key)}"
    for key in sorted({mutant.key for mutant in tried} & set(listed)):
        if listed[key] > found[key]:
            yield f"listed as a survivor, and noticed: {' | '.join(key)}"


def astray(every: Iterable[Mutant]) -> list[str]:
    """Listed survivors whose line is no longer in the code."""
    there = {mutant.key for mutant in every}
    return [" | ".join(key) for key in sorted(known()) if key not in there]

"""What became of the tests when they last ran: a clause counts as tested only by a test that did.

The run of the tests writes ``.law/outcomes.json``; an entry counts as long as the file of the test
is as it was then.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from shared_contracts.law.citations import Citation

OUTCOMES = Path(".law/outcomes.json")
"""Where the outcomes are kept, under the project's folder."""


class RunOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How often a test passed, failed and was skipped with its parameters, and why it was skipped.

    ``source`` is the SHA-256 of the file in which the test stands.
    """

    source: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reason: str = ""

    @property
    def proves(self) -> bool:
        """Whether the test ran and nothing of it failed."""
        return self.passed > 0 and self.failed == 0


Outcomes = Mapping[str, RunOutcome]
"""Outcomes by the id of the test, without parameters."""


def read_outcomes(folder: Path) -> dict[str, RunOutcome]:
    """The outcomes kept for the project in ``folder``; none where the tests never ran."""
    try:
        kept = (folder / OUTCOMES).read_bytes()
    except FileNotFoundError:
        return {}
    return msgspec.json.decode(kept, type=dict[str, RunOutcome])


def write_outcomes(folder: Path, outcomes: Outcomes) -> None:
    """Add ``outcomes`` to those kept for the project in ``folder``; a test's last run counts."""
    target = folder / OUTCOMES
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = dict(sorted({**read_outcomes(folder), **outcomes}.items()))
    target.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")


def source_digest(folder: Path, test: str) -> str:
    """SHA-256 of the file in which ``test`` stands; empty where there is no such file."""
    source = folder / test.partition("::")[0]
    return hashlib.sha256(source.read_bytes()).hexdigest() if source.is_file() else ""


def present(folder: Path, citations: Iterable[Citation]) -> dict[str, RunOutcome]:
    """The kept outcomes of the tests that cite clauses, as far as their files are unchanged."""
    kept = read_outcomes(folder)
    cited = {citation.test for citation in citations} & kept.keys()
    return {test: kept[test] for test in cited if kept[test].source == source_digest(folder, test)}

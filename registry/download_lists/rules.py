"""All that can be said of a list of those who took the documentation from what is known."""

from typing import Protocol, TypeAlias

from registry.records.rules import deletion, header
from registry.records.rules.examine import StateRules
from registry.records.rules.facts import Facts, RecordFacts
from shared_contracts.rules import download_list
from shared_contracts.rules.rule import RuleBooks


class RecordedDownloadList(download_list.TakenBefore, RecordFacts, Protocol):
    """A list as it stands in the Registry before the record that is judged."""


class TakenPurchase(download_list.DocumentedPurchase, RecordFacts, Protocol):
    """The purchase on record whose documentation was taken."""


DownloadListFacts: TypeAlias = Facts[RecordedDownloadList, TakenPurchase]
"""What is known when a version of a list is judged; its base is the purchase."""


def _course(facts: DownloadListFacts) -> download_list.TakingCourse:
    return download_list.TakingCourse(facts.base, facts.current)


RULES: StateRules[RecordedDownloadList, TakenPurchase] = StateRules(
    RuleBooks(header.BOOK, deletion.BOOK), related=download_list.RULES, underlying=_course
)
"""The state rules of lists of those who took the documentation."""

"""All that can be said of a version of a programme from what the Registry knows."""

from registry.programmes.rules import codes, programme
from registry.programmes.rules.recorded import RecordedProgramme
from registry.records.rules import deletion, header
from registry.records.rules.examine import StateRules
from shared_contracts.rules.rule import RuleBooks

RULES: StateRules[RecordedProgramme, RecordedProgramme] = StateRules(
    RuleBooks(header.BOOK, programme.BOOK, deletion.BOOK, codes.BOOK)
)
"""The state rules of programmes."""

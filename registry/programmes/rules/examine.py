"""All that can be said of a version of a programme from what the Registry knows."""

from registry.programmes.rules import programme
from registry.programmes.rules.recorded import RecordedProgramme
from registry.records.rules import codes, deletion, header
from registry.records.rules.examine import StateRules
from shared_contracts.messages.programme import Programme
from shared_contracts.rules import programme_course
from shared_contracts.rules.codes import in_parts, path_in_items
from shared_contracts.rules.programme_course import ProgrammeCourse
from shared_contracts.rules.rule import RuleBooks

CODES = codes.book(Programme, lambda programme: in_parts(programme.items), path_in_items)

RULES: StateRules[RecordedProgramme, RecordedProgramme] = StateRules(
    RuleBooks(header.BOOK, programme.BOOK, deletion.BOOK, CODES),
    related=programme_course.RULES,
    underlying=lambda facts: ProgrammeCourse(facts.current, facts.apart, facts.namesake),
)
"""The state rules of programmes."""

"""State rules for the codes in a programme (S216-17, S216-A4.1-5)."""

from collections.abc import Iterator

from registry.programmes.rules.recorded import ProgrammeFacts
from registry.records.rules import codes
from shared_contracts.messages.programme import Programme
from shared_contracts.rules.codes import in_parts, path_in_items
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-CLF-1")
def codes_were_in_force(programme: Programme, facts: ProgrammeFacts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    if facts.apart is not None:
        return codes.never_in_force(facts.apart.written(), facts)
    return codes.never_in_force(in_parts(programme.items), facts, path_in_items)


@BOOK.rule("CLF-STALE")
def codes_are_still_in_force(programme: Programme, facts: ProgrammeFacts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    if facts.apart is not None:
        return codes.no_longer_in_force(facts.apart.written(), facts)
    return codes.no_longer_in_force(in_parts(programme.items), facts, path_in_items)

"""State rules for a programme that the Registry alone can ask (S216-9.8)."""

from collections.abc import Iterator

from registry.programmes.programme import RecalledProgramme, totals_of
from registry.programmes.rules.recorded import ProgrammeFacts
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import Programme
from shared_contracts.messages.programme_change import SUPPLY_PROGRAMME
from shared_contracts.rules.act import path
from shared_contracts.rules.rule import Found, RuleBook, shown

BOOK = RuleBook()


@BOOK.rule("F-PRG-7")
def only_new_ones_are_loaded(document: Amendable, facts: ProgrammeFacts) -> Iterator[Found]:
    """What is loaded is new; what changes a programme is asked about first (S216-A2.7.1)."""
    if facts.operation == "LoadProgramme" and document.act.version > 1:
        value = str(document.act.version)
        yield Found(f"{path(document)}/Version", value, {"cause": "ONLY_NEW"})


@BOOK.rule("F-PRG-10")
def what_is_supplied_was_asked_for(programme: Programme, facts: ProgrammeFacts) -> Iterator[Found]:
    """A version is supplied that the Registry asked for, and no other (S216-A2.8.4-5)."""
    if facts.operation != SUPPLY_PROGRAMME:
        return
    act, recalled = programme.act, facts.recalled
    asked = recalled.asked if isinstance(recalled, RecalledProgramme) else None
    wanted = None if asked is None else (asked.version, asked.document_hash)
    if wanted != (act.version, facts.header.document_hash):
        yield Found("/Programme/Act/Version", str(act.version))


@BOOK.rule("F-PRG-5")
def year_agrees_with_the_medium_term(
    programme: Programme, facts: ProgrammeFacts
) -> Iterator[Found]:
    """An annual programme plans what the medium-term one, which it names, plans for its year."""
    named, base = programme.medium_term_programme_id, facts.base
    if named is None:
        return
    if base is None or base.kind != "MEDIUM_TERM" or base.status == "DELETED":
        unknown = {"cause": "MEDIUM_TERM_UNKNOWN", "expected": "—"}
        yield Found("/Programme/MediumTermProgrammeId", str(named), unknown)
        return
    for year, amount in totals_of(programme).items():
        planned = base.totals.get(year)
        if planned != amount:
            told = "—" if planned is None else shown(planned)
            differs = {"cause": "MEDIUM_TERM_TOTAL", "expected": told}
            yield Found("/Programme/YearTotals", shown(amount), differs)

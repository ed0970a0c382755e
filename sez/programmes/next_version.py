"""A version of a programme against the one before it, as the Registry will see it (S216-A2.1.4)."""

from collections.abc import Iterator
from datetime import datetime

from sez.programmes.programme import SignedProgramme, State
from shared_contracts.faults import Breach
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.programme import Programme
from shared_contracts.rules.course import identifier
from shared_contracts.rules.programme import ITEM


def examine_next(document: Amendable, programme: State, _at: datetime) -> list[Breach]:
    """What the Registry would refuse of a version after the programme before it."""
    if not isinstance(document, Programme) or not isinstance(programme, SignedProgramme):
        return []
    return [*_of_another(document, programme), *_renumbered(document, programme)]


def _of_another(document: Programme, before: SignedProgramme) -> Iterator[Breach]:
    for element, given, known in (
        ("SubsoilUser", identifier(document.subsoil_user), before.subsoil_user),
        ("Kind", document.kind, before.kind),
        ("YearFrom", str(document.year_from), str(before.year_from)),
        ("YearTo", str(document.year_to), str(before.year_to)),
    ):
        if given != known:
            named = {"cause": "PROGRAMME_OTHER"}
            yield Breach("F-PRG-2", f"/Programme/{element}", given, named)


def _renumbered(document: Programme, before: SignedProgramme) -> Iterator[Breach]:
    removed = frozenset(before.removed)
    for index, item in enumerate(document.items if removed else (), 1):
        if item.item_number in removed:
            named = {"cause": "ITEM_NUMBER_REMOVED"}
            yield Breach("F-PRG-3", f"{ITEM}[{index}]/ItemNumber", item.item_number, named)

"""State rules for the codes in a programme (S216-17, S216-A4.1-5)."""

from collections.abc import Iterator

from registry.programmes.rules.recorded import ProgrammeFacts
from registry.records.rules import codes
from shared_contracts.messages.programme import Programme
from shared_contracts.rules.codes import WrittenCode
from shared_contracts.rules.rule import Found, RuleBook

BOOK = RuleBook()


@BOOK.rule("F-CLF-1")
def codes_were_in_force(programme: Programme, facts: ProgrammeFacts) -> Iterator[Found]:
    """A code is in the edition at the forming of this version, or of the first (S216-17)."""
    return codes.never_in_force(written(programme), facts, _path)


@BOOK.rule("CLF-STALE")
def codes_are_still_in_force(programme: Programme, facts: ProgrammeFacts) -> Iterator[Found]:
    """A code that the current edition no longer has tells of a stale classifier (S216-A3.2a)."""
    return codes.no_longer_in_force(written(programme), facts, _path)


Place = tuple[int, int | None, str]
"""Of which item, at which of its places of delivery, in which element a code stands."""


def written(programme: Programme) -> Iterator[WrittenCode]:
    """Whatever stands in the place of a code."""
    for number, item in enumerate(programme.items, 1):
        yield WrittenCode((number, None, "SkpCode"), "KPVED", item.skp_code)
        yield WrittenCode((number, None, "Unit"), "MKEI", item.unit)
        for index, place in enumerate(item.delivery_places, 1):
            yield WrittenCode((number, index, "Country"), "COUNTRIES", place.country)
            if place.kato is not None:
                yield WrittenCode((number, index, "Kato"), "KATO", place.kato)


def _path(place: Place) -> str:
    item, delivery, element = place
    within = "" if delivery is None else f"/DeliveryPlaces/DeliveryPlace[{delivery}]"
    return f"/Programme/Items/Item[{item}]{within}/{element}"

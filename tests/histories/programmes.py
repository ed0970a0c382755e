"""Steps of a random history with programmes: loaded, changed, deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import msgspec

from sez.examples.making import ExampleOrder, ExampleRequest
from sez.programmes import examples, versions
from sez.programmes.programme import SignedProgramme, UnsignedProgramme
from sez.records.owner import Owner
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.programme import PROGRAMME, Programme
from shared_contracts.rules.programme import with_totals
from tests import samples
from tests.histories.history import WHY, History, Step
from tests.programmes import with_item

put = msgspec.structs.replace
YEARS = 4
"""So many first years the programmes have."""


def planned(play: History, example: str) -> Programme:
    """A programme that begins in one of the next years."""
    owner, name = Owner(Environment.STAND, samples.SEZ_CODE, 2), f"{example}-programme"
    at = play.now.replace(day=1)
    later = at.replace(year=at.year + play.chance.randrange(YEARS))
    order = ExampleOrder(ExampleRequest(example=name), owner, uuid7(), samples.customer(), later)
    made = examples.prepare(order).make(owner, order.object_id, UnsignedProgramme())
    assert isinstance(made, Programme)
    return put(made, approved_on=play.now.date())


def loaded(play: History, _purchase: UUID) -> Step:
    """A programme, of which there may be one already."""
    programme = planned(play, play.chance.choice(("annual", "annual", "medium-term")))
    return _loading(play, f"{programme.kind} programme", programme)


def loaded_wrongly(play: History, _purchase: UUID) -> Step:
    """A programme of no year or with fewer items than it says; or with another total, a warning."""
    programme = planned(play, "annual")
    [total] = programme.year_totals
    wrong = play.chance.choice(
        (
            {"year_totals": (put(total, amount=total.amount + 1),)},
            {"year_to": programme.year_to - 1},
            {"item_count": 1},
        )
    )
    return _loading(play, "loaded wrongly", put(programme, **wrong))


def _loading(play: History, name: str, programme: Programme) -> Step:
    same = (programme.kind, programme.year_from, programme.year_to)
    states = [play.state(PROGRAMME, one) for one in play.of(PROGRAMME)]
    there = any(
        same == (one.kind, one.year_from, one.year_to)
        for one in states
        if isinstance(one, SignedProgramme)
    )
    make = versions.loading(programme)
    return Step("second programme" if there else name, PROGRAMME, uuid7(), make)


@dataclass(frozen=True)
class Change:
    """A change of a programme: what it is called, what it makes of the last version."""

    name: str
    made: Callable[[Programme], Programme]


def _dearer(programme: Programme) -> Programme:
    last = programme.items[-1]
    plans = tuple(put(plan, amount=plan.amount + Decimal(1)) for plan in last.year_plans)
    if last.unit_price is not None:
        return with_item(programme, len(programme.items), transient=not last.transient)
    return with_totals(with_item(programme, len(programme.items), year_plans=plans))


def _regrouped(programme: Programme) -> Programme:
    """The last item stands under a number of its own, which no item had before."""
    *others, last = programme.items
    numbers = (int(one.item_number) for one in programme.items)
    moved = put(last, item_number=str(max(numbers) + 1))
    return with_totals(put(programme, items=(*others, moved)))


def _reused(programme: Programme) -> Programme:
    """The last item stands under the number 2, which may have been another's."""
    *others, last = programme.items
    return with_totals(put(programme, items=(*others, put(last, item_number="2"))))


CHANGES = (
    Change("amounts changed", _dearer),
    Change("amounts changed", _dearer),
    Change("items regrouped", _regrouped),
    Change("number used again", _reused),
    Change("nothing changed", lambda programme: programme),
    Change("other year", lambda programme: put(programme, year_from=programme.year_from - 1)),
    Change("other kind", lambda programme: put(programme, kind="MEDIUM_TERM")),
    Change("count changed", lambda programme: put(programme, item_count=9)),
)


def changed(play: History, _purchase: UUID) -> Step | None:
    """Any change of a programme that is there, or was; one that changes nothing is refused."""
    found = play.of(PROGRAMME)
    if not found:
        return None
    one, change = play.chance.choice(found), play.chance.choice(CHANGES)
    known = play.documents[one]
    assert isinstance(known, Programme)
    made = change.made(known)
    return Step(change.name, PROGRAMME, one, versions.change(made, WHY))


def gone(play: History, _purchase: UUID) -> Step | None:
    """A programme is deleted, or once more."""
    found = play.of(PROGRAMME)
    if not found:
        return None
    make = versions.deletion("Ошибка", play.now, "Бекова А. М.")
    return Step("programme deleted", PROGRAMME, play.chance.choice(found), make)

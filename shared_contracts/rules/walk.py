"""One pass through a whole document, judging every part and value by its type or name.

Generic rules are asked here: of a moment, a number, an identifier, wherever it stands. Plans are
made once per type, paths only for what is found.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import attrgetter
from types import UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from shared_contracts.faults import Breach
from shared_contracts.messages.document import Part
from shared_contracts.messages.tags import item_tag, tag
from shared_contracts.rules.catalogue import CATALOGUE
from shared_contracts.rules.rule import day_of, shown

Judge = Callable[[Any], Mapping[str, str] | None]
"""Tells of a value that it is right (None) or what fills the wording of the broken rule."""

Judges = tuple[tuple[str, Judge], ...]
J = TypeVar("J", bound=Judge)
Trail = tuple[Any, str] | None
"""The way to a part, from its end: the trail before it and a step, turned into a path on demand."""

JUDGES: list[tuple[str, type | str, Judge]] = []
"""Rule, what it judges (a type, ``field`` or ``Class.field``), and its judge."""

_PLANS: dict[type[Part], "PartPlan"] = {}


class FieldStep(NamedTuple):
    """What to do with one field: its tag, the tag of its items, judges, whether to go in."""

    tag: str
    item: str | None
    judges: Judges
    enter: bool


class PartPlan(NamedTuple):
    """What to do with a part: how to get the values that matter, and the step for each."""

    values: Callable[[Part], tuple[Any, ...]]
    steps: tuple[FieldStep, ...]


def each(rule_id: str, *targets: type | str) -> Callable[[J], J]:
    """Enter the decorated judge as the rule for every value that one of ``targets`` names."""
    if rule_id not in CATALOGUE:
        raise KeyError(f"{rule_id} is not in the catalogue of rules")

    def enter(judge: J) -> J:
        JUDGES.extend((rule_id, target, judge) for target in targets)
        _PLANS.clear()
        return judge

    return enter


def walk(part: Part, at: datetime, root: str | None = None) -> list[Breach]:
    """All breaches of the generic rules in force at ``at``, in the order of the document.

    Paths begin with ``root``, by default the name of the part's type.
    """
    found: list[Breach] = []
    _visit(part, (None, root or type(part).__name__), found)
    if not found:
        return found
    day = day_of(at)
    return [breach for breach in found if CATALOGUE[breach.rule].in_force(day)]


def _visit(part: Part, trail: Trail, found: list[Breach]) -> None:  # noqa: C901  # hot
    values, steps = _PLANS.get(type(part)) or _plan(type(part))
    for value, (element, item, judges, enter) in zip(values(part), steps, strict=True):
        if value is None:
            continue
        if item is not None:
            for index, one in enumerate(value, 1):
                there = ((trail, element), f"{item}[{index}]")
                _judge(judges, one, there, found)
                if enter:
                    _visit(one, there, found)
            continue
        for rule_id, judge in judges:  # most values are right: no call, no trail for them
            if (wrong := judge(value)) is not None:
                found.append(_breach(rule_id, value, (trail, element), wrong))
        if enter:
            _visit(value, (trail, element), found)


def _judge(judges: Judges, value: object, here: Trail, found: list[Breach]) -> None:
    for rule_id, judge in judges:
        if (wrong := judge(value)) is not None:
            found.append(_breach(rule_id, value, here, wrong))


def _breach(rule_id: str, value: object, here: Trail, wrong: Mapping[str, str]) -> Breach:
    said = wrong.get("value") if isinstance(value, Part) else shown(value)
    return Breach(rule_id, _path(here), said, wrong)


def _path(trail: Trail) -> str:
    steps: list[str] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    return "/" + "/".join(reversed(steps))


def _plan(kind: type[Part]) -> PartPlan:
    hints = get_type_hints(kind)
    every = {name: _step(kind, name, hints[name]) for name in kind.__struct_fields__}
    steps = {name: step for name, step in every.items() if step.judges or step.enter}
    _PLANS[kind] = PartPlan(_getter(tuple(steps)), tuple(steps.values()))
    return _PLANS[kind]


def _getter(names: tuple[str, ...]) -> Callable[[Part], tuple[Any, ...]]:
    """What gets these attributes at once; of a single one the library would give no tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda part: tuple(getattr(part, name) for name in names)


def _step(kind: type[Part], name: str, hint: object) -> FieldStep:
    many, value = _value_type(hint)
    names = {name, f"{kind.__name__}.{name}"}
    judges = tuple(
        (rule_id, judge) for rule_id, target, judge in JUDGES if target in {value, *names}
    )
    item = item_tag(tag(name)) if many else None
    return FieldStep(tag(name), item, judges, issubclass(value, Part) and _worth_entering(value))


def _value_type(hint: Any) -> tuple[bool, type]:  # noqa: ANN401 - a type hint of any form
    if get_origin(hint) in {Union, UnionType}:
        [hint] = [option for option in get_args(hint) if option is not type(None)]
    if get_origin(hint) is tuple:
        return True, get_args(hint)[0]
    return False, hint


def _worth_entering(kind: type[Part]) -> bool:
    return bool((_PLANS.get(kind) or _plan(kind)).steps)

"""Elements that are missing or out of place, all of them.

libxml2 passes over whatever follows the first element out of place. So a message in which it found
one is mended in a copy, where it then finds the rest: what is out of place is taken out, and for
what is missing an empty element is put in.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace

from shared_contracts.limits import FINDINGS
from shared_contracts.messages.document import Part
from shared_contracts.messages.forms import FieldForm, form
from shared_contracts.messages.roots import ROOTS
from shared_contracts.messages.tags import SIGNATURE_NAMESPACE, qualified
from shared_contracts.xml.codec import Element, local_name, path_of


@dataclass(frozen=True, slots=True)
class Misplaced:
    """What is wrong with the place of an element, and the names expected there.

    It is ``missing``, ``unexpected`` (not known in this part), ``displaced`` (known, but not at
    this place), ``surplus`` (nothing may stand there), or is told to stand in wrong ``order``
    with the name before which it must stand.
    """

    facet: str
    path: str
    expected: str
    follower: str | None = None


@dataclass(slots=True)
class Mended:
    """A copy of ``source`` with its elements in place, and what had to be done for that.

    ``origin`` leads from the nodes of the copy to those of the source; ``invented`` are the empty
    elements put in.
    """

    source: Element
    copy: Element
    origin: dict[Element, Element]
    invented: set[Element] = field(default_factory=set)
    found: list[Misplaced] = field(default_factory=list)

    @property
    def enough(self) -> bool:
        """Whether mending stopped before its end: there is no use in more, and it stays cheap."""
        return len(self.found) >= FINDINGS


@dataclass(frozen=True, slots=True)
class _Place:
    """One place in the order of a part: the name of its element, and whether it must be there."""

    name: str
    required: bool
    form: FieldForm


def mend(source: Element) -> Mended:
    """``source`` with every element in its place, as far as its root is known."""
    copy = deepcopy(source)
    mended = Mended(source, copy, dict(zip(copy.iter(), source.iter(), strict=True)))
    if (root := ROOTS.get(local_name(source))) is not None:
        _mend_part(mended, copy, root)
    return mended


def _mend_part(mended: Mended, node: Element, part: type[Part]) -> None:
    places = _places(part)
    numbers = {qualified(place.name): number for number, place in enumerate(places)}
    children = list(node.iterchildren("*"))
    fields_end = max((n for n, child in enumerate(children, 1) if child.tag in numbers), default=0)
    due, before = 0, len(mended.found)
    for position, child in enumerate(children):
        number = numbers.get(str(child.tag), -1)
        if mended.enough:
            return
        if number >= due:
            _put_in(mended, node, places[due:number], before=child)
            _mend_value(mended, child, places[number].form)
            due = number + 1
        elif position < fields_end or not _is_trailer(child):
            facet = "unexpected" if number < 0 else "displaced"
            _take_out(mended, child, ", ".join(_next(places[due:])), facet)
    _put_in(mended, node, places[due:], before=_trailer(node))
    _join(mended, before)


def _mend_value(mended: Mended, node: Element, value: FieldForm) -> None:
    if value.choice is not None:  # one element of several: libxml2 says which may stand here
        for chosen in node.iterchildren(qualified(value.tag)):
            _mend_value(mended, chosen, replace(value, choice=None))
        return
    if value.item is not None:
        _mend_list(mended, node, value)
    elif issubclass(value.kind, Part):
        _mend_part(mended, node, value.kind)


def _mend_list(mended: Mended, node: Element, value: FieldForm) -> None:
    for child in list(node.iterchildren("*")):
        if mended.enough:
            return
        if child.tag != qualified(str(value.item)):
            _take_out(mended, child, str(value.item))
        elif issubclass(value.kind, Part):
            _mend_part(mended, child, value.kind)


def _places(part: type[Part]) -> list[_Place]:
    places = {
        field.choice or field.tag: _Place(
            field.choice or field.tag, field.required or field.choice is not None, field
        )
        for field in form(part)
    }
    return list(places.values())


def _next(places: list[_Place]) -> Iterator[str]:
    """Names of what may come next, up to the first that must."""
    for place in places:
        yield place.name
        if place.required:
            return


def _put_in(mended: Mended, node: Element, places: list[_Place], before: Element | None) -> None:
    for place in places:
        if not place.required:
            continue
        invented = node.makeelement(qualified(place.name))
        node.insert(len(node) if before is None else node.index(before), invented)
        mended.invented.add(invented)
        path = f"{path_of(mended.origin[node], mended.source)}/{place.name}"
        follower = None if before is None else local_name(before)
        mended.found.append(Misplaced("missing", path, place.name, follower))


def _join(mended: Mended, start: int) -> None:
    """One finding for an element that is missing at its place because it stands at another."""
    found = mended.found[start:]
    missing = {one.path: one for one in found if one.facet == "missing"}
    astray = {one.path for one in found if one.facet in {"displaced", "surplus"}}
    mended.found[start:] = [
        replace(one, facet="order", expected=missing[one.path].follower or one.expected)
        if one.path in missing and one.path in astray
        else one
        for one in found
        if one.facet != "missing" or one.path not in astray
    ]


def _take_out(mended: Mended, node: Element, expected: str, facet: str = "unexpected") -> None:
    path = path_of(mended.origin[node], mended.source)
    found = Misplaced(facet if expected else "surplus", path, expected)
    mended.found.append(found)
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _is_trailer(node: Element) -> bool:
    # Signatures and extensions stand behind all fields.
    signature = str(node.tag).startswith(f"{{{SIGNATURE_NAMESPACE}}}")
    return signature or node.tag == qualified("Extension")


def _trailer(node: Element) -> Element | None:
    return next((child for child in node.iterchildren("*") if _is_trailer(child)), None)

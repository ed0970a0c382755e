"""Where two documents of one form say different things: by path, with both values (S216-12d)."""

from collections.abc import Iterator

from shared_contracts.messages.differences import Alteration
from shared_contracts.xml.codec import Element, path_of

_Key = tuple[tuple[str, int], ...]


def tree_differences(one: Element, other: Element) -> Iterator[Alteration]:
    """Texts and attributes that differ, in the order of ``other``; None where one lacks the place.

    Elements are paired by name and number among their namesakes. White space between elements is
    passed over, namespaces count by the names that they give.
    """
    before, after = dict(_values(one)), dict(_values(other))
    for key in after | before:
        (element, name), old, new = (
            (after.get(key) or before[key])[0],
            *(side[key][1] if key in side else None for side in (before, after)),
        )
        if old != new:
            yield Alteration(f"{path_of(element)}{name}", old, new)


def _values(root: Element) -> Iterator[tuple[_Key, tuple[tuple[Element, str], str]]]:
    """Each text and attribute under its place among namesakes; a path is made for few of them."""
    waiting: list[tuple[_Key, Element]] = [(((str(root.tag), 1),), root)]
    while waiting:
        key, element = waiting.pop()
        for name, value in element.attrib.items():
            told = "/@" + str(name).rpartition("}")[2]
            yield (*key, (told, 1)), ((element, told), str(value))
        met: dict[str, int] = {}
        children = list[tuple[_Key, Element]]()
        for child in element:
            tag = str(child.tag)
            met[tag] = met.get(tag, 0) + 1
            children.append(((*key, (tag, met[tag])), child))
        if not children or (element.text or "").strip():
            yield key, ((element, ""), element.text or "")
        waiting += reversed(children)

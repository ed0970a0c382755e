"""The quick way to read a message: from its text, where that is written plainly.

Most programs write a message as canonical XML has it: no attribute, no comment, no reference to a
character, no white space between elements. Such a text is recognised by patterns which are made of
the object model; it is read without the tree, and is its own canonical form up to its signatures.
Whatever the patterns do not know goes the way of ``codec`` and of C14N.
``tests/shared_contracts/xml/test_plain.py`` proves that both ways read the same.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from shared_contracts.messages.document import NAMESPACE, Part, Token
from shared_contracts.messages.forms import FieldForm, form
from shared_contracts.xml.values import Reader, reader

P = TypeVar("P", bound=Part)

_TEXT: Final = "([^<]*)"
_REWRITTEN: Final = (b"\r", b"&")
"""What a reader does not give as it is written, or canonical XML may write otherwise."""

_OTHERWISE: Final = "canonical XML writes > as a reference"

_Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlainText(Generic[P]):
    """A message written plainly: its bytes, and where in them its signatures begin.

    Up to there the bytes are their own canonical form, inclusive and exclusive.
    """

    data: bytes
    signatures_at: int
    kind: type[P]
    values: _Values

    def read(self) -> P | None:
        """What the message says, if it is as its schema demands; None where ``codec`` must tell."""
        try:
            return msgspec.convert(self.values, self.kind, strict=False, builtin_types=(bytes,))
        except msgspec.ValidationError:
            return None


def plain(data: bytes, kind: type[P]) -> PlainText[P] | None:
    """A well-formed message of a kind, if it is written plainly."""
    if any(sign in data for sign in _REWRITTEN):
        return None
    text = data.decode()
    head = _head(kind).match(text)
    if head is None or not text.endswith(f"</{kind.__name__}>"):
        return None
    try:
        values, end = _read(_segments(kind), text, head.end())
    except ValueError:
        return None
    return PlainText(data, len(data) - len(text) + end, kind, values)


@cache
def _head(kind: type[Part]) -> re.Pattern[str]:
    """The start tag of a message, as a signature leaves it."""
    named = rf'<{kind.__name__} xmlns="{re.escape(NAMESPACE)}"'
    return re.compile(rf'{named}(?: Id="[\w.-]{{1,128}}")?>', re.ASCII)


class _Slot(NamedTuple):
    """A field as the groups of a pattern hold it: one text, or the fields of a part.

    ``from_text`` reads the text where ``msgspec`` does not, or would otherwise; ``inner`` are the
    fields of the part, of which ``marked`` says that a group of its own tells whether it is there;
    ``width`` is how many groups all this takes.
    """

    name: str
    from_text: Reader | None = None
    inner: "tuple[_Slot, ...] | None" = None
    marked: bool = False
    width: int = 1


class _Within(NamedTuple):
    """A field whose content is read by itself, up to its end tag: where it is, and where it ends.

    ``required`` says that it is always there; else a last group tells.
    """

    name: str
    end_tag: str
    required: bool
    read: Callable[[str, int], tuple[Any, int]]


class _Segment(NamedTuple):
    """Fields that one pattern finds, and the one that begins behind them."""

    match: Callable[[str, int], re.Match[str] | None]
    slots: tuple[_Slot, ...]
    within: _Within | None


def _read(segments: Sequence[_Segment], text: str, at: int) -> tuple[_Values, int]:
    """The values of a part that begins at a place, and where it ends; ValueError if none does."""
    values: _Values = {}
    for match, slots, within in segments:
        found = match(text, at)
        if found is None:
            raise ValueError(f"not written plainly at {at}")
        groups, at = found.groups(), found.end()
        _fill(values, slots, groups, 0)
        if within is not None and (within.required or groups[-1] is not None):
            values[within.name], at = within.read(text, at)
            at = _past(within.end_tag, text, at)
    return values, at


def _past(tag: str, text: str, at: int) -> int:
    if not text.startswith(tag, at):
        raise ValueError(f"not {tag} at {at}")
    return at + len(tag)


def _fill(values: _Values, slots: Sequence[_Slot], groups: Sequence[str | None], at: int) -> int:
    """Take values from the groups, from a number on; gives the number of the next."""
    for name, from_text, inner, marked, width in slots:
        if inner is None:
            text = groups[at]
            at += 1
            if text is None:
                continue
            if ">" in text:
                raise ValueError(_OTHERWISE)
            values[name] = text if from_text is None else from_text(text)
        elif marked and groups[at] is None:
            at += width
        else:
            values[name] = part = dict[str, Any]()
            at = _fill(part, inner, groups, at + marked)
    return at


@cache
def _segments(kind: type[Part]) -> tuple[_Segment, ...]:
    """How a part is written: runs of fields, and between them what is read by itself."""
    segments: list[_Segment] = []
    patterns: list[str] = []
    slots: list[_Slot] = []
    for choice, fields in _in_order(kind):
        within = None if choice else _within(fields[0])
        if within is None:
            pattern, slot = _choice(choice, fields) if choice else _field(fields[0])
            patterns.append(pattern)
            slots += slot
            continue
        opening = f"<{fields[0].tag}>"
        patterns.append(opening if within.required else f"({opening})?")
        segments.append(_Segment(re.compile("".join(patterns)).match, tuple(slots), within))
        patterns, slots = [], []
    last = _Segment(re.compile("".join(patterns)).match, tuple(slots), None)
    return (*segments, last)


def _in_order(kind: type[Part]) -> Iterator[tuple[str | None, list[FieldForm]]]:
    """The fields of a part one by one; those of which a message has one or the other, together."""
    for choice, fields in groupby(form(kind), key=lambda field: field.choice):
        if choice is None:
            yield from ((None, [field]) for field in fields)
        else:
            yield choice, [*fields]


def _within(field: FieldForm) -> _Within | None:
    """A list, or a part with a list in it, as it is read; None of another field."""
    if field.item is None and not _has_lists(field.kind):
        return None
    read = _reading(field.kind)
    if field.item is not None:
        read = partial(_items, read, f"<{field.item}>", f"</{field.item}>")
    return _Within(field.name, f"</{field.tag}>", field.required, read)


def _has_lists(kind: type) -> bool:
    if not issubclass(kind, Part):
        return False
    return any(field.item is not None or _has_lists(field.kind) for field in form(kind))


def _reading(kind: type) -> Callable[[str, int], tuple[Any, int]]:
    if issubclass(kind, Part):
        return partial(_read, _segments(kind))
    return partial(_leaf, _from_text(kind) or str)


def _leaf(from_text: Reader, text: str, at: int) -> tuple[Any, int]:
    end = text.index("<", at)
    if ">" in text[at:end]:
        raise ValueError(_OTHERWISE)
    return from_text(text[at:end]), end


def _items(
    read: Callable[[str, int], tuple[Any, int]], opening: str, closing: str, text: str, at: int
) -> tuple[list[Any], int]:
    found: list[Any] = []
    while text.startswith(opening, at):
        item, at = read(text, at + len(opening))
        at = _past(closing, text, at)
        found.append(item)
    return found, at


def _field(field: FieldForm) -> tuple[str, list[_Slot]]:
    """The pattern of a field that one pattern reads whole, and what its groups hold."""
    if issubclass(field.kind, Part):
        [(_, inner, _)] = _segments(field.kind)
        content = "".join(_field(one)[0] for one in form(field.kind))
        marked = not field.required
        width = marked + sum(one.width for one in inner)
        slot = _Slot(field.name, None, inner, marked, width)
    else:
        content, slot = _TEXT, _Slot(field.name, _from_text(field.kind))
    opening, closing = f"<{field.tag}>", f"</{field.tag}>"
    if field.required:
        return f"{opening}{content}{closing}", [slot]
    mark = f"({opening})" if slot.marked else opening
    return f"(?:{mark}{content}{closing})?", [slot]


def _choice(tag: str, fields: Sequence[FieldForm]) -> tuple[str, list[_Slot]]:
    """The same of an element in which one of several fields stands."""
    read = [_field(replace(field, required=False)) for field in fields]
    content = "|".join(pattern.removesuffix("?") for pattern, _ in read)
    return f"<{tag}>(?:{content})</{tag}>", [slot for _, slots in read for slot in slots]


def _from_text(kind: type) -> Reader | None:
    """What reads a text that ``msgspec`` takes as it stands, or less strictly."""
    if kind is Decimal:
        return _number
    return reader(kind) if kind in {Token, bytes} else None


def _number(text: str) -> str | Decimal:
    """A number as ``msgspec`` takes it, which loses the sign of nought."""
    return Decimal(text) if text == "-0" else text

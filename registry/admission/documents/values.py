"""Values of an application as both languages have them: words for codes, parts one by one."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec

from registry.admission.regulation import Regulation
from shared_contracts.astana_time import shown
from shared_contracts.calendar.working_days import ReasonWords
from shared_contracts.printing.document import Words
from shared_contracts.printing.letters import printable

NOTHING: Final = "—"
"""What is printed where nothing was told."""
LONGEST: Final = 10_000
"""Most signs of one value that are printed in a language."""
SHOWN_AS: Final = 10
"""Signs in which a sign that the font has not is printed, at most."""
_OTHER: Final = {("FormStaff", "name"): "given", ("FormSupport", "lines"): "support_lines"}
"""Labels of fields that mean something else in a part than elsewhere."""


def words(section: str, name: str) -> Words:
    """The words of ``words.toml``."""
    return _all_words()[section][name]


def label(part: msgspec.Struct, name: str) -> Words:
    """What a field of a part is called."""
    return words("label", _OTHER.get((type(part).__name__, name), name))


def said(value: object) -> Words:
    """A value in both languages; parts of a part as ``name: value``, lists one after the other."""
    if isinstance(value, msgspec.Struct):
        return joined((_named(part, value) for part in told_fields(value)), "; ")
    if isinstance(value, tuple) and value:
        parts = any(isinstance(one, msgspec.Struct) for one in value)
        return joined(map(said, value), "\n" if parts else ", ")
    if isinstance(value, bool):
        return words("value", "yes" if value else "no")
    return _coded(_written(value))


def _written(value: object) -> str:
    if value in (None, "", ()):
        return NOTHING
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def both(three: ReasonWords) -> Words:
    """Kazakh and Russian of words in three languages."""
    return Words(three.kk, three.ru)


def body(law: Regulation, body_id: str) -> Words:
    """What a body of the regulation is called; another text as it is."""
    found = next((one for one in law.body if one.id == body_id), None)
    return both(found.words) if found else said(body_id)


def shortened(told: Words) -> Words:
    """The same, cut where it is longer than ``LONGEST``: the attached data have the rest."""
    rest = words("head", "attached")
    return Words(_cut(told.kk, rest.kk), _cut(told.ru, rest.ru))


def _cut(text: str, rest: str) -> str:
    if len(printable(text)) <= LONGEST:
        return text
    most = LONGEST if printable(text[:LONGEST]) == text[:LONGEST] else LONGEST // SHOWN_AS
    return f"{text[:most]}…\n{rest}"


def told_fields(part: msgspec.Struct) -> Iterator[str]:
    """The fields of a part in which something stands."""
    for name in part.__struct_fields__:
        if getattr(part, name) not in (None, "", ()):
            yield name


def joined(many: Iterable[Words], between: str) -> Words:
    """Words one after the other."""
    ones = list(many)
    return Words(between.join(one.kk for one in ones), between.join(one.ru for one in ones))


def same(text: str) -> Words:
    """What is the same in both languages."""
    return Words(text, text)


def headed(head: Words, text: Words) -> Words:
    """``head: text``."""
    return Words(f"{head.kk}: {text.kk}", f"{head.ru}: {text.ru}")


def _named(name: str, part: msgspec.Struct) -> Words:
    return headed(label(part, name), said(getattr(part, name)))


def _coded(code: str) -> Words:
    return _all_words()["value"].get(code) or same(code)


@cache
def _all_words() -> Mapping[str, Mapping[str, Words]]:
    text = files(__package__).joinpath("words.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), type=dict[str, dict[str, Words]])

"""What the commands about signatures say, in kk, ru and en: one table, and how it is filled."""

import errno
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from shared_contracts.errors import BadInput
from shared_contracts.language import Language
from shared_contracts.rules.details import in_language

NOTHING = "—"
"""What stands for a value that is not there."""


WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    tomllib.loads(files(__package__).joinpath("explain_words.toml").read_text("utf-8"))
)
"""All words: by section, code and language."""


class Unusable(BadInput, ValueError):
    """Something given to a command that it cannot use.

    ``code`` names the entry ``flaw`` of the words, which tells field, rule, value and cure.
    """

    def __init__(self, code: str, value: object = "", detail: object = "", limit: str = "") -> None:
        self.code = code
        self.values = {"value": str(value), "detail": str(detail), "limit": limit}
        super().__init__(self.in_language(Language.EN))

    def in_language(self, language: Language) -> str:
        """The flaw in words."""
        return sentence("flaw", self.code, language, self.values)


def cause(wrong: Exception) -> str:
    """Why something could not be read or written: a code that has words, or what was raised."""
    if isinstance(wrong, OSError):
        code = errno.errorcode.get(wrong.errno or 0, "")
        return code if code in WORDS["detail"] else wrong.strerror or str(wrong)
    return str(wrong)


def sentence(section: str, code: str, language: Language, values: Mapping[str, object]) -> str:
    """The sentence ``code`` of a section with its values in words; KeyError if it has none."""
    template = WORDS[section][code][language]
    named = {name: called(name, value, language) for name, value in values.items()}
    return template.format_map(named)


def called(section: str, value: object, language: Language) -> str:
    """What a value is called; several are told one after another, and none as a dash."""
    if isinstance(value, tuple):
        return ", ".join(called(section, one, language) for one in value) or NOTHING
    if value is None or not str(value):
        return NOTHING
    known = WORDS.get(section, {}).get(str(value), {}).get(language)
    if known is not None or section != "detail":
        return known or _shown(str(value))
    return in_language(_shown(str(value)), language)


def _shown(text: str) -> str:
    """Text of a stranger's, in which nothing can give orders to a terminal or turn its lines."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)

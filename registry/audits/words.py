"""The words of an audit's report, in kk, ru and, where commands show them, en (S216-12)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def words(section: str, name: str) -> Mapping[str, str]:
    """What a code of ``section`` says, by language; ``KeyError`` for one that has no words."""
    return all_words()[section][name]


@cache
def all_words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """All words, by section, code and language."""
    text = files(__package__).joinpath("report_words.toml").read_text("utf-8")
    return tomllib.loads(text)

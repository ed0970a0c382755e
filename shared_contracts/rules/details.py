"""Technical details of a refusal in the reader's language: patterns and their words.

The checks of signatures, certificates and XML tell details in English. A reader of Kazakh or
Russian gets them in that language where the detail has an entry in ``details.toml``; else it stands
in brackets as a technical detail, in English.
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

_TABLE: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("details.toml").read_text(encoding="utf-8")
)
_ENTRIES = [(re.compile(entry["pattern"], re.DOTALL), entry) for entry in _TABLE["detail"]]
_WORD = re.compile(r"[a-z]{3,}", re.IGNORECASE)


def in_language(detail: str, language: str) -> str:
    """``detail`` as a reader of ``language`` is told it; English as it is.

    What holds no Latin word (a number, a moment) needs no translation, nor do values: URIs and
    identifiers, in which no space stands.
    """
    if language == "en":
        return detail
    for pattern, entry in _ENTRIES:
        if found := pattern.fullmatch(detail):
            given = {name: value or "" for name, value in found.groupdict().items()}
            return str(entry[language].format_map(given))
    if " " not in detail or not _WORD.search(detail):
        return detail
    return str(_TABLE["other"][language]).format(detail=detail)

"""One word for one thing in every text that a reader of Kazakh or Russian meets (the glossary)."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared_contracts.messages.published import FOLDER
from shared_contracts.messages.versions import NEWEST
from tests.xsd import XML_LANG, sources

SHARED = Path(__file__).resolve().parents[3] / "shared_contracts"
TABLES = (
    *(SHARED / "rules").glob("*.toml"),
    SHARED / "explaining" / "explain_words.toml",
    SHARED / "process" / "command_words.toml",
)
FORBIDDEN = {
    "kk": {
        r"\bпакет": "десте",
        r"\bтоптама": "десте",
        r"\bхэш": "хеш",
        r"\bидентификатор": "сәйкестендіргіш",
        r"\bөндірістік\b": "өнеркәсіптік",
        r"\bалмасу келісімшарт": "алмасу келісімі",
        r"\bкелісімшарт (бейін|сипаттама|нұсқа)": "алмасу келісімі",
        r"(?<!алмасу )\bкелісім(?!шарт)": "алмасу келісімі",
        r"\bквитанция": "түбіртек",
        r"\b[A-Z]+_[A-Z_]+:": "a sentence",
    },
    "ru": {
        r"\bхэш": "хеш",
        r"\bконтракта? обмена": "соглашение об обмене",
        r"\b(профил\w+|верси\w+) контракта": "соглашение об обмене",
        r"\bслуча\w+ для службы поддержки": "инцидент",
        r"\bрасписк": "квитанция",
        r"\b[A-Z]+_[A-Z_]+:": "a sentence",
    },
}
"""Words that must not stand, and the one that is used."""


def _in_table(table: dict[str, Any], language: str) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _in_table(value, language)
        elif name == language and isinstance(value, str):
            yield value


def _texts(language: str) -> Iterator[str]:
    for path in TABLES:
        yield from _in_table(tomllib.loads(path.read_text("utf-8")), language)
    for root in sources().values():
        yield from (str(e.text) for e in root.iter("{*}documentation") if _is_in(e, language))
    for wsdl in (FOLDER / NEWEST).glob("*.wsdl"):
        yield from re.findall(rf"\[{language}\] (.*)", wsdl.read_text("utf-8"))


def _is_in(element: Any, language: str) -> bool:
    return bool(element.get(XML_LANG) == language)


@pytest.mark.parametrize("language", FORBIDDEN)
def test_one_thing_has_one_word(language: str) -> None:
    texts = list(_texts(language))
    assert len(texts) > 500  # the tables and the schemas are there
    wrong = [
        (used, text)
        for text in texts
        for word, used in FORBIDDEN[language].items()
        if re.search(word, text, re.IGNORECASE if used != "a sentence" else 0)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_english_name_of_an_edition_is_left(language: str) -> None:
    words = tomllib.loads((SHARED / "rules" / "words.toml").read_text("utf-8"))["edition"]
    assert all("built" not in entry[language] for entry in words.values())

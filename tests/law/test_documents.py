"""Readings, glossary and decisions name only clauses, words and places that exist."""

import re
from pathlib import Path

import pytest

from shared_contracts.law.table import read_clauses
from tests.architecture.sources import DELIVERED, ROOT, sources

LAW = ROOT / "shared_contracts" / "law"
READINGS = (LAW / "readings.md").read_text("utf-8")
GLOSSARY = (LAW / "glossary.md").read_text("utf-8")
DECISIONS = sorted((ROOT / "shared_contracts" / "decisions").glob("*.md"))
PLACE = re.compile(r"`((?:registry|sez|shared_contracts)/[\w./-]*)`")


def terms() -> list[list[str]]:
    """Rows of the glossary, without its heading."""
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_every_clause_that_is_read_stands_in_the_orders() -> None:
    cited = set(re.findall(r"\b(?:S216|S95)-[\w.]*\w", READINGS))
    assert cited - {clause.id for clause in read_clauses()} == set()


def test_every_reading_names_clause_silence_reading_and_consequence() -> None:
    for reading in re.split(r"^### ", READINGS, flags=re.MULTILINE)[1:]:
        parts = re.findall(r"^- \*\*(\w+)\*\*: ", reading, flags=re.MULTILINE)
        assert parts[:4] == ["Clause", "Silence", "Reading", "Consequence"], reading[:60]


def test_readings_are_numbered_in_order_and_none_twice() -> None:
    numbers = [int(n) for n in re.findall(r"^### R(\d+)\. ", READINGS, flags=re.MULTILINE)]
    assert numbers == sorted(set(numbers))


def test_every_place_in_the_code_that_a_reading_names_exists() -> None:
    assert [place for place in PLACE.findall(READINGS) if not (ROOT / place).exists()] == []


def test_every_term_has_its_three_languages_and_its_word() -> None:
    assert len(terms()) >= 60
    assert [row for row in terms() if len(row) != 4 or not all(row)] == []


def test_every_word_which_the_glossary_gives_the_code_stands_in_the_code() -> None:
    code = "\n".join(source.name + source.text for source in sources(*DELIVERED))
    words = [row[3].strip("`") for row in terms() if row[3] != "—"]
    assert [word for word in words if not re.search(rf"\b{word}\b", code)] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_tells_context_decision_and_consequences(decision: Path) -> None:
    text = decision.read_text("utf-8")
    assert re.findall(r"^## (.*)", text, re.MULTILINE)[:3] == [
        "Context",
        "Decision",
        "Consequences",
    ]


def test_decisions_are_numbered_in_order_and_none_twice() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == sorted(set(numbers))

"""Whatever the commands about signatures can say, they can say in three languages."""

from collections.abc import Iterable
from enum import StrEnum
from string import Formatter

import pytest

from shared_contracts.explaining.steps import Mark
from shared_contracts.explaining.wording import WORDS, Unusable, called, sentence
from shared_contracts.language import Language
from shared_contracts.messages.document import DocumentKind
from shared_contracts.rules.catalogue import WORDS as WORDS_OF_RULES
from shared_contracts.signing.report import (
    VERDICTS,
    Indication,
    Reason,
    RevocationSource,
    RevocationStatus,
    SignatureForm,
    SubIndication,
)
from shared_contracts.signing.roles import ROLES, Refusal
from tests.clauses import clause

CODES: dict[str, type[StrEnum] | Iterable[str]] = {
    "form": SignatureForm,
    "indication": Indication,
    "sub_indication": SubIndication,
    "reason": Reason,
    "status": RevocationStatus,
    "source": RevocationSource,
    "refusal": Refusal,
    "kind": DocumentKind,
    "mark": Mark,
    "role": ROLES.values(),
}
ENTRIES = [(section, code) for section, table in WORDS.items() for code in table]


def blanks(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("section", CODES)
def test_every_code_has_its_words_and_there_are_no_others(section: str) -> None:
    assert set(WORDS[section]) == {str(code) for code in CODES[section]}


@clause("S95-12b")
@pytest.mark.parametrize(("section", "code"), ENTRIES)
def test_every_entry_is_worded_alike_in_three_languages(section: str, code: str) -> None:
    entry = WORDS[section][code]
    assert set(entry) == set(Language)
    assert all(entry.values())
    assert len({frozenset(blanks(template)) for template in entry.values()}) == 1


def test_a_reason_has_the_words_which_the_catalogue_of_rules_gives_it() -> None:
    others = WORDS_OF_RULES["reason"]
    shared = others.keys() & WORDS["reason"].keys()
    assert {code: others[code] for code in shared} == {c: WORDS["reason"][c] for c in shared}


def test_every_verdict_on_a_reason_can_be_told() -> None:
    for indication, ground in VERDICTS.values():
        assert called("indication", indication, Language.KK)
        assert called("sub_indication", ground, Language.RU) != ground


def test_values_are_called_by_their_names_where_they_have_one() -> None:
    assert called("role", ("FIRST_HEAD", "LEGAL_ENTITY"), Language.RU) == (
        "первый руководитель, юридическое лицо"
    )
    assert called("path", "/Purchase", Language.KK) == "/Purchase"
    assert called("iin", None, Language.EN) == called("role", (), Language.EN) == "—"


@pytest.mark.parametrize("sign", ["\x1b", "\n", "\u202e", "\x00"])
def test_a_strangers_text_gives_no_orders_to_a_terminal(sign: str) -> None:
    assert (
        called("common_name", f"ТЕСТ{sign}[2J", Language.KK) == "ТЕСТ\N{REPLACEMENT CHARACTER}[2J"
    )


def test_what_cannot_be_used_is_told_with_field_rule_value_and_cure() -> None:
    told = Unusable("NUMBER", "12").in_language(Language.EN)
    assert told == "--bin: a BIN (IIN) has twelve digits, but this is '12'; write it whole"
    assert sentence("flaw", "NUMBER", Language.KK, {"value": "12"}) != told

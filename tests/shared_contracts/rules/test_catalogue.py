"""The catalogue and the code say the same, in three languages."""

import re
from datetime import date
from pathlib import Path

import pytest

from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.document import LocalizedText
from shared_contracts.messages.kinds import KINDS
from shared_contracts.messages.receipt import Severity, Stage
from shared_contracts.rules.catalogue import (
    CATALOGUE,
    FAULTS,
    LANGUAGES,
    VALUE_LENGTH,
    WORDS,
    fault_wording,
    parameters,
    word,
)
from shared_contracts.rules.walk import JUDGES
from tests.kinds import CASES, NOT_REACHED, Case, rules_of

PIPELINE = {
    "I-01": "a document that cannot be read",
    "I-02": "the head of the package",
    "I-03": "the version of the contract",
    "I-04": "the hash of a document",
    "I-05": "the count of records",
    "I-06": "an identifier of a message used twice",
    "I-07": "the size of a file",
    "I-08": "a number of the sequence used twice",
    "I-09": "another environment",
    "I-11": "a system that is not registered",
    "I-12": "another identifier of the system in the certificate",
    "F-HDR-11": "the operation by which a record came",
    "F-PRG-11": "a change that does not follow the version on record",
    "F-SUP-11": "what a query on suppliers lacks",
    "F-SUP-12": "when a query on suppliers was made",
    "I-13": "a number of the sequence that cannot be voided",
    "I-16": "the file of a document above the limit",
    "I-15": "another TLS certificate than the register names",
    "I-17": "another signing certificate than the register names",
    "I-18": "a system whose synchronisation was stopped",
    "I-19": "a key of the stand in production",
    "I-20": "a network address that the register does not name",
    "I-21": "a held package that a person ended",
    "I-XSD-1": "the schema of the package",
    "C-01": "no signature",
    "C-02": "a signature that does not hold",
    "C-03": "no chain of trust",
    "C-04": "a certificate out of its term",
    "C-05": "a revoked certificate",
    "C-06": "a role that may not sign",
    "C-07": "the BIN of another",
    "C-08": "the IIN of another",
    "C-09": "an algorithm that is not allowed",
    "C-10": "a certificate that soon expires",
    "C-11": "nobody who could be signed for",
    "C-12": "a member who has not signed",
    "C-13": "a member who signed twice",
    "F-XSD-1": "the schema of a document",
}
"""Rules which the steps of the intake raise themselves, and for what."""

ROOT = Path(__file__).resolve().parents[3]
STANDARD = {"value", "path", "given"}


def _raised() -> set[str]:
    of_kinds = (entry.rule_id for object_type in KINDS for entry in rules_of(object_type))
    return {*of_kinds, *(rule_id for rule_id, _, _ in JUDGES), *PIPELINE}


def _placeholders(text: LocalizedText, language: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", getattr(text, language)))


def test_every_rule_of_the_catalogue_is_in_the_code_and_the_reverse() -> None:
    assert set(CATALOGUE) == _raised()


def test_every_rule_of_the_intake_is_raised_by_it() -> None:
    folders = (
        *("registry/**/*.py", "shared_contracts/rules/integrity.py"),
        "shared_contracts/rules/signatures.py",
    )
    sources = [path.read_text() for folder in folders for path in ROOT.glob(folder)]
    named = set(re.findall(r'"((?:I|C|F)-[A-Z]*-?\d+)"', "\n".join(sources)))
    assert set(PIPELINE) <= named


def test_every_rule_on_documents_has_a_broken_sample() -> None:
    shown = {case.rule for case in CASES}
    assert _raised() - shown - set(PIPELINE) == set(NOT_REACHED)


@pytest.mark.parametrize("rule_id", CATALOGUE)
def test_a_rule_is_worded_alike_in_three_languages(rule_id: str) -> None:
    rule = CATALOGUE[rule_id]
    for text in (rule.text, rule.cure):
        kk, ru, en = (_placeholders(text, language) for language in LANGUAGES)
        assert kk == ru == en
        assert all(getattr(text, language).endswith(".") for language in LANGUAGES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_fills_every_placeholder_of_its_wording(case: Case) -> None:
    for breach in case.breaches():
        rule = CATALOGUE[breach.rule]
        wanted = _placeholders(rule.text, "en") | _placeholders(rule.cure, "en")
        assert wanted - STANDARD <= set(breach.parameters)


def test_stages_follow_from_the_letters_of_the_ids() -> None:
    stages = {"I": Stage.INTEGRITY, "C": Stage.CERTIFICATE, "F": Stage.FORMAT_LOGIC}
    apart = {
        "CLF-STALE": Stage.FORMAT_LOGIC,
        "I-12": Stage.CERTIFICATE,
        "I-15": Stage.CERTIFICATE,
        "I-17": Stage.CERTIFICATE,
        "I-19": Stage.CERTIFICATE,
        "I-20": Stage.CERTIFICATE,
        "I-21": Stage.FORMAT_LOGIC,
    }
    for rule_id, rule in CATALOGUE.items():
        assert rule.stage == apart.get(rule_id, stages[rule_id[0]])


def test_assumed_values_are_labelled_so() -> None:
    for rule_id, rule in CATALOGUE.items():
        if rule.source == "[MEM]":
            assert rule.values, rule_id
            assert all(values.assumption for values in rule.values)


def test_values_are_those_in_force_on_a_day() -> None:
    assert parameters("F-HDR-4", date(2026, 1, 1)) == {"limit": 3600}
    assert parameters("F-PUR-4", date(2010, 1, 1))["days"] == {"OT": 15, "EA": 10}
    assert parameters("F-PUR-8", date(2026, 1, 1)) == {}


@pytest.mark.clause("S216-A2.1.7", "S95-12b")
def test_a_finding_says_what_is_wrong_and_the_cure_in_three_languages() -> None:
    breach = Breach("F-ID-1", "/Purchase/Customer/Bin", "123", {"identifier": "BIN"}, 2)
    finding = word(breach)
    assert (finding.severity, finding.record, finding.value) == (Severity.ERROR, 2, "123")
    assert (finding.text.ru or "").startswith("Неверный БИН: «123»")
    assert (finding.text.kk or "").startswith("БСН қате: «123»")
    assert (finding.text.en or "").startswith("Wrong BIN: '123'")
    assert finding.cure.kk
    assert finding.cure.ru
    assert finding.cure.en


def test_a_long_value_is_cut_and_braces_in_it_are_left_alone() -> None:
    finding = word(Breach("F-MAIL", "/X", "{value}" * 100))
    assert len(finding.value or "") == VALUE_LENGTH
    assert "{value}{value}" in (finding.text.ru or "")


def test_what_was_not_given_is_a_dash() -> None:
    assert "—" in (word(Breach("C-04", "/X", None, {"detail": ""})).text.en or "")


def test_a_value_that_was_not_given_leaves_no_empty_brackets() -> None:
    absent = word(Breach("F-PUR-5", "/X", None, {"cause": "GROUND_MISSING"}))
    assert "(" not in (absent.text.ru or "")
    given = word(Breach("F-PUR-5", "/X", "07", {"cause": "GROUND_FORBIDDEN"}))
    assert "(«07»)" in (given.text.ru or "")


def test_an_empty_value_is_told_as_empty() -> None:
    assert (word(Breach("F-CODE-2", "/X", "")).text.ru or "").startswith("«пустое значение» не явл")


def test_every_word_is_known_in_three_languages() -> None:
    for values in WORDS.values():
        for value, words in values.items():
            assert set(words) == set(LANGUAGES), value
            assert all(words.values())


def test_every_cause_is_worded() -> None:
    causes = {
        breach.parameters["cause"]
        for case in CASES
        for breach in case.breaches()
        if "cause" in breach.parameters
    }
    assert causes <= set(WORDS["cause"])


@pytest.mark.clause("S216-A2.1.7")
@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_text_and_cure(fault: Fault) -> None:
    for text in fault_wording(Unprocessed(fault)):
        assert all(getattr(text, language) for language in LANGUAGES)
    assert set(FAULTS) == set(Fault)


def test_a_fault_tells_its_cause_in_the_reader_s_language() -> None:
    why = "text stands directly in TransferRecords: send the element as XML, not as a string"
    text, _ = fault_wording(Unprocessed(Fault.NOT_A_PACKAGE, why))
    assert (text.ru or "").endswith(
        "(в TransferRecords стоит текст; передавайте элемент XML, а не строку и не CDATA)."
    )
    assert why in (text.en or "")


def test_synchronisation_is_named_in_kazakh_as_the_order_in_force_does() -> None:
    said = " ".join(f"{rule.text.kk} {rule.cure.kk}" for rule in CATALOGUE.values())
    assert "синхронда" not in said.lower()

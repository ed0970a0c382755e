"""No English sentence stands within a Kazakh or Russian one: rules, faults, details of refusals."""

import re
from collections.abc import Iterator

import pytest

from shared_contracts.faults import Breach, Fault
from shared_contracts.messages.document import LocalizedText
from shared_contracts.rules.catalogue import FAULTS, word
from shared_contracts.rules.details import in_language
from tests.kinds import CASES

LANGUAGES = ("kk", "ru")
LOWER = re.compile(r"(?<![\w/:.@#-])[a-z]{2,}(?![\w/:@#-])")
"""A Latin word in small letters: names of elements, codes and values are not written so."""
ALLOWED = frozenset({"true", "false", "base64", "xsi", "xml", "nil", "multipart", "gzip"})
DETAILS = (
    "key usage lacks non_repudiation",
    "RSA of 1024 bits",
    "UNKNOWN by OCSP",
    "REVOKED by CRL, key_compromise",
    "document type declaration",
    "deeper than 64 elements",
    "encoding UTF-16: only UTF-8 is read",
    "a system signs it by its Id",
    "the certificate is for logging in: key usage lacks non_repudiation",
    "text stands directly in TransferRecords: send the element as XML, not as a string or CDATA",
    "{urn:a}Package is not of the namespace urn:b",
    "TransferRecords takes Package, not Receipt",
    "the list was in force until 2026-11-26T10:00:00+05:00",
)


def english_in(text: LocalizedText, *given: str | None) -> list[str]:
    """Latin words of the texts that are neither allowed nor part of a value that was given."""
    values = " ".join(filter(None, given))
    found = []
    for language in LANGUAGES:
        words = LOWER.findall(getattr(text, language))
        found += [one for one in words if one not in ALLOWED and one not in values]
    return found


def findings() -> Iterator[Breach]:
    for case in CASES:
        yield from case.breaches()


def test_no_finding_of_a_broken_document_has_english_in_kazakh_or_russian() -> None:
    told = list(findings())
    assert len({breach.rule for breach in told}) > 50
    wrong = []
    for breach in told:
        finding = word(breach)
        given = (breach.value, *breach.parameters.values(), breach.path)
        for text in (finding.text, finding.cure):
            wrong += [(breach.rule, one) for one in english_in(text, *given)]
    assert wrong == []


@pytest.mark.parametrize("rule", ["C-02", "C-03", "C-04", "C-05", "C-09", "I-01"])
@pytest.mark.parametrize("detail", DETAILS)
def test_no_detail_of_a_refusal_is_english_in_kazakh_or_russian(rule: str, detail: str) -> None:
    named = {"reason": detail if rule == "I-01" else "PROFILE", "detail": detail, "subject": "А"}
    finding = word(Breach(rule, "/Package/Signature", "00A1", named))
    assert english_in(finding.text) == english_in(finding.cure) == []
    assert str(finding.text.en).count(detail)


@pytest.mark.parametrize("fault", Fault)
def test_no_fault_is_english_in_kazakh_or_russian(fault: Fault) -> None:
    text, cure = FAULTS[fault]
    assert english_in(text) == english_in(cure) == []


def test_a_certificate_for_signing_in_is_told_as_that() -> None:
    told = in_language("the certificate is for logging in: key usage lacks non_repudiation", "ru")
    assert told.startswith("сертификат предназначен для входа, а не для подписи")


def test_a_certificate_for_something_else_is_not_said_to_be_for_signing_in() -> None:
    told = in_language("key usage lacks digital_signature, non_repudiation", "ru")
    assert "входа" not in told
    assert told.endswith("digital_signature, non_repudiation")


def test_an_end_of_a_term_is_told_in_astana_time() -> None:
    detail = "the end-entity certificate expired 2026-10-27T22:24:35+05:00"
    assert in_language(detail, "ru") == "срок истёк 2026-10-27T22:24:35+05:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_detail_without_words_stands_in_brackets_and_is_not_lost(language: str) -> None:
    detail = "something that the library said and nobody has put into words"
    assert f"[{detail}]" in in_language(detail, language)

"""What a person reads of a broken schema: a sentence, in three languages."""

import re
from pathlib import Path

import pytest

from shared_contracts.faults import Breach
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.rules.catalogue import LANGUAGES, WORDS, word
from shared_contracts.xml import schema
from shared_contracts.xml.facets import EXAMPLES, FACETS, PATTERN_EXAMPLES
from shared_contracts.xml.foreign import foreign_document
from tests.clauses import clause
from tests.xsd import XS, sources

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "documents"
PURCHASE = (GOLDEN / "Purchase.xml").read_text("utf-8")
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
PLACE = "The document does not conform to its schema: "


def told(text: str) -> list[str]:
    """The sentences in English of what is wrong with the text; no language has a gap in its own."""
    findings = [word(b) for b in schema.validate(schema.parse(text.encode()), "F-XSD-1")]
    for finding in findings:
        for language in LANGUAGES:
            sentence = getattr(finding.text, language)
            assert not re.search(r"—|\{|\}|xs:|Astana|element-only|\*", sentence), sentence
    return [str(finding.text.en).removeprefix(PLACE) for finding in findings]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<LotCount>2</LotCount>", "", "LotCount is missing."),
        ("<LotCount>", "<LotsTotal>2</LotsTotal><LotCount>",
         "LotsTotal is not known here; LotCount may stand here."),
        ("</Purchase>", "<More/></Purchase>", "More is one too many: nothing more may stand here."),
        ("<PublishedAt>", "<PublishedAt>26.11.2026 ",
         "the value '26.11.2026 2026-03-02T10:00:00+05:00' is not written in the expected form;"
         " an example: 2026-03-01T09:30:00+05:00."),
        (">183400000.00<", ">183400000,00<",
         "the value '183400000,00' is not written in the expected form;"
         " an example: 1000000.00."),
        (">false</VatIncluded>", ">Нет</VatIncluded>",
         "the value 'Нет' is not written in the expected form; an example: true or false."),
        (">false</VatIncluded>", "></VatIncluded>",
         "the empty value is not written in the expected form; an example: true or false."),
        ("<Method>", f'<Method {XSI} xsi:nil="true">',
         "Method may not be marked as empty by xsi:nil; leave the element out."),
        ("<Method>", '<Method unit="b">', "the attribute unit does not belong here."),
        (">STAND<", ">TEST<", "the value 'TEST' is not one of: PRODUCTION, STAND."),
        (">SEZ01<", ">Қ-1<",
         "the value 'Қ-1' is not written in the expected form; an example: SEZ01."),
        ("<Lots>", "<Lots>text", "Lots holds text or elements that do not belong in it."),
    ],
)  # fmt: skip
@clause("S216-A2.1.4")
def test_what_is_wrong_is_a_sentence(old: str, new: str, sentence: str) -> None:
    assert old in PURCHASE
    assert told(PURCHASE.replace(old, new, 1)) == [sentence]


def test_an_element_that_stands_too_late_is_told_once_with_what_it_must_precede() -> None:
    [currency] = re.findall(r"<Currency>KZT</Currency>\s*", PURCHASE)
    moved = PURCHASE.replace(currency, "").replace("<Lots>", f"{currency}<Lots>")
    assert told(moved) == ["Currency must precede PlannedTotal."]


def test_an_element_given_twice_is_told_as_such() -> None:
    twice = PURCHASE.replace("<RuleSet>", "<Method>EA</Method><RuleSet>")
    assert told(twice) == ["Method is out of its place or repeated; RuleSet may stand here."]


@pytest.mark.parametrize("name", ["Nothing", "Purchase"])
def test_a_foreign_root_is_told_with_its_namespace_and_with_what_is_wanted(name: str) -> None:
    [sentence] = told(f'<{name} xmlns="urn:other"/>')
    assert f'{name} (xmlns="urn:other")' in sentence
    more = ", TenderDocumentation" if name == "Nothing" else ""
    assert f'xmlns="{NAMESPACE}": Purchase{more}' in sentence  # before names, which may be cut


def test_of_a_document_only_documents_are_wanted() -> None:
    said = word(foreign_document(schema.parse(b"<a/>"))).text.en or ""
    assert 'a (xmlns="") is not known' in said
    assert "Deletion" in said
    assert "Package" not in said


def test_a_document_above_the_limit_is_told_by_the_limit_and_the_way_out() -> None:
    named = {"facet": "documentLength", "expected": "5"}
    breach = Breach("I-XSD-1", "/Package/Records/Record[1]/Document/Bytes", None, named)
    assert "larger than 5 bytes; send it as a file by FileRef" in str(word(breach).text.en)


def test_every_facet_has_its_words() -> None:
    assert {*FACETS.values(), "missing", "unexpected"} <= set(WORDS["facet"])


def test_every_pattern_of_the_schemas_has_an_example_that_follows_it() -> None:
    patterns = {
        str(one.get("value")) for root in sources().values() for one in root.iter(f"{XS}pattern")
    }
    assert set(PATTERN_EXAMPLES) == patterns
    assert all(re.fullmatch(pattern, one) for pattern, one in PATTERN_EXAMPLES.items())


def test_every_type_that_is_no_text_has_an_example() -> None:
    types = {
        str(kind.get("name"))
        for root in sources().values()
        for kind in root.iter(f"{XS}simpleType")
        for base in kind.iter(f"{XS}restriction")
        if base.get("base") not in {"xs:string", "xs:token"}
        and not str(base.get("base")).startswith("tru:")
    }
    assert types - set(EXAMPLES) == set()

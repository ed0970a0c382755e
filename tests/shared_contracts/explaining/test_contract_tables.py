"""The tables of the contract on the command line: every field and code, in three languages."""

import json

import pytest
from typer.testing import CliRunner, Result

from shared_contracts.cli import app
from shared_contracts.explaining.contract_tables import TableKind, contract_tables, tables_about
from shared_contracts.language import Language
from tests.xsd import XS, declared, enumerated


def fields(*words: str) -> Result:
    return CliRunner().invoke(app, ["fields", *words])


def test_every_type_of_the_schemas_has_one_table() -> None:
    names = [one.name for one in contract_tables() if one.schema]
    assert sorted(names) == sorted([*declared("complexType"), *declared("simpleType")])


def test_every_root_element_is_found_by_its_name() -> None:
    assert all(tables_about(name)[0].kind is TableKind.FIELDS for name in declared("element"))


def test_every_element_and_code_stands_in_a_table_with_words_in_each_language() -> None:
    by_name = {one.name: one for one in contract_tables()}
    for name, declaration in declared("complexType").items():
        wanted = [str(one.get("name")) for one in declaration.iter(f"{XS}element")]
        rows = [one for one in by_name[name].rows if "@" not in one.name]
        assert [one.name.rpartition("/")[2] for one in rows] == wanted, name
    for name in declared("simpleType"):
        table = by_name[name]
        if table.kind is TableKind.CODES:
            assert [one.name for one in table.rows] == enumerated(name)
    assert all(row.said[lang] for one in by_name.values() for row in one.rows for lang in Language)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["times", "Number of the lot.", "0…1"]),
        ("ru", ["раз", "Номер лота.", "purchase.xsd"]),
        ("kk", ["мағынасы", "purchase.xsd"]),
    ],
)
def test_the_fields_of_a_type_are_told_in_the_language(lang: str, told: list[str]) -> None:
    done = fields("Lot", "--lang", lang)
    assert done.exit_code == 0
    assert [one for one in told if one not in done.stdout] == []


def test_codes_of_schema_and_catalogue_are_told() -> None:
    assert "CHANGED_OBJECTS" in fields("AuditContent").stdout
    assert "открытый конкурс" in fields("method", "--lang", "ru").stdout


def test_a_field_is_told_with_the_types_in_which_it_stands() -> None:
    content = json.loads(fields("LotNumber", "--json").stdout)
    assert "Lot" in [one["name"] for one in content]
    assert {row["name"].rpartition("/")[2] for one in content for row in one["rows"]} == {
        "LotNumber"
    }


def test_json_has_the_words_of_all_languages_whichever_is_asked_for() -> None:
    assert fields("Lot", "--json").stdout == fields("Lot", "--json", "--lang", "kk").stdout
    [table] = json.loads(fields("Lot", "--json").stdout)
    row = next(one for one in table["rows"] if one["name"] == "UnitPrice")
    assert (row["type"], row["least"], row["most"], row["choice"]) == ("Money", "0", "1", False)
    assert set(row["said"]) == {"kk", "ru", "en"}


def test_all_tables_are_told_where_none_is_named() -> None:
    content = json.loads(fields("--json").stdout)
    assert [one["name"] for one in content] == [one.name for one in contract_tables()]
    assert fields().stdout.count(".xsd)") == sum(bool(one.schema) for one in contract_tables())


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "no element, field or type Lott in the contract; near to it: Lot"),
        ("ru", "в контракте нет элемента, поля или типа Lott; похожие: Lot"),
        ("kk", "келісімшартта Lott деген элемент, өріс немесе тип жоқ; ұқсастары: Lot"),
    ],
)
def test_an_unknown_element_says_which_there_are(lang: str, told: str) -> None:
    done = fields("Lott", "--lang", lang)
    assert (done.exit_code, done.stdout) == (3, "")
    assert told in done.stderr
    assert "Purchase" in done.stderr


def test_a_name_that_is_near_to_none_is_told_without_near_ones() -> None:
    done = fields("qqqqqqqqqqqq", "--lang", "ru")
    assert "похожие" not in done.stderr
    assert "; есть: Act, " in done.stderr

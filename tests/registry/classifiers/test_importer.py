"""Full classifiers are taken from known layouts whole, or refused with a reason."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from registry.classifiers import tables
from registry.classifiers.importer import Offered, read_offered
from shared_contracts.classifiers.builtin import builtin
from shared_contracts.classifiers.edition import (
    COLUMNS,
    COUNTRIES,
    KATO,
    KOPF,
    KPVED,
    MKEI,
    Edition,
    entries_of,
)
from shared_contracts.classifiers.index import Classifiers, fallen
from shared_contracts.errors import BadInput

DAY = date(2026, 7, 17)
SHARED = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"

FULL = [
    (KATO, "classifiers/kato.csv", 15_594, 20),
    (KPVED, "classifiers/kpved.csv", 5_429, 21),
    (MKEI, "classifiers/okei.csv", 525, 525),
    (MKEI, "classifiers/mkei-kk-ru-names.csv", 34, 34),
    (MKEI, "samples/mkei_units.csv", 48, 48),
    (KOPF, "classifiers/kopf.csv", 26, 7),
    (COUNTRIES, "classifiers/countries.csv", 249, 249),
    (KATO, "samples/kato_level1.csv", 20, 20),
]


def read_edition_of(classifier: str, name: str, file: str, data: bytes) -> Edition:
    """The edition in a file."""
    return read_offered(classifier, Offered(name, DAY, file, data))


def read(classifier: str, text: str, name: str = "table.csv") -> Edition:
    """An edition from the text of a file."""
    return read_edition_of(classifier, "2026", name, text.encode())


@pytest.mark.clause("S216-17", "S216-A4.1", "S216-A4.2", "S216-A4.3", "S216-A4.4", "S216-A4.5")
@pytest.mark.skipif(not SHARED.exists(), reason="the folder with full classifiers is absent")
@pytest.mark.parametrize(("classifier", "file", "entries", "tops"), FULL)
def test_a_full_classifier_is_read_and_every_code_has_its_place(
    classifier: str, file: str, entries: int, tops: int
) -> None:
    edition = read_edition_of(classifier, "full", file, (SHARED / file).read_bytes())
    index = Classifiers([edition]).index(classifier, DAY)
    assert len(edition.entries) == entries
    assert sum(index.parent(entry.code) is None for entry in edition.entries) == tops
    assert len(index.children(None)) == tops


@pytest.mark.skipif(not SHARED.exists(), reason="the folder with full classifiers is absent")
def test_all_places_are_ready_within_a_second() -> None:
    rows = read_edition_of(
        KATO, "full", "kato.csv", (SHARED / "classifiers/kato.csv").read_bytes()
    ).rows
    started = time.perf_counter()
    classifiers = Classifiers([Edition(KATO, "full", DAY, entries_of(rows))])
    assert classifiers.has(KATO, "113820100", DAY)
    assert time.perf_counter() - started < 1.0


@pytest.mark.skipif(not SHARED.exists(), reason="the folder with full classifiers is absent")
def test_a_place_whose_district_is_left_out_belongs_to_the_region() -> None:
    data = (SHARED / "classifiers/kato.csv").read_bytes()
    index = Classifiers([read_edition_of(KATO, "full", "kato.csv", data)]).index(KATO, DAY)
    assert index.parent("113820100") == "113800000"
    assert index.parent("711110000") == "710000000"


OFFICIAL_KATO = (
    "te,ab,cd,ef,hij,k,kaz_name,rus_name,nn\n"
    "470000000,47,0,0,0,0,Маңғыстау облысы,Мангистауская область,1\n"
    "471000000,47,10,0,0,3,Ақтау  Қ.Ә.,Актау Г.А.,2\n"
)


def test_the_official_layout_of_places_is_read_and_spaces_are_put_right() -> None:
    edition = read(KATO, OFFICIAL_KATO)
    assert [entry.code for entry in edition.entries] == ["470000000", "471000000"]
    assert edition.entries[1].name_kk == "Ақтау Қ.Ә."


def test_the_official_workbook_of_products_is_read_below_its_titles() -> None:
    rows = [["КП ВЭД"], [], ["Код", "Атауы", "Наименование"], ["01", "Өнім", "Продукция"]]
    edition = read_edition_of(KPVED, "2026", "kpved.xlsx", workbook(rows))
    [entry] = edition.entries
    assert (entry.code, entry.name_kk, entry.name_ru) == ("01", "Өнім", "Продукция")


def test_a_workbook_may_number_its_cells_and_skip_empty_ones() -> None:
    rows = [["", ""]] * 12 + [["Код", "Атауы", "Наименование"], ["006", "", "Метр"]]
    edition = read_edition_of(MKEI, "2026", "mkei.xlsx", workbook(rows))
    assert [(entry.code, entry.name_kk, entry.name_ru) for entry in edition.entries] == [
        ("006", None, "Метр")
    ]


def test_what_was_kept_can_be_imported_again() -> None:
    edition = read(KATO, OFFICIAL_KATO)
    assert read_edition_of(KATO, "2026", "rows.csv", edition.rows) == edition


@pytest.mark.parametrize(
    ("classifier", "text", "name", "said"),
    [
        (KATO, "a,b\n1,2\n", "t.csv", "the heading 'a,b' is not known; known are: te,ab"),
        (KATO, "code,k,name_ru,name_kk\n41201,0,Y,X\n", "t.csv", "entry 1, code '41201'"),
        (KATO, "code,k,name_ru,name_kk\n", "t.csv", "has no entries"),
        (KOPF, "code,parent,name_ru,name_kk\n20,,A,\n20,,B,\n", "t.csv", "occurs twice"),
        (KOPF, "code,parent,name_ru,name_kk\n20,,,\n", "t.csv", "has no name"),
        (KOPF, "code", "t.pdf", "give the table as .csv, .tsv or .xlsx"),
        (KOPF, "code", "t.xlsx", "not a readable xlsx file"),
        ("OKOPF", "code", "t.csv", "is not a classifier"),
        (MKEI, "", "t.csv", "the heading '' is not known"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(
    classifier: str, text: str, name: str, said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read(classifier, text, name)
    assert said in str(refused.value)


def test_tabs_and_semicolons_part_columns_too() -> None:
    tabs = read(KOPF, "code\tparent\tname_ru\tname_kk\n20\t\tТОО\tЖШС\n", "t.tsv")
    marks = read(KOPF, "code;parent;name_ru;name_kk\n20;;ТОО;ЖШС\n")
    assert tabs.entries == marks.entries


def workbook(rows: list[list[Any]]) -> bytes:
    """An XLSX workbook of one sheet; its empty cells are left out."""
    book, packed = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(packed)
    return packed.getvalue()


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def changed(data: bytes, *changes: tuple[str, str], shared: str = "") -> bytes:
    """A workbook with other text in its parts, and with texts that its cells share."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        texts = {name: old.read(name).decode() for name in old.namelist()}
        if shared:
            kind = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{STRINGS}"/></Types>'
            types = "[Content_Types].xml"
            texts[types] = texts[types].replace("</Types>", kind)
            texts["xl/sharedStrings.xml"] = shared
        whole = "".join(texts.values())
        assert all(before in whole for before, _ in changes)
        for name, text in texts.items():
            for before, after in changes:
                text = text.replace(before, after)  # noqa: PLW2901  # one change after another
            new.writestr(name, text)
    return packed.getvalue()


HEAD = ["enum", "code", "name_ru", "name_kk", "short_ru", "short_kk"]
OWN = ",".join(COLUMNS) + "\n"
KATO_ROWS = [
    ("990000000", "Бірінші облыс", "Первая область"),
    ("991000000", "Екінші қ.ә.", '"Вторая г.а.'),
    ("991010000", "Екінші қ.", "г.Вторая"),
    ("993200000", "Үшінші ауданы", 'Третий "район"'),
    ("995000000", "Төртінші", "Четвёртая"),
]


def places(delimiter: str) -> bytes:
    """Places whose names have quotation marks, one of them open."""
    lines = ["te ab cd ef hij k kaz_name rus_name nn".replace(" ", delimiter)]
    for te, kk, ru in KATO_ROWS:
        parts = (te, te[:2], te[2:4], te[4:6], te[6:], "0", kk, ru, "")
        lines.append(delimiter.join(parts))
    return "\n".join(lines).encode()


def test_between_tabs_a_quotation_mark_is_a_sign_like_others() -> None:
    edition = read_edition_of(KATO, "t", "kato.tsv", places("\t"))
    assert [entry.code for entry in edition.entries] == [code for code, _, _ in KATO_ROWS]
    assert edition.entries[1].name_ru == '"Вторая г.а.'


@pytest.mark.parametrize("delimiter", [";", ","])
def test_an_open_quotation_mark_is_refused_by_its_line(delimiter: str) -> None:
    with pytest.raises(BadInput, match=r"kato.csv: line 3: "):
        read_edition_of(KATO, "t", "kato.csv", places(delimiter))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN + "796,,дана,штука\n", "line 2 has 4 cells, the first line has 8"),
        (OWN + "796,,дана,штука,piece,,,,\n", "line 2 has 9 cells"),
        (OWN + "796,,дана,штука,piece,,01.01.2020,\n", "valid_from '01.01.2020'"),
        (OWN + "796,,дана,штука,piece,,2020-02-30,\n", "valid_from '2020-02-30'"),
        (OWN + "796,,дана,штука,piece,,2021-01-01,2020-01-01\n", "before it begins"),
        (OWN + '796,,дана,"шту\nка",piece,,,\n', "line 2: a quotation mark is open"),
        (OWN + '796,,дана,"штука', "line 2: "),
        (OWN + "796,,дана," + "ш" * 2001 + ",piece,,,\n", "cells of 2000 characters"),
        ("x," * 100 + "\n", "of 100 cells"),
    ],
)
def test_a_row_that_is_none_is_refused_by_its_line(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(MKEI, text)
    assert said in str(refused.value)


def test_a_mark_of_byte_order_and_blank_lines_are_passed_over() -> None:
    assert len(read(MKEI, "\ufeff" + OWN + "796,,дана,штука,piece,,,\n\n").entries) == 1
    marks = (OWN + "796,,дана,штука,piece,,,\n").replace(",", ";")
    assert len(read(MKEI, marks).entries) == 1


def test_columns_of_our_own_are_read_from_a_workbook_too() -> None:
    rows = [list(COLUMNS), ["796", "", "дана", "штука", "piece", "", "2020-01-01", ""]]
    [entry] = read_edition_of(MKEI, "t", "m.xlsx", workbook(rows)).entries
    assert (entry.code, entry.valid_from) == ("796", date(2020, 1, 1))


ENTITY = '<!DOCTYPE sst [<!ENTITY a "b">]>'
FIRST_TEXT = ('t="inlineStr"><is><t>piece</t></is>', 't="s"><v>0</v>')


@pytest.mark.parametrize("inline", [True, False])
def test_hints_of_pronunciation_are_no_part_of_a_name(inline: bool) -> None:  # noqa: FBT001
    hint = '<r><t>шту</t></r><r><t>ка</t></r><rPh sb="0" eb="1"><t>ХИНТ</t></rPh>'
    data = workbook([HEAD, ["1", "796", "piece", "дана", "", ""]])
    if inline:
        data = changed(data, ("<t>piece</t>", hint))
    else:
        data = changed(data, FIRST_TEXT, shared=f'<sst xmlns="{MAIN}"><si>{hint}</si></sst>')
    [entry] = read_edition_of(MKEI, "t", "m.xlsx", data).entries
    assert entry.name_ru == "штука"


def test_the_first_sheet_is_the_one_that_the_workbook_names_first() -> None:
    book, packed = Workbook(), io.BytesIO()
    book.active.append(["notes"])
    sheet = book.create_sheet("units", 0)
    sheet.append(HEAD)
    sheet.append([1, 796.0, "штука", "дана", "шт", "дана"])
    book.save(packed)
    [entry] = read_edition_of(MKEI, "t", "m.xlsx", packed.getvalue()).entries
    assert entry.code == "796"


@pytest.mark.parametrize(
    ("change", "shared"),
    [
        (FIRST_TEXT, f'<sst xmlns="{MAIN}"></sst>'),
        (
            FIRST_TEXT,
            f'<!DOCTYPE sst [<!ENTITY a "b">]><sst xmlns="{MAIN}"><si><t>&a;</t></si></sst>',
        ),
        (("<sheetData>", "<sheetData><"), ""),
        (("<sheets>", "<none>"), ""),
        (('t="inlineStr"><is><t>piece</t></is>', "><v>x</v>"), ""),
    ],
)
def test_a_broken_workbook_is_refused(change: tuple[str, str], shared: str) -> None:
    data = changed(workbook([HEAD, ["1", "796", "piece", "дана", "", ""]]), change, shared=shared)
    with pytest.raises(BadInput, match=r"m.xlsx: not a readable xlsx file"):
        read_edition_of(MKEI, "t", "m.xlsx", data)


def test_a_workbook_that_unpacks_without_bound_is_refused_before_it_is_unpacked() -> None:
    packed = io.BytesIO(workbook([HEAD]))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/more.xml", bytes(tables.UNPACKED + 1))
    with pytest.raises(BadInput, match="bytes unpacked"):
        read_edition_of(MKEI, "t", "m.xlsx", packed.getvalue())


@pytest.mark.clause("S216-A4.3")
@pytest.mark.skipif(not (SHARED / "classifiers").is_dir(), reason="the full lists are not at hand")
def test_the_published_list_of_units_leaves_the_national_ones_in_force() -> None:
    published = read_edition_of(
        MKEI, "okei", "okei.csv", (SHARED / "classifiers" / "okei.csv").read_bytes()
    )
    after = builtin().added(published)
    assert {code: after.has(MKEI, code, DAY) for code in ("839", "5114", "5111", "931")} == {
        "839": True,
        "5114": True,
        "5111": True,
        "931": True,
    }
    assert "built-in national units" in after.edition(MKEI, DAY)
    assert not after.without(MKEI, "built-in national units").has(MKEI, "5114", DAY)
    names = (SHARED / "classifiers" / "mkei-kk-ru-names.csv").read_bytes()
    more = read_offered(MKEI, Offered("names", DAY, "names.csv", names, supplement=True))
    assert fallen(after, after.added(more), MKEI, DAY) == []
    assert after.added(more).has(MKEI, "839", DAY)

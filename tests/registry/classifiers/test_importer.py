"""Full classifiers are taken from known layouts whole, or refused with a reason."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest

from registry.classifiers.edition import (
    COUNTRIES,
    KATO,
    KOPF,
    KPVED,
    MKEI,
    Edition,
    EditionRefused,
    entries_of,
)
from registry.classifiers.importer import read_edition
from registry.classifiers.index import Classifiers

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


def read(classifier: str, text: str, name: str = "table.csv") -> Edition:
    """An edition from the text of a file."""
    return read_edition(classifier, "2026", DAY, name, text.encode())


@pytest.mark.clause("S216-17", "S216-A4.1", "S216-A4.2", "S216-A4.3", "S216-A4.4", "S216-A4.5")
@pytest.mark.skipif(not SHARED.exists(), reason="the folder with full classifiers is absent")
@pytest.mark.parametrize(("classifier", "file", "entries", "tops"), FULL)
def test_a_full_classifier_is_read_and_every_code_has_its_place(
    classifier: str, file: str, entries: int, tops: int
) -> None:
    edition = read_edition(classifier, "full", DAY, file, (SHARED / file).read_bytes())
    index = Classifiers([edition]).index(classifier, DAY)
    assert len(edition.entries) == entries
    assert sum(index.parent(entry.code) is None for entry in edition.entries) == tops
    assert len(index.children(None)) == tops


@pytest.mark.skipif(not SHARED.exists(), reason="the folder with full classifiers is absent")
def test_all_places_are_ready_within_a_second() -> None:
    rows = read_edition(
        KATO, "full", DAY, "kato.csv", (SHARED / "classifiers/kato.csv").read_bytes()
    ).rows
    started = time.perf_counter()
    classifiers = Classifiers([Edition(KATO, "full", DAY, entries_of(rows))])
    assert classifiers.has(KATO, "113820100", DAY)
    assert time.perf_counter() - started < 1.0


@pytest.mark.skipif(not SHARED.exists(), reason="the folder with full classifiers is absent")
def test_a_place_whose_district_is_left_out_belongs_to_the_region() -> None:
    data = (SHARED / "classifiers/kato.csv").read_bytes()
    index = Classifiers([read_edition(KATO, "full", DAY, "kato.csv", data)]).index(KATO, DAY)
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
    edition = read_edition(KPVED, "2026", DAY, "kpved.xlsx", workbook(rows))
    [entry] = edition.entries
    assert (entry.code, entry.name_kk, entry.name_ru) == ("01", "Өнім", "Продукция")


def test_a_workbook_may_number_its_cells_and_skip_empty_ones() -> None:
    rows = [["", ""]] * 12 + [["Код", "Атауы", "Наименование"], ["006", "", "Метр"]]
    edition = read_edition(MKEI, "2026", DAY, "mkei.xlsx", workbook(rows))
    assert [(entry.code, entry.name_kk, entry.name_ru) for entry in edition.entries] == [
        ("006", None, "Метр")
    ]


def test_what_was_kept_can_be_imported_again() -> None:
    edition = read(KATO, OFFICIAL_KATO)
    assert read_edition(KATO, "2026", DAY, "rows.csv", edition.rows) == edition


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
    with pytest.raises(EditionRefused) as refused:
        read(classifier, text, name)
    assert said in str(refused.value)


def test_tabs_and_semicolons_part_columns_too() -> None:
    tabs = read(KOPF, "code\tparent\tname_ru\tname_kk\n20\t\tТОО\tЖШС\n", "t.tsv")
    marks = read(KOPF, "code;parent;name_ru;name_kk\n20;;ТОО;ЖШС\n")
    assert tabs.entries == marks.entries


def workbook(rows: list[list[str]]) -> bytes:
    """An XLSX workbook of one sheet, its texts shared and its empty cells left out."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts = sorted({cell for row in rows for cell in row if cell})
    cells = (
        "".join(
            f'<c r="{"ABCDEFG"[place]}{number}" t="s"><v>{texts.index(cell)}</v></c>'
            for place, cell in enumerate(row)
            if cell
        )
        for number, row in enumerate(rows, 1)
    )
    sheet = "".join(f"<row>{row}</row>" for row in cells)
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}">{sheet}</worksheet>')
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{strings}</sst>')
    return packed.getvalue()

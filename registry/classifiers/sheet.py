"""Rows of a table file: CSV, TSV or the first sheet of an XLSX workbook, all cells as text."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from registry.classifiers.edition import EditionRefused

LIMIT = 256 * 1024 * 1024
"""Bytes that a part of a workbook may have when unpacked."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COLUMN = re.compile(r"[A-Z]+")

Row = list[str]


def rows_of(file_name: str, data: bytes) -> list[Row]:
    """The rows of a file by its ending; ``EditionRefused`` if it cannot be read."""
    ending = file_name.rpartition(".")[2].lower()
    try:
        if ending == "xlsx":
            return list(_workbook(data))
        if ending in {"csv", "tsv", "txt"}:
            return _text(data, "," if ending == "csv" else "\t")
    except (zipfile.BadZipFile, KeyError, ET.ParseError, UnicodeDecodeError, csv.Error) as cause:
        raise EditionRefused(f"{file_name}: not a readable {ending} file: {cause}") from cause
    raise EditionRefused(f"{file_name}: give the table as .csv, .tsv or .xlsx")


def _text(data: bytes, delimiter: str) -> list[Row]:
    text = data.decode("utf-8-sig")
    if delimiter == "," and ";" in text.partition("\n")[0]:
        delimiter = ";"
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _workbook(data: bytes) -> Iterator[Row]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        texts = _shared_texts(book)
        sheet = _parsed(book, "xl/worksheets/sheet1.xml")
        for row in sheet.iter(f"{_MAIN}row"):
            yield _cells(row, texts)


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    items = _parsed(book, "xl/sharedStrings.xml").iter(f"{_MAIN}si")
    return ["".join(part.text or "" for part in item.iter(f"{_MAIN}t")) for item in items]


def _parsed(book: zipfile.ZipFile, name: str) -> ET.Element:
    if book.getinfo(name).file_size > LIMIT:
        raise EditionRefused(f"{name} of the workbook is larger than {LIMIT} bytes unpacked")
    return ET.fromstring(book.read(name))  # noqa: S314 - an operator's own file; size is bounded


def _cells(row: ET.Element, texts: list[str]) -> Row:
    cells: Row = []
    for cell in row.iter(f"{_MAIN}c"):
        place = _column(cell.get("r", ""), len(cells))
        cells += [""] * (place - len(cells))
        cells.append(_value(cell, texts))
    return cells


def _column(reference: str, default: int) -> int:
    letters = _COLUMN.match(reference)
    if letters is None:
        return default
    number = 0
    for letter in letters.group():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: ET.Element, texts: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{_MAIN}t"))
    value = cell.findtext(f"{_MAIN}v") or ""
    return texts[int(value)] if cell.get("t") == "s" else value.removesuffix(".0")

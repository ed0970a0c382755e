"""Rows of a table file: CSV, TSV or the first sheet of an XLSX workbook, all cells as text.

A row that cannot be read as it is meant is refused by its line: nothing is padded, cut or joined.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from shared_contracts.errors import BadInput

UNPACKED: Final = 256 * 1024 * 1024
"""Bytes that all parts of a workbook may have when unpacked."""

PARTS: Final = 2000
"""Parts that a workbook may have."""

ROWS: Final = 200_000
"""Rows that a table may have; the largest classifier has 17,000."""

COLUMNS: Final = 100
"""Cells that a row may have."""

CELL: Final = 2000
"""Characters that a cell may have."""

Row = list[str]


def rows_of(file_name: str, data: bytes) -> list[Row]:
    """The rows of a file by its ending; ``BadInput`` tells why it cannot be read."""
    ending = file_name.rpartition(".")[2].lower()
    try:
        if ending == "xlsx":
            return list(_checked(_workbook(data)))
        if ending in {"csv", "tsv", "txt"}:
            return list(_checked(_text(data, ending)))
    except BadInput as refusal:
        raise BadInput(f"{file_name}: {refusal}") from refusal
    except Exception as cause:  # the reader of workbooks raises errors of any kind
        raise BadInput(f"{file_name}: not a readable {ending} file: {cause}") from cause
    raise BadInput(f"{file_name}: give the table as .csv, .tsv or .xlsx")


def _checked(rows: Iterable[tuple[int, Row]]) -> Iterator[Row]:
    """The rows without blank lines; each has as many cells as the first."""
    wide = None
    for number, row in rows:
        if len(row) <= 1 and not any(cell.strip() for cell in row):  # a blank line
            continue
        wide = len(row) if wide is None else wide
        if len(row) != wide:
            raise BadInput(f"line {number} has {len(row)} cells, the first line has {wide}")
        if number > ROWS or wide > COLUMNS or any(len(cell) > CELL for cell in row):
            limits = f"{ROWS} lines of {COLUMNS} cells of {CELL} characters"
            raise BadInput(f"line {number}: a table has at most {limits}")
        yield row


def _text(data: bytes, ending: str) -> Iterator[tuple[int, Row]]:
    """Lines of a text; marks of quotation have no meaning between tabs."""
    text = data.decode("utf-8-sig")
    lines = io.StringIO(text, newline="")
    if ending == "csv":
        delimiter = ";" if ";" in text.partition("\n")[0] else ","
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
    else:
        reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    before = 0
    try:
        for row in reader:
            if any("\n" in cell or "\r" in cell for cell in row):
                raise csv.Error("a quotation mark is open to the next line")  # noqa: TRY301
            yield before + 1, row
            before = reader.line_num
    except csv.Error as flaw:
        raise BadInput(f"line {before + 1}: {flaw}; write a mark in a cell twice") from flaw


def _workbook(data: bytes) -> Iterator[tuple[int, Row]]:
    """Lines of the first sheet, as the workbook orders them; hints of pronunciation are no text."""
    from openpyxl import load_workbook  # noqa: PLC0415  # a tenth of the time to start, for a rare import

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise BadInput(f"a workbook has at most {PARTS} parts and {UNPACKED} bytes unpacked")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=ROWS + 1, max_col=COLUMNS + 1, values_only=True)
        filled = [(number, [_cell(value) for value in row]) for number, row in enumerate(rows, 1)]
    finally:
        book.close()
    yield from _cut(filled)


def _cut(rows: list[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The rows without the empty columns to the right, which a sheet may have by its format."""
    wide = max((_width(row) for _, row in rows), default=0)
    for number, row in rows:
        yield number, row[:wide] + [""] * (wide - len(row))


def _width(row: Row) -> int:
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


def _cell(value: object) -> str:
    """A cell as text; a number or a day as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)

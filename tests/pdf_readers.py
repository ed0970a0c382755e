"""PDFs as readers that are not ours see them: pypdf, PDFium, and poppler where it is installed."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2

from shared_contracts.printing.document import (
    Heading,
    NamedValues,
    Paragraph,
    Places,
    PrintedDocument,
    Table,
    Words,
)


def texts(pdf: bytes, folder: Path) -> dict[str, str]:
    """The text of all pages by each reader, in the order of setting, without any white space."""
    found = {"pypdf": _by_pypdf(pdf), "pdfium": _by_pdfium(pdf)}
    if shutil.which("pdftotext"):
        file = folder / "read.pdf"
        file.write_bytes(pdf)
        command = ["pdftotext", "-raw", "-enc", "UTF-8", str(file), "-"]
        found["poppler"] = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return {name: bare(text) for name, text in found.items()}


def attachments(pdf: bytes) -> dict[str, dict[str, bytes]]:
    """The files inside a PDF by each reader, by name."""
    by_pypdf = {
        name: bodies[0] for name, bodies in pypdf.PdfReader(BytesIO(pdf)).attachments.items()
    }
    document = pypdfium2.PdfDocument(pdf)
    each = [document.get_attachment(n) for n in range(document.count_attachments())]
    return {"pypdf": by_pypdf, "pdfium": {one.get_name(): bytes(one.get_data()) for one in each}}


def unread(pdf: bytes, meant: PrintedDocument, told: bytes, folder: Path) -> dict[str, str]:
    """What a reader reads that is not what was meant, letter by letter; {} where each reads it all.

    The foot of each page and the heads of tables, which each page repeats, are left out.
    """
    wrong = {}
    heads = [bare("".join(_heads(one))) for one in meant.blocks if isinstance(one, Table)]
    whole = _without(bare("".join(said(meant))), heads)
    foot = re.compile(re.escape(bare(meant.number)) + r"·\d+/\d+")
    for name, text in texts(pdf, folder).items():
        body, end, rest = foot.sub("", text).replace("\x0c", "").partition(_ATTACHED)
        read = _without(body, heads)
        if read != whole or not end or hashlib.sha256(told).hexdigest() not in rest:
            wrong[name] = read
    return wrong


def said(document: PrintedDocument) -> Iterator[str]:
    """The texts of a document in the order in which they are set."""
    yield from _both(document.title)
    for block in document.blocks:
        match block:
            case Heading(text) | Paragraph(text):
                yield from _both(text)
            case NamedValues(rows):
                yield from (one for row in rows for one in (*_both(row.name), *_cell(row.value)))
            case Table(_, lines):
                yield from _heads(block)
                yield from (part for line in lines for one in line for part in _cell(one))
            case Places(signers):
                yield from (part for one in signers for part in (*_both(one.role), one.name))


_ATTACHED = "Деректеросыфайлғатіркелген"


def _heads(table: Table) -> Iterator[str]:
    yield from (part for one in table.columns for part in _both(one.name))


def _both(words: Words) -> tuple[str, str]:
    return words.kk, words.ru


def _cell(value: str | Words) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return (value.kk,) if value.kk == value.ru else _both(value)


def _without(text: str, heads: list[str]) -> str:
    for one in heads:
        text = text.replace(one, "")
    return text


def bare(text: str) -> str:
    """``text`` without white space, of which a reader of pages cannot be sure."""
    return "".join(text.split())


def _by_pypdf(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def _by_pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)

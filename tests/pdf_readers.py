"""PDFs as readers that are not ours see them: pypdf, PDFium, and poppler where it is installed."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2


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


def bare(text: str) -> str:
    """``text`` without white space, of which a reader of pages cannot be sure."""
    return "".join(text.split())


def _by_pypdf(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def _by_pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)

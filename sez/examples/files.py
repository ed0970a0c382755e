"""Small PDF files which stand for tender documentation in examples."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Document, LocalizedText


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A file's bytes and the element that names it in a document."""

    content: bytes
    document: Document


TITLES = {
    "TENDER_DOCS": LocalizedText(
        kk="Конкурстық құжаттама", ru="Конкурсная документация", en="Tender documentation"
    ),
    "TECH_SPEC": LocalizedText(
        kk="Техникалық ерекшелік", ru="Техническая спецификация", en="Technical specification"
    ),
    "CONTRACT_DRAFT": LocalizedText(kk="Шарт жобасы", ru="Проект договора", en="Draft contract"),
}


def example_file(
    category: str,
    uploaded_at: datetime,
    *,
    lots: tuple[int, ...] = (),
    version: int = 1,
    document_id: UUID | None = None,
) -> ExampleFile:
    """A one-page PDF of the given category, and the element that names it.

    The same category and version give the same bytes: a file is sent to the Registry once.
    """
    document_id = document_id or uuid7()
    content = pdf(f"{TITLES[category].en}, version {version}")
    document = Document(
        document_id=document_id,
        category=category,
        title=TITLES[category],
        file_name=f"{category.lower()}-{version}.pdf",
        mime_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_at=uploaded_at,
        version=version,
        lot_numbers=lots,
    )
    return ExampleFile(content, document)


def pdf(line: str) -> bytes:
    """A PDF of one page with one line of ASCII text on it (ISO 32000-1, 7.5)."""
    stream = f"BT /F1 12 Tf 72 760 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + table + trailer % (len(objects) + 1, len(body))

"""What is printed can be read again: each letter, the data inside, and who signed it."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import msgspec
import pypdf
import pytest

from shared_contracts.errors import Defect, RefusedByRule
from shared_contracts.printing import printing
from shared_contracts.printing.document import (
    Heading,
    NamedValue,
    NamedValues,
    Paragraph,
    PlaceForSignature,
    Places,
    PrintedColumn,
    PrintedDocument,
    Table,
    Words,
)
from shared_contracts.printing.letters import KNOWN, printable
from shared_contracts.printing.printing import Attachment, print_pdf
from shared_contracts.printing.signed import SignableDocument
from tests.pdf_readers import attachments, bare, texts
from tests.pki import Pki
from tests.signed_documents import openssl, unpacked

AT = datetime(2026, 3, 9, 10, tzinfo=UTC)
KAZAKH = "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя"
DATA = Attachment("data.json", "application/json", '{"атауы": "Әділ \u202e", "n": 1}'.encode())
WORDS = Words("Жер қойнауын пайдаланушы", "Недропользователь")
HOSTILE = '#panic() $x$ *a* _b_ `c` \\ "q" </w> @ref // not a comment'
DOCUMENT = PrintedDocument(
    title=Words("Хаттама", "Протокол"),
    number="№ 7",
    blocks=(
        Heading(Words("Бірінші", "Первое")),
        Paragraph(Words(KAZAKH, HOSTILE)),
        NamedValues(
            (
                NamedValue(WORDS, "ab" * 32),
                NamedValue(WORDS, Words("иә", "да")),
                NamedValue(WORDS, WORDS),
            )
        ),
        Table(
            (PrintedColumn(WORDS), PrintedColumn(Words("Мәні", "Значение"), 2)),
            (("ﷺ\u202e\x00漢", "₸ 1 000 «№»"), (Words("жоқ", "нет"), "-")),
        ),
        Places((PlaceForSignature(WORDS, "Бекова Ә. Қ."),)),
    ),
)
MEANT = "".join(
    [
        *("Хаттама", "Протокол", "Бірінші", "Первое", KAZAKH, HOSTILE),
        *(WORDS.kk, WORDS.ru, "ab" * 32, WORDS.kk, WORDS.ru, "иә", "да", *(WORDS.kk, WORDS.ru) * 2),
        *(WORDS.kk, WORDS.ru, "Мәні", "Значение", "\\ufdfa\\u202e\\u0000\\u6f22", "₸ 1 000 «№»"),
        *("жоқ", "нет", "-", WORDS.kk, WORDS.ru, "Бекова Ә. Қ."),
        "Деректер осы файлға тіркелген:Данные приложены к этому файлу:",
        f"data.json, SHA-256 {DATA.sha256}№ 7 · 1 / 1",
    ]
)
"""The text of the document, in the order in which it is set."""


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return print_pdf(DOCUMENT, DATA, AT)


def test_each_reader_reads_what_was_meant_and_the_data_inside(pdf: bytes, tmp_path: Path) -> None:
    read = texts(pdf, tmp_path)
    assert len(read) >= 2
    assert read == dict.fromkeys(read, bare(MEANT))
    assert attachments(pdf) == {key: {"data.json": DATA.content} for key in ("pypdf", "pdfium")}
    root = pypdf.PdfReader(BytesIO(pdf)).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>3</pdfaid:part>" in metadata


def test_the_same_document_is_the_same_bytes_on_every_day(pdf: bytes) -> None:
    assert print_pdf(DOCUMENT, DATA, AT) == pdf
    assert hashlib.sha256(pdf).hexdigest() == KNOWN_SHA256
    assert print_pdf(DOCUMENT, DATA, AT.replace(hour=11)) != pdf


KNOWN_SHA256 = "353387ccc94099f209ece612279a3255d15cac02e648de458c9216a0530da92a"
"""Of this document by typst 0.15.2 and Noto Sans 2.15: whoever changes those has to see it."""


def test_the_font_has_every_sign_that_is_printed_as_it_is(tmp_path: Path) -> None:
    signs = "".join(sorted(KNOWN - {"\n"}))
    told = msgspec.structs.replace(DOCUMENT, blocks=(Paragraph(Words(signs, KAZAKH)),))
    read = texts(print_pdf(told, DATA, AT), tmp_path)
    assert set(bare(signs)) - set(read["pdfium"]) == set()
    assert set(KAZAKH) <= KNOWN
    assert printable("и\u0306\u00ad\U0001f600") == "и\\u0306\\u00ad\\U0001f600"


def test_a_document_that_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    large = Attachment("a.json", "application/json", b" " * (printing.MOST_BYTES + 1))
    with pytest.raises(RefusedByRule, match="8388608 bytes"):
        print_pdf(DOCUMENT, large, AT)
    monkeypatch.setattr(printing, "SECONDS", 0.001)
    with pytest.raises(RefusedByRule, match="not printed within"):
        print_pdf(DOCUMENT, DATA, AT)


def test_memory_of_the_process_that_sets_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table((PrintedColumn(WORDS), PrintedColumn(WORDS)), (("f" * 300,) * 2,) * 2000)
    monkeypatch.setattr(printing, "MEMORY", 330 << 20)
    with pytest.raises(RefusedByRule, match="more time or memory"):
        print_pdf(msgspec.structs.replace(DOCUMENT, blocks=(table,)), DATA, AT)


def test_data_that_do_not_fit_the_template_are_a_defect_and_not_a_document() -> None:
    with pytest.raises(Defect, match="cannot be printed"):
        print_pdf(WORDS, DATA, AT)


def test_openssl_verifies_each_party_and_refuses_another_document(
    pdf: bytes, pki: Pki, tmp_path: Path
) -> None:
    paper = SignableDocument(pdf, DATA)
    parties = [paper.sign(pki.signer("registry"), AT), paper.sign(pki.signer("person"), AT, 2)]
    signed = paper.container(parties)
    assert signed == paper.container([paper.sign(pki.signer("registry"), AT), parties[1]])
    assert unpacked(signed, tmp_path, pki) == ["", "2"]
    assert (tmp_path / "document.pdf").read_bytes() == pdf
    for number in ("", "2"):
        manifest = tmp_path / f"META-INF/ASiCManifest{number}.xml"
        assert openssl(tmp_path, number) == 0
        manifest.write_bytes(manifest.read_bytes().replace(b"document.pdf", b"documenT.pdf"))
        assert openssl(tmp_path, number) != 0

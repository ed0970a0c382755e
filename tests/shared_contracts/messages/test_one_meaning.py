"""What is accepted means the same to every reader, also to those who obey the XML declaration."""

import random
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.xml import schema
from tests.clauses import clause
from tests.documents import GOLDEN

BOM = b"\xef\xbb\xbf"
REST = "<a b='Отмена'>Отмена ~{VF}~ +BB4EQgQ8BDUEPQQw-<![CDATA[<]]>&#1040;&lt;</a>".encode()
FILES = sorted(GOLDEN.parent.rglob("*.xml"))

Reading = list[tuple[str, str, list[tuple[str, str]]]]


def by_us(data: bytes) -> Reading | None:
    """What our parser reads; None if it refuses."""
    try:
        return list(_read(schema.parse(data)))
    except Unprocessed as refused:
        if refused.fault not in {Fault.NOT_XML, Fault.DTD_FORBIDDEN, Fault.TOO_LARGE}:
            raise
        return None


def by_libxml2(data: bytes) -> Reading:
    """What libxml2 reads by its own means: no encoding is imposed on it."""
    return list(_read(etree.fromstring(data, etree.XMLParser(resolve_entities=False))))


def by_expat(data: bytes) -> Reading:
    """What Python's own library reads, by expat."""
    return list(_read(ET.fromstring(data)))  # noqa: S314  # our own bytes


def _read(
    root: etree._Element | ET.Element,
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    for one in root.iter("*"):
        yield one.tag, _text(one), sorted((str(key), str(value)) for key, value in one.items())


def _text(one: etree._Element | ET.Element) -> str:
    if isinstance(one, ET.Element):
        return "".join(one.itertext())
    return str(one.xpath("string()"))  # without comments, which expat's tree leaves out


def agree(data: bytes) -> bool:
    """Whether we refuse, or read what the other two read."""
    ours = by_us(data)
    return ours is None or (ours == by_libxml2(data) and ours == by_expat(data))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_document_ever_published_is_read_alike_by_three_readers(file: Path) -> None:
    assert by_us(file.read_bytes()) is not None
    assert agree(file.read_bytes())


def test_mutants_of_a_document_are_read_alike_or_refused() -> None:
    data, choose = (GOLDEN / "Deletion.xml").read_bytes(), random.Random(7)  # noqa: S311
    pieces = [
        b"<",
        b">",
        b"&",
        b"&#0;",
        b"&amp;",
        b"]]>",
        b"<![CDATA[",
        b"\xff",
        b"\x85",
        b" ",
        b"<?x?>",
    ]
    pieces += [
        b"\xe2\x80\xa8",
        b"\r",
        b"\n",
        b"<!---->",
        b'"',
        b"xmlns:x='u' ",
        b"xml:space='preserve' ",
    ]
    for _ in range(1500):
        place = choose.randrange(len(data))
        end = place + choose.choice((0, 0, 1))
        assert agree(data[:place] + choose.choice(pieces) + data[end:])


VERSIONS = ("1.0", "1.1", "1.00", "1." + "0" * 46, "1.", "2.0", "", "1.0 ", "x")
ENCODINGS = (
    "UTF-8",
    "utf-8",
    "UTF8",
    "HZ",
    "UTF-7",
    "windows-1251",
    "koi8-r",
    "U" * 45,
    "",
    " UTF-8",
)
SPACE = st.sampled_from(["", " ", "\n", "\t ", "\r\n", "\v", "\u00a0", "\u0085"])


@st.composite
def _pair(draw: st.DrawFn, name: str, values: tuple[str, ...]) -> str:
    quotes = draw(st.sampled_from(['""', "''", "\"'", '""']))
    value = draw(st.sampled_from(values))
    space = draw(SPACE)
    return f"{draw(SPACE)}{name}{space}={draw(SPACE)}{quotes[0]}{value}{quotes[1]}"


DECLARATIONS = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(
        ["<?xml", "<?xml", "<?XML", " <?xml", "\n<?xml", "<?xml-x", "<?xmlЖ", "<!----><?xml"]
    ),
    st.one_of(_pair("version", VERSIONS), _pair("version", ("1.0",)), st.just("")),
    st.one_of(_pair("encoding", ENCODINGS), st.just("")),
    st.one_of(_pair("standalone", ("yes", "no", "maybe")), st.just("")),
    SPACE,
    st.sampled_from(["?>", "?>", "?>\n", "? >", ">"]),
)


@clause("S216-A2.1.2")
@given(
    DECLARATIONS,
    st.sampled_from([b"", b"", BOM, BOM * 2]),
    st.sampled_from([b"", b"\n", b"<b/>", b"x", b"\0"]),
)
@example(f'<?xml version="1.{"0" * 46}" encoding="windows-1251"?>', b"", b"")
@example(f'<?xml version="1.0" encoding="{"w" * 45}"?>', b"", b"")
@example('<?xml version="1.0"\tencoding="HZ"?>', BOM, b"")
def test_whatever_is_declared_is_obeyed_by_us_too_or_refused(
    declaration: str, mark: bytes, after: bytes
) -> None:
    assert agree(mark + declaration.encode() + REST + after)


@pytest.mark.parametrize(
    "declaration",
    [
        f'<?xml version="1.{"0" * 46}" encoding="windows-1251"?>',
        f'<?xml version="1.0" encoding="{"w" * 45}"?>',
        '<?xml encoding="UTF-8"?>',
        "<?xml?>",
        "<?xml version='1.0\" encoding='HZ'?>",
        '<?xml version="1.0"encoding="HZ"?>',
        '<?xml version="1.0" standalone="yes" encoding="HZ"?>',
        '<?xml version="1.1" encoding="UTF-8"?>',
        '<?xml version="1.0" encoding="UTF-8" standalone="maybe"?>',
        ' <?xml version="1.0"?>',
    ],
)
def test_a_declaration_that_is_not_by_the_grammar_is_no_xml(declaration: str) -> None:
    assert by_us(declaration.encode() + REST) is None


def test_a_declaration_by_the_grammar_is_read() -> None:
    written = """<?xml\t version = '1.0'\nencoding\r\n=\t"uTf-8" standalone='no' ?>"""
    assert by_us(BOM + written.encode() + REST) is not None

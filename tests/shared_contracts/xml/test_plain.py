"""What is read from a plain text says what its tree says, and is its own canonical form."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from registry.intake.content_check import examine_package
from shared_contracts.faults import Unprocessed
from shared_contracts.messages.document import Part
from shared_contracts.messages.package import Package
from shared_contracts.messages.purchase import Purchase
from shared_contracts.messages.roots import DOCUMENTS
from shared_contracts.messages.versions import NEWEST
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.sign import sign_person
from shared_contracts.signing.verify import verify_signed
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import open_envelope, payload_in, payload_of
from shared_contracts.xml.plain import PlainText, plain
from tests import samples
from tests.pki import Pki
from tests.shared_contracts.signing.mutations import mutants
from tests.shared_contracts.signing.shapes import in_lines, in_one_line
from tests.strategies import part

_EMPTY = re.compile(rb'(<ds:\w+ Algorithm="[^"]*")></ds:\w+>')
"""An element without content, as canonical XML writes it."""

MESSAGES = sorted((Path(__file__).parents[2] / "golden" / "packages").glob("*/message.xml"))


@pytest.mark.parametrize("kind", [*DOCUMENTS.values(), Package], ids=lambda kind: kind.__name__)
def test_both_ways_read_the_same_of_whatever_a_schema_admits(kind: type[Part]) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(part(kind))
    def same(message: Part) -> None:
        data = codec.canonical_text(message, root_id="_1")
        written = plain(data, kind)
        assert (written is None) == (b"&" in data)
        if written is not None:
            assert repr(written.read()) == repr(message)
            assert data[written.signatures_at :] == f"</{kind.__name__}>".encode()

    same()


@pytest.fixture(scope="module")
def documents(pki: Pki) -> list[bytes]:
    """A document with signatures as tools write them, one or two."""
    text = codec.canonical_text(samples.purchase_open_tender())
    head, other = pki.signer("customer1-head"), pki.signer("customer2-256")
    once = sign_person(text, head)
    some = [once, sign_person(once, other), in_lines(text, head), in_one_line(text, head)]
    return [*some, _EMPTY.sub(rb"\1/>", once)]


def test_of_any_mutant_both_ways_say_the_same(documents: list[bytes]) -> None:
    plainly = 0
    for number, document in enumerate(documents):
        for data in filter(_is_xml, (document, *mutants(document, number, 60))):
            written = plain(data, Purchase)
            plainly += written is not None
            if written is not None:
                assert _outcome(data, written) == _outcome(data)
    assert plainly > len(documents)  # each document, and mutants in which a value changed


@pytest.mark.parametrize("text", ["-0", "-0.0", "+5", " 5 ", "005.10", "9" * 30, ".5", "5."])
def test_a_number_is_read_with_its_sign_and_all_its_digits(text: str) -> None:
    data = codec.canonical_text(samples.purchase_open_tender())
    changed = re.sub(rb"<Quantity>[^<]*<", f"<Quantity>{text}<".encode(), data)
    written, element = plain(changed, Purchase), schema.parse(changed)
    assert written is not None
    assert repr(written.read()) == repr(codec.read(element, Purchase))


@pytest.mark.parametrize(
    ("instead", "of"),
    [
        (b"<SezCode>a>b</SezCode>", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode>SEZ&#48;1</SezCode>", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode><![CDATA[SEZ01]]></SezCode>", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode>SEZ01\r</SezCode>", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode>SEZ01</SezCode >", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode a='1'>SEZ01</SezCode>", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode/>", b"<SezCode>SEZ01</SezCode>"),
        (b"<SezCode>SEZ01</SezCode> ", b"<SezCode>SEZ01</SezCode>"),
        (b"<!----><SezCode>SEZ01</SezCode>", b"<SezCode>SEZ01</SezCode>"),
        (b"<Purchase  xmlns", b"<Purchase xmlns"),
        (b'<Purchase xmlns:a="urn:a" xmlns', b"<Purchase xmlns"),
        (b"</Purchase>\n", b"</Purchase>"),
        (b"</Purchase><!---->", b"</Purchase>"),
        (b"\xef\xbb\xbf<Purchase xmlns", b"<Purchase xmlns"),
    ],
)
def test_what_canonical_xml_writes_otherwise_is_not_plain(
    documents: list[bytes], instead: bytes, of: bytes
) -> None:
    changed = documents[0].replace(of, instead)
    assert changed != documents[0]
    assert plain(changed, Purchase) is None


@pytest.mark.parametrize(
    "between",
    [b" ", b"<![CDATA[ ]]>", b"<!---->", b"<?a?>", b"<Extension/>", b"&#32;", "ә".encode()],
)
def test_what_stands_between_signatures_is_not_taken_as_written(
    documents: list[bytes], between: bytes
) -> None:
    signature = b"<ds:Signature "
    once, twice = documents[:2]
    for data in (once, twice):
        behind = data.rindex(b"</Purchase>")
        for place in (data.index(signature), data.rindex(signature), behind):
            changed = data[:place] + between + data[place:]
            written = plain(changed, Purchase)
            assert _outcome(changed, written) == _outcome(changed)


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.parent.name)
def test_a_package_says_the_same_by_its_text_and_by_its_tree(path: Path) -> None:
    body = path.read_bytes()
    element = payload_of(open_envelope(body, None), "Package")
    written = plain(payload_in(body), Package)
    by_tree = examine_package(element, lambda _hash: None)
    assert examine_package(element, lambda _hash: None, written=written) == by_tree


def test_a_package_as_our_own_systems_write_it_is_plain() -> None:
    plainly = [plain(payload_in(path.read_bytes()), Package) for path in MESSAGES]
    assert any(plainly)


def _is_xml(data: bytes) -> bool:
    try:
        schema.parse(data)
    except Unprocessed:
        return False
    return True


def _outcome(data: bytes, written: PlainText[Purchase] | None = None) -> object:
    """Who signed a document and what it says, or why it is refused."""
    element = schema.parse(data)
    try:
        signed: object = verify_signed(element, by_system=False, written=written)
    except SignatureRefused as refused:
        signed = refused.reason, refused.path, refused.detail
    if schema.validate(element, "F-XSD-1", version=NEWEST):
        return signed, None
    read = written and written.read()
    return signed, repr(read or codec.read(element, Purchase))

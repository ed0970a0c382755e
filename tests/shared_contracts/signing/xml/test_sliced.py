"""The canonical form of a document in slices is that of the whole, octet for octet."""

from pathlib import Path

import pytest

from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.signing.report import Reason, SignatureRefused
from shared_contracts.signing.xml.coverage import canonical
from shared_contracts.signing.xml.sliced import SlicedTexts
from shared_contracts.xml import schema
from shared_contracts.xml.slices import AT_ONCE, FRAME_BYTES, cut

COUNT = 2 * AT_ONCE + 7

PLAIN = '<P xmlns="urn:a"><H>1</H><Items>{}</Items></P>'
PREFIXED = (
    '<?xml version="1.0"?>\n<p:P xmlns:p="urn:a" xmlns:q="urn:b"><p:Items>\n {} </p:Items></p:P>'
)


def items(one: str, count: int = COUNT) -> str:
    return "".join(one.format(number) for number in range(count))


DOCUMENTS = {
    "plain": PLAIN.format(items("<Item><N>{}</N></Item>")),
    "prefixed": PREFIXED.format(items("<p:Item>\n<q:N a='&lt;' q:b=\"{}\"/></p:Item>\n")),
    "empty": PLAIN.format(items("<Item/>")),
    "other namespaces": PLAIN.format(items('<Item xmlns="urn:c" xmlns:d="urn:d"><d:N/>{}</Item>')),
    "references and CDATA": PLAIN.format(items("<Item>&#13;&amp;<![CDATA[<Item>]]>{}</Item>")),
    "items within items": PLAIN.format(items("<Item><Items><Item>{}</Item></Items></Item>")),
}


@pytest.mark.clause("S216-18.5", "S216-A2.1.3")
@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_slices_make_the_canonical_form_of_the_whole(
    tmp_path: Path, name: str, *, exclusive: bool
) -> None:
    path = tmp_path / "document"
    path.write_text(DOCUMENTS[name])
    slices = cut(path, "Items", COUNT)
    assert slices is not None
    assert (slices.count, [before for *_, before in slices.cuts]) == (
        COUNT,
        [0, AT_ONCE, 2 * AT_ONCE],
    )
    texts = SlicedTexts(schema.parse(slices.skeleton), [], slices)
    pieces = texts[exclusive].without_last(0)
    whole = canonical(schema.parse(path.read_bytes()), exclusive=exclusive)
    assert b"".join(pieces) == whole
    assert b"".join(pieces) == whole, "the pieces can be read again"
    assert max(map(len, pieces)) < len(whole)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("<Item><!-- --></Item>", Reason.COMMENT),
        ("<Item><?a b?></Item>", Reason.COMMENT),
        ('<Item><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></Item>', Reason.COVERAGE),
    ],
)
def test_nothing_unsigned_stands_among_the_items(tmp_path: Path, item: str, reason: Reason) -> None:
    path = tmp_path / "document"
    path.write_text(PLAIN.format(items("<Item>{}</Item>", AT_ONCE) + item))
    slices = cut(path, "Items", COUNT)
    assert slices is not None
    texts = SlicedTexts(schema.parse(slices.skeleton), [], slices)
    with pytest.raises(SignatureRefused) as refused:
        list(texts[True].without_last(0))
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<P><Items><Item></Items></P>", Fault.NOT_XML),
        ("<!DOCTYPE P><P><Items><Item/></Items></P>", Fault.DTD_FORBIDDEN),
        (f"<P><Items>{'<Item>' * 70}{'</Item>' * 70}</Items></P>", Fault.TOO_DEEP),
        (PLAIN.format(items("<Item/>", COUNT + 1)), Fault.TOO_LARGE),
        (f"<P><H>{'x' * FRAME_BYTES}</H><Items><Item/></Items></P>", Fault.TOO_LARGE),
    ],
)
def test_what_cannot_be_cut_is_told(tmp_path: Path, text: str, fault: Fault) -> None:
    path = tmp_path / "document"
    path.write_text(text)
    with pytest.raises(Unprocessed) as told:
        cut(path, "Items", COUNT)
    assert told.value.fault is fault


def test_a_document_without_items_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_text("<P><Items/><Other><Items><Item/></Items></Other></P>")
    assert cut(path, "Items", COUNT) is None

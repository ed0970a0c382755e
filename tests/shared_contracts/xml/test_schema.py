"""What strangers send is opened with care, and every breach of the schema is named at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from shared_contracts.faults import Breach, Fault, Unprocessed
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.xml import codec, schema
from shared_contracts.xml.schema import MAX_ATTRIBUTES, MAX_NAMESPACES
from tests import samples
from tests.clauses import clause
from tests.documents import GOLDEN

BILLION_LAUGHS = (
    b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c '
    b'"&b;&b;&b;&b;&b;&b;&b;&b;">]><l a="&c;">&c;</l>'
)
XXE = b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]><l>&a;</l>'


def fault_of(data: bytes) -> tuple[Fault, str]:
    """How the parser refuses ``data``."""
    with pytest.raises(Unprocessed) as refused:
        schema.parse(data)
    return refused.value.fault, refused.value.detail


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "line 1, column 1: Document is empty"),
        (b"  \n ", "line 2, column 2: Start tag expected, '<' not found"),
        (b"not XML", "line 1, column 1: Start tag expected, '<' not found"),
        (b"<a>\n<b></a>", "line 2, column 8: Opening and ending tag mismatch: b"),
        (b"<a/><b/>", "line 1, column 5: Extra content at the end of the document"),
        (b"<a>&nothing;</a>", "line 1, column 13: Entity 'nothing' not defined"),
        (b"<a>\x00</a>", "line 1, column 4: Invalid character"),
        (b"<a>\xff</a>", "line 1, column 4: Invalid bytes in character encoding"),
        (b"<a b='1' b='2'/>", "line 1, column 15: Attribute b redefined"),
        (b"<" + b"n" * 60_000 + b"/>", "Name too long"),
    ],
)
@clause("S216-A2.1.2")
def test_what_is_no_xml_is_refused_with_line_and_column(data: bytes, detail: str) -> None:
    fault, said = fault_of(data)
    assert fault is Fault.NOT_XML
    assert detail in said


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "UTF-16"),
        ("<a/>".encode("utf-16-le"), "UTF-16"),
        ("<a/>".encode("utf-16-be"), "UTF-16"),
        ("<a/>".encode("utf-32"), "UTF-32"),
        ('<?xml version="1.0"?><a/>'.encode("cp500"), "EBCDIC"),
        (b'<?xml version="1.0" encoding="windows-1251"?><a/>', "windows-1251"),
        (b"<?xml version='1.0' encoding='no-such'?><a/>", "no-such"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='KOI8-R'?><a/>", "KOI8-R"),
        (b'<?xml version="1.1"?><a/>', "version 1.1"),
    ],
)
def test_another_encoding_than_utf_8_is_refused_by_name(data: bytes, named: str) -> None:
    fault, said = fault_of(data)
    assert fault is Fault.NOT_XML
    assert named in said


@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        b"\xef\xbb\xbf<a/>",
        b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<a/>\n',
        "<a><!-- <!DOCTYPE a> -->ҚҰЖАТ<![CDATA[<!DOCTYPE a>]]></a>".encode(),
        b"<!-- <!DOCTYPE a> --><?p <!DOCTYPE a>?><a/>",
    ],
)
def test_plain_utf_8_is_read(data: bytes) -> None:
    assert codec.local_name(schema.parse(data)) == "a"


def test_comments_and_instructions_stay_for_the_signature_profiles_to_refuse() -> None:
    root = schema.parse(b"<a><!--c--><?p i?></a>")
    assert etree.tostring(root) == b"<a><!--c--><?p i?></a>"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a><a/>",
        b'<?xml version="1.0"?>\n<!-- c --><?p?><!DOCTYPE a [<!ATTLIST a Id ID #IMPLIED>]><a/>',
        b"\xef\xbb\xbf <!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>",
        b"<!-- -->" * 20_000 + b"<!DOCTYPE a><a/>",
        BILLION_LAUGHS,
        XXE,
    ],
)
def test_a_document_type_is_forbidden_wherever_it_hides(data: bytes) -> None:
    assert fault_of(data)[0] is Fault.DTD_FORBIDDEN


@pytest.mark.parametrize("depth", [65, 256, 257, 100_000])
def test_a_tree_that_is_too_deep_is_refused(depth: int) -> None:
    assert fault_of(b"<a>" * depth + b"</a>" * depth)[0] is Fault.TOO_DEEP


def test_a_tree_of_sixty_four_is_read() -> None:
    assert schema.parse(b"<a>" * 64 + b"</a>" * 64) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"<a>" + b"x" * 10_000_001 + b"</a>",
        b'<a b="' + b"x" * 10_000_001 + b'"/>',
        b"<a>" + b"<b/>" * 500_000 + b"</a>",
        b"<a>" + b'<b c="" d="" e=""/>' * 130_000 + b"</a>",
    ],
    ids=["text", "attribute", "elements", "attributes"],
)
def test_what_would_fill_the_memory_is_too_large(data: bytes) -> None:
    assert fault_of(data)[0] is Fault.TOO_LARGE


# Breaches of the schema.

DELETION = (GOLDEN / "Deletion.xml").read_text("utf-8")


def names(count: int) -> str:
    return " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(count))


def attributes(count: int) -> str:
    return " ".join(f'a{number}="1"' for number in range(count))


@pytest.mark.parametrize(
    "text",
    [
        f"<a {names(MAX_NAMESPACES + 1)}/>",
        f"<a {names(MAX_NAMESPACES)}><b xmlns:m='urn:m'/></a>",
        f"<a {names(2000)}>{'<b/>' * 2000}</a>",
        "<a>" + '<c d=""/>' * 1000 + f"<b {attributes(MAX_ATTRIBUTES + 1)}/></a>",
        f"<a {attributes(32_000)}/>",
    ],
    ids=["namespaces", "within", "namespaces in many", "attributes", "many attributes"],
)
def test_what_has_no_canonical_form_in_good_time_is_not_read(text: str) -> None:
    assert fault_of(text.encode())[0] is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "text",
    [
        f"<a {names(MAX_NAMESPACES)}/>",
        "<a>" + f"<b {names(4)}/>" * 100 + "</a>",
        "<a>" + f"<b {attributes(MAX_ATTRIBUTES)}/>" * 100 + "</a>",
    ],
    ids=["namespaces", "namespaces side by side", "attributes"],
)
def test_what_has_one_is_read(text: str) -> None:
    assert schema.parse(text.encode()) is not None


@pytest.mark.parametrize(
    ("old", "new", "path", "facet", "value", "expected"),
    [
        ("<Version>5<", "<Version>5.0<", "/Act/Version", "type", "5.0", "1"),
        ("<Version>5<", "<Version>0<", "/Act/Version", "minInclusive", "0", "1"),
        ("<Version>5<", f"<Version>{'0' * 11}5<", "/Act/Version", "pattern", "0" * 11 + "5",
         "[0-9]{1,10}"),
        (">STAND<", ">TEST<", "/Act/Environment", "enumeration", "TEST", "PRODUCTION, STAND"),
        (">SEZ01<", ">Қ-1<", "/Act/SezCode", "pattern", "Қ-1", r"[A-Za-z0-9][A-Za-z0-9._\-]{0,39}"),
        ("12:00:30+05:00", "24:00:00+05:00", "/DeletedAt", "pattern", None, None),
        ("2026-04-02T12", "2026-02-30T12", "/DeletedAt", "type", None,
         "2026-03-01T09:30:00+05:00"),
        ("<DeletedBy>", f"<DeletedBy>{'x' * 500}", "/DeletedBy", "maxLength", None, "500"),
        ("<DeletedBy>", "<DeletedBy><B/>", "/DeletedBy", "content", None, None),
        ("<DeletedBy>", "text<DeletedBy>", "", "content", None, None),
        ("<DeletedBy>", '<DeletedBy lang="kk">', "/DeletedBy/@lang", "attribute", "kk", ""),
        ("<DeletedBy>", "<Who/><DeletedBy>", "/Who", "unexpected", None, "DeletedBy"),
        ("<Operation>DELETE</Operation>", "", "/Act/Operation", "missing", None, "Operation"),
        ("<DeletedBy>Әбенов Ерлан Серікұлы</DeletedBy>", "", "/DeletedBy", "missing", None,
         "DeletedBy"),
    ],
)  # fmt: skip
@clause("S216-A2.1.4")
def test_a_breach_names_place_value_facet_and_what_was_expected(  # noqa: PLR0917
    old: str, new: str, path: str, facet: str, value: str | None, expected: str | None
) -> None:
    assert DELETION.count(old) == 1
    element = schema.parse(DELETION.replace(old, new).encode())
    (breach,) = schema.validate(element, "F-XSD-1", record=3)
    assert (breach.rule, breach.path, breach.record) == ("F-XSD-1", f"/Deletion{path}", 3)
    assert breach.parameters["facet"] == facet
    assert value is None or breach.value == value
    assert expected is None or breach.parameters["expected"] == expected


def test_all_breaches_are_found_and_not_the_first_alone() -> None:
    purchase = codec.to_bytes(codec.write(samples.purchase_open_tender())).decode()
    broken = purchase.replace("<LotNumber>", "<LotNumber>x").replace("<Currency>", "<Currency >")
    found = schema.validate(schema.parse(broken.encode()), "F-XSD-1")
    paths = [breach.path for breach in found]
    assert paths.count("/Purchase/Lots/Lot[2]/LotNumber") == 1
    assert "/Purchase/Documents/Document[2]/LotNumbers/LotNumber[1]" in paths
    assert len(paths) == broken.count("<LotNumber>x")


def test_all_missing_elements_are_named_where_they_ought_to_be() -> None:
    element = schema.parse(f'<Deletion xmlns="{NAMESPACE}"><Act/><DeletedBy/></Deletion>'.encode())
    found = [(b.path, dict(b.parameters)) for b in schema.validate(element, "F-XSD-1")]
    act = [
        *("Environment", "SezCode", "ObjectType", "ObjectId", "Version", "Operation"),
        "ConditionsVersion",
    ]
    assert found == [
        *((f"/Deletion/Act/{name}", {"facet": "missing", "expected": name}) for name in act),
        ("/Deletion/DeletedAt", {"facet": "missing", "expected": "DeletedAt"}),
    ]


def test_what_follows_an_element_out_of_place_is_judged_all_the_same() -> None:
    text = (GOLDEN / "Purchase.xml").read_text("utf-8")
    for old, new in (
        ("<PurchaseCode>", "<Who/><PurchaseCode>"),
        ("<Method>EA</Method>", ""),
        ("<RuleSet>", "<Method>EA</Method><RuleSet>"),
        ("<Currency>KZT</Currency>", ""),
        ("<LotNumber>2<", "<LotNumber>two<"),
        ("<Lots>", "<Lots><Parcel/>"),
        ("<Country>KZ</Country>\n          <Address>", "<Address>"),
        ("<Size>184323<", '<Size unit="b">184323<'),
        ("</Purchase>", "<Size/></Purchase>"),
    ):
        assert old in text
        text = text.replace(old, new, 1) if old != "<LotNumber>2<" else text.replace(old, new)
    found = [
        (breach.path, breach.parameters["facet"])
        for breach in schema.validate(schema.parse(text.encode()), "F-XSD-1")
    ]
    assert sorted(found) == sorted(
        [
            ("/Purchase/Who", "unexpected"),
            ("/Purchase/Method", "order"),
            ("/Purchase/Currency", "missing"),
            ("/Purchase/Lots/Parcel", "unexpected"),
            ("/Purchase/Lots/Lot[2]/LotNumber", "type"),
            ("/Purchase/Documents/Document[2]/LotNumbers/LotNumber[2]", "type"),
            ("/Purchase/Documents/Document[3]/LotNumbers/LotNumber[2]", "type"),
            ("/Purchase/Lots/Lot[2]/DeliveryPlaces/DeliveryPlace[1]/Country", "missing"),
            ("/Purchase/Documents/Document[3]/Size/@unit", "attribute"),
            ("/Purchase/Size", "surplus"),
        ]
    )


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_path_is_the_same_whatever_prefix_the_sender_chose(prefix: str) -> None:
    declaration = f'xmlns{":x" if prefix else ""}="{NAMESPACE}"'
    text = DELETION.partition("?>")[2].strip().replace(f'xmlns="{NAMESPACE}"', "@", 1)
    text = text.partition("<Signature")[0] + "</Deletion>"
    text = text.replace("</", "\0").replace("<", f"<{prefix}").replace("\0", f"</{prefix}")
    text = text.replace("@", declaration).replace("SEZ01", "?")
    (breach,) = schema.validate(schema.parse(text.encode()), "F-XSD-1")
    assert breach.path == "/Deletion/Act/SezCode"


@pytest.mark.parametrize(
    "data",
    [f'<Nothing xmlns="{NAMESPACE}"/>', '<Deletion xmlns="urn:other"/>', "<Deletion/>"],
)
def test_a_root_that_is_none_of_ours_is_one_breach(data: str) -> None:
    (breach,) = schema.validate(schema.parse(data.encode()), "I-XSD-1")
    assert (breach.rule, breach.parameters["facet"]) == ("I-XSD-1", "root")


@pytest.mark.parametrize("hint", ['xsi:nil="true"', 'xsi:type="Act"', 'xsi:type="y"'])
def test_instance_hints_change_nothing(hint: str) -> None:
    namespace = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    text = DELETION.replace("<DeletedBy>", f"<DeletedBy {namespace} {hint}>")
    assert schema.validate(schema.parse(text.encode()), "F-XSD-1")


def test_a_schema_named_by_the_sender_is_not_fetched() -> None:
    hint = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="urn:a http://127.0.0.1:1/a.xsd"'
    )
    text = DELETION.replace("<Deletion ", f"<Deletion {hint} ")
    assert schema.validate(schema.parse(text.encode()), "F-XSD-1") == []


def test_what_was_found_is_cut_to_five_hundred_and_values_to_two_hundred() -> None:
    lots = samples.purchase_open_tender().lots[:1] * 1000
    purchase = codec.write(samples.changed(lots=lots))
    for number in purchase.iter(f"{{{NAMESPACE}}}LotNumber"):
        number.text = "x" * 1000
    found = schema.validate(purchase, "F-XSD-1")
    assert len(found) == schema.MAX_BREACHES
    assert {len(breach.value or "") for breach in found} == {200}


def test_threads_do_not_mix_up_their_findings() -> None:
    def broken(number: int) -> Callable[[], list[Breach]]:
        text = DELETION.replace("<DeletedBy>", f"<DeletedBy no{number}='1'>")
        return lambda: schema.validate(schema.parse(text.encode()), "F-XSD-1")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: broken(n)(), range(400)))
    paths = [[breach.path for breach in breaches] for breaches in found]
    assert paths == [[f"/Deletion/DeletedBy/@no{number}"] for number in range(400)]


def test_a_payload_within_an_envelope_is_judged_by_itself() -> None:
    text = DELETION.partition("?>")[2].replace("SEZ01", "?")
    envelope = schema.parse(f"<e:E xmlns:e='urn:e'><e:B>{text}</e:B></e:E>".encode())
    (breach,) = schema.validate(envelope[0][0], "F-XSD-1")
    assert breach.path == "/Deletion/Act/SezCode"
    assert codec.path_of(envelope[0][0]) == "/E/B/Deletion"

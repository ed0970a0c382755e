"""A fault says in both versions of SOAP why a message was not processed, and what to do."""

from uuid import UUID

import pytest

from shared_contracts.faults import DETAIL, RETRYABLE, Fault, Unprocessed
from shared_contracts.messages.receipt import FaultDetail
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.fault import RETRY_AFTER, read_fault, read_seconds, write_fault
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, open_envelope

INCIDENT = UUID("018f0000-0000-7000-8000-000000000001")
versions = pytest.mark.parametrize("version", list(SoapVersion))


@pytest.mark.clause("S216-18.5")
@versions
@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_is_written_and_read_back(version: SoapVersion, fault: Fault) -> None:
    hashes = ("ab" * 32, "cd" * 32) if fault is Fault.FILES_MISSING else ()
    refusal = Unprocessed(fault, "a <detail> & more", retry_after=7, hashes=hashes)
    status, body = write_fault(version, refusal, INCIDENT, fault_wording)
    read = read_fault(open_envelope(body, None))
    assert read is not None
    assert (read.code, read.incident, read.hashes) == (fault.value, str(INCIDENT), hashes)
    assert read.retry_after == (7 if fault in RETRYABLE else None)
    assert read.text.endswith(f" (a <detail> & more). [{fault.value}]")
    blamed = fault not in {*RETRYABLE, Fault.MUST_UNDERSTAND, Fault.VERSION_MISMATCH}
    assert status == (400 if blamed and version is SoapVersion.V12 else 500)


def test_a_hash_that_was_damaged_on_the_way_names_no_file() -> None:
    whole, other = "ab" * 32, "cd" * 32
    refusal = Unprocessed(Fault.FILES_MISSING, hashes=(whole, other))
    _, body = write_fault(SoapVersion.V11, refusal, INCIDENT, fault_wording)
    read = read_fault(open_envelope(body.replace(b"cdcd", b"c?d-", 1), None))
    assert read is not None
    assert read.hashes == (whole,)


def test_whoever_is_told_to_come_again_comes_in_time_for_equality_within_30_seconds() -> None:
    assert RETRY_AFTER <= 10


@versions
@pytest.mark.parametrize("fault", list(Fault))
def test_the_detail_of_every_fault_is_as_the_contract_says(
    version: SoapVersion, fault: Fault
) -> None:
    _, body = write_fault(version, Unprocessed(fault), INCIDENT, fault_wording)
    tag = codec.write(detail_of(fault)).tag
    [detail] = open_envelope(body, None).wrapper.iter(str(tag))
    assert schema.validate(detail, "X-1") == []
    assert codec.read(detail, FaultDetail) == detail_of(fault)


def detail_of(fault: Fault) -> FaultDetail:
    text, cure = fault_wording(Unprocessed(fault))
    retry = RETRY_AFTER if fault in RETRYABLE else None
    return FaultDetail(
        code=fault.value, incident=INCIDENT, text=text, cure=cure, retry_after_seconds=retry
    )


@pytest.mark.parametrize(
    ("fault", "code_11", "code_12"),
    [
        (Fault.BUSY, "Server", "Receiver"),
        (Fault.NOT_XML, "Client", "Sender"),
        (Fault.MUST_UNDERSTAND, "MustUnderstand", "MustUnderstand"),
        (Fault.VERSION_MISMATCH, "VersionMismatch", "VersionMismatch"),
    ],
)
def test_the_code_of_soap_says_whose_fault_it_was(fault: Fault, code_11: str, code_12: str) -> None:
    _, old = write_fault(SoapVersion.V11, Unprocessed(fault), INCIDENT, fault_wording)
    _, new = write_fault(SoapVersion.V12, Unprocessed(fault), INCIDENT, fault_wording)
    assert f"<faultcode>soap:{code_11}</faultcode>".encode() in old
    assert f"<soap:Code><soap:Value>soap:{code_12}</soap:Value></soap:Code>".encode() in new


@versions
def test_who_sent_another_envelope_is_told_which_ones_are_understood(version: SoapVersion) -> None:
    mismatch = Unprocessed(Fault.VERSION_MISMATCH)
    _, body = write_fault(version, mismatch, INCIDENT, fault_wording)
    told = open_envelope(body, None).envelope
    soap_12 = SoapVersion.V12.namespace
    [upgrade] = told.iter(f"{{{soap_12}}}Upgrade")
    named = [(one.get("qname"), one.nsmap[one.get("qname", "").split(":")[0]]) for one in upgrade]
    assert named == [
        ("s12:Envelope", soap_12),
        ("s11:Envelope", SoapVersion.V11.namespace),
    ]


def test_a_detail_that_repeats_what_a_stranger_sent_is_short_in_the_journal_too() -> None:
    refusal = Unprocessed(Fault.NOT_XML, "line\none\x1b[31m" + "x" * 100_000)
    assert str(refusal).startswith("NOT_XML: line?one?[31mxxx")
    assert len(str(refusal)) <= DETAIL + 20


def test_soap_1_2_gives_the_reason_in_three_languages() -> None:
    _, body = write_fault(SoapVersion.V12, Unprocessed(Fault.BUSY), INCIDENT, fault_wording)
    reasons = [
        (element.get("{http://www.w3.org/XML/1998/namespace}lang"), element.text)
        for element in open_envelope(body, None).wrapper.iter(
            f"{{{SoapVersion.V12.namespace}}}Text"
        )
    ]
    text, _ = fault_wording(Unprocessed(Fault.BUSY))
    expected = [("kk", text.kk), ("ru", text.ru), ("en", text.en)]
    assert reasons == [(language, f"{words} [BUSY]") for language, words in expected]


def test_a_detail_that_is_no_xml_is_made_printable_and_short() -> None:
    refusal = Unprocessed(Fault.NOT_XML, "\x00\x1b]]>" + "x" * 1000)
    _, body = write_fault(SoapVersion.V11, refusal, INCIDENT, fault_wording)
    read = read_fault(open_envelope(body, None))
    assert read is not None
    assert "(??]]>xxx" in read.text
    assert len(read.text) < 500


@pytest.mark.parametrize(
    ("text", "seconds"), [("", None), ("soon", None), ("-1", None), ("7", 7), ("9" * 5000, 86_400)]
)
def test_only_a_number_of_seconds_is_waited_for(text: str, seconds: int | None) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize(
    "body",
    [
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault>'
        "<faultcode>e:Client</faultcode><faultstring>no</faultstring></e:Fault></e:Body>"
        "</e:Envelope>",
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code>'
        "<e:Value>e:Client</e:Value></e:Code><e:Reason><e:Text>no</e:Text></e:Reason></e:Fault>"
        "</e:Body></e:Envelope>",
    ],
)
def test_a_foreign_fault_without_our_detail_still_says_something(body: str) -> None:
    read = read_fault(open_envelope(body.encode(), None))
    assert read is not None
    assert (read.code, read.text, read.incident) == ("Client", "no", None)

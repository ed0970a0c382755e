"""What strangers may send to the Registry's SOAP endpoint, over a real socket, and the answers."""

import asyncio
import contextlib
import gzip
import os
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from lxml import etree

from shared_contracts.faults import Unprocessed
from shared_contracts.limits import MESSAGE_BYTES
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.soap.body import Body, BodyBudget, BodyLimits
from shared_contracts.soap.fault import RETRY_AFTER, read_fault
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import (
    SoapVersion,
    enclose,
    open_envelope,
    payload_bytes,
    payload_of,
)
from tests.serving import PACKAGE, RECEIPT, Desk, canonical, message, registry_serving

versions = pytest.mark.parametrize("version", list(SoapVersion))
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def base(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, limits = tmp_path_factory.mktemp("files"), BodyLimits(seconds=1.0)
    published = "https://registry.example.kz/soap/"
    with registry_serving(desk, folder, limits=limits, address=published) as address:
        yield address


def post(base: str, body: bytes, version: SoapVersion, **headers: str) -> httpx.Response:
    given = {"Content-Type": version.content_type, **headers}
    return httpx.post(f"{base}/soap/", content=body, headers=given, timeout=20, trust_env=False)


def code(response: httpx.Response) -> str:
    read = read_fault(open_envelope(response.content, response.headers["content-type"]))
    assert read is not None
    assert read.incident
    return read.code


def nested(depth: int) -> bytes:
    return message(SoapVersion.V11, PACKAGE.replace(b"KZ-01", b"<a>" * depth + b"</a>" * depth))


@pytest.mark.clause("S216-18.5", "S216-18.6")
@versions
def test_a_package_is_taken_and_its_receipt_comes_back_byte_for_byte(
    base: str, desk: Desk, version: SoapVersion
) -> None:
    response = post(base, message(version), version)
    assert response.status_code == 200
    assert response.headers["content-type"] == version.content_type
    opened = open_envelope(response.content, None)
    assert payload_bytes(response.content, payload_of(opened)) == RECEIPT
    assert desk.documents[-1] == canonical(etree.fromstring(PACKAGE))
    assert desk.bodies[-1] == message(version)


HOSTILE = {
    "empty": (b"", "NOT_XML"),
    "no XML": (b"hello", "NOT_XML"),
    "cut short": (message(SoapVersion.V11)[:-20], "NOT_XML"),
    "DTD": (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + message(SoapVersion.V11), "DTD_FORBIDDEN"),
    "outside DTD": (b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x'>\n<x/>", "DTD_FORBIDDEN"),
    "unknown charset": (
        b"<?xml version='1.0' encoding='klingon'?>" + message(SoapVersion.V11),
        "NOT_XML",
    ),
    "UTF-16": (message(SoapVersion.V11).decode().encode("utf-16"), "NOT_XML"),
    "256 deep": (nested(256), "TOO_DEEP"),
    "100,000 deep": (nested(100_000), "TOO_DEEP"),
    "other XML": (b"<html/>", "NOT_SOAP"),
    "unknown operation": (message(SoapVersion.V11, operation="Drop"), "UNKNOWN_OPERATION"),
    "other namespace": (
        enclose(SoapVersion.V11, "urn:kz:tru-registry:sez:1", "GetCapabilities", PACKAGE),
        "UNKNOWN_OPERATION",
    ),
    "empty wrapper": (message(SoapVersion.V11, b""), "NOT_A_PACKAGE"),
    "two documents": (message(SoapVersion.V11, PACKAGE * 2), "NOT_A_PACKAGE"),
    "empty Body": (
        message(SoapVersion.V11).partition(b"<w:")[0] + b"</soap:Body></soap:Envelope>",
        "NOT_SOAP",
    ),
    "two in the Body": (
        message(SoapVersion.V11).replace(b"</soap:Body>", b"<x/></soap:Body>"),
        "NOT_SOAP",
    ),
    "must be understood": (
        message(SoapVersion.V11).replace(
            b"<soap:Body>",
            b"<soap:Header><x soap:mustUnderstand='1'/></soap:Header><soap:Body>",
        ),
        "MUST_UNDERSTAND",
    ),
}


@pytest.mark.clause("S216-18.5", "S216-18.7")
@versions
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_a_message_gets_its_own_fault(
    base: str, desk: Desk, name: str, version: SoapVersion
) -> None:
    body, expected = HOSTILE[name]
    before = len(desk.documents)
    ours = body.replace(SoapVersion.V11.namespace.encode(), version.namespace.encode())
    response = post(base, ours, version)
    assert code(response) == expected
    blamed = version is SoapVersion.V12 and expected != "MUST_UNDERSTAND"
    assert response.status_code == (400 if blamed else 500)
    assert len(desk.documents) == before


@versions
def test_a_text_of_10_mib_is_refused_and_one_of_9_mib_passes(
    base: str, version: SoapVersion
) -> None:
    large = message(version, PACKAGE.replace(b"KZ-01", b"x" * (10 * MIB + 1)))
    small = message(version, PACKAGE.replace(b"KZ-01", b"x" * (9 * MIB)))
    assert code(post(base, large, version)) in {"NOT_XML", "TOO_LARGE"}
    assert post(base, small, version).status_code == 200


@versions
def test_a_body_over_16_mib_is_answered_413(base: str, version: SoapVersion) -> None:
    response = post(base, b" " * (MESSAGE_BYTES + 1), version)
    assert (response.status_code, code(response)) == (413, "TOO_LARGE")


def test_a_body_that_says_it_is_enormous_is_answered_before_it_comes(base: str) -> None:
    head = f"POST /soap/ HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n"
    assert b"413" in spoken(base, head.encode())


def test_a_body_without_length_is_still_bounded(base: str) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(17):
            yield b" " * MIB

    response = httpx.post(f"{base}/soap/", content=chunks(), timeout=20, trust_env=False)
    assert (response.status_code, code(response)) == (413, "TOO_LARGE")


@versions
def test_a_message_that_comes_as_gzip_is_the_same_message(
    base: str, desk: Desk, version: SoapVersion
) -> None:
    """And an answer leaves so only for who takes it; each tells that requests may come so."""
    body = message(version, PACKAGE.replace(b"KZ-01", b"x" * 5000))
    plain = post(base, body, version, **{"Accept-Encoding": "gzip;q=0, br"})
    given = {"Content-Encoding": "x-gzip", "Accept-Encoding": "br, gzip"}
    desk.answer = lambda: RECEIPT.replace(b"ACCEPTED", b"y" * 3000)
    coded = post(base, gzip.compress(body), version, **given)
    desk.answer = lambda: RECEIPT
    assert desk.bodies[-2:] == [body, body]
    assert coded.headers["content-encoding"] == "gzip"
    assert coded.num_bytes_downloaded < 1000 < len(coded.content)
    assert "content-encoding" not in plain.headers
    assert [one.headers["accept-encoding"] for one in (plain, coded)] == ["gzip", "gzip"]


BOMB = gzip.compress(b" " * (MESSAGE_BYTES + 1))
BAD_BODIES = {
    "cut": (gzip.compress(PACKAGE)[:-9], "gzip", 415, "BODY_ENCODED"),
    "followed": (gzip.compress(PACKAGE) + b"x", "gzip", 415, "BODY_ENCODED"),
    "no gzip": (PACKAGE, "gzip", 415, "BODY_ENCODED"),
    "another coding": (PACKAGE, "br", 415, "BODY_ENCODED"),
    "twice": (gzip.compress(gzip.compress(PACKAGE)), "gzip, gzip", 415, "BODY_ENCODED"),
    "over the limit": (BOMB + os.urandom(MESSAGE_BYTES // 20), "gzip", 413, "TOO_LARGE"),
    "more than 32 times": (gzip.compress(b" " * MIB), "gzip", 413, "TOO_LARGE"),
}


@pytest.mark.clause("S216-18.6")
@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_body_that_is_not_what_it_says_or_swells_is_refused(base: str, case: str) -> None:
    body, coding, status, fault = BAD_BODIES[case]
    answer = post(base, body, SoapVersion.V11, **{"Content-Encoding": coding})
    assert (answer.status_code, code(answer)) == (status, fault)
    assert answer.headers["accept-encoding"] == "gzip"


def test_gzip_of_nothing_does_not_go_on_for_ever(tmp_path: Path) -> None:
    nothing = b"\x00\x00\x00\xff\xff" * 20_000
    body = gzip.compress(b"")[:10] + nothing + gzip.compress(b"")[10:]
    given = {"Content-Encoding": "gzip"}
    for most, status in ((MIB, 500), (64 * 1024, 413)):
        limits = BodyLimits(body_bytes=most)
        with registry_serving(Desk(), tmp_path, limits=limits) as base:
            assert post(base, body, SoapVersion.V11, **given).status_code == status


@versions
def test_attachments_are_not_taken(base: str, version: SoapVersion) -> None:
    related = 'multipart/related; type="text/xml"; boundary=b'
    body = b"--b\r\n\r\n" + message(version) + b"\r\n--b--"
    answer = post(base, body, version, **{"Content-Type": related})
    assert (answer.status_code, code(answer)) == (415, "BODY_IN_PARTS")


def test_every_line_of_content_encoding_is_read(base: str) -> None:
    head = "POST /soap/ HTTP/1.1\r\nHost: x\r\nContent-Encoding: identity\r\n"
    second = f"{head}Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n".encode()
    listed = f"{head[:-2]}, gzip\r\nContent-Length: 0\r\n\r\n".encode()
    for sent in (second, listed):
        heard = spoken(base, sent)
        assert heard.startswith(b"HTTP/1.1 415 ")
        assert b"<Code>BODY_ENCODED</Code>" in heard


@versions
def test_an_envelope_of_another_version_is_told_which_are_read(
    base: str, version: SoapVersion
) -> None:
    body = message(version).replace(version.namespace.encode(), b"urn:soap:9")
    response = post(base, body, version)
    assert (response.status_code, code(response)) == (500, "VERSION_MISMATCH")
    assert b"SupportedEnvelope" in response.content


def test_the_path_without_its_slash_is_served_and_sends_nobody_elsewhere(base: str) -> None:
    evil = {"Host": "evil.example", "Content-Type": "text/xml"}
    body = message(SoapVersion.V11)
    posted = httpx.post(f"{base}/soap", content=body, headers=evil, trust_env=False)
    described = httpx.get(f"{base}/soap?wsdl", headers=evil, trust_env=False)
    assert (posted.status_code, described.status_code) == (200, 200)
    assert described.content == httpx.get(f"{base}/soap/?wsdl", trust_env=False).content


def test_the_head_of_the_description_can_be_asked_for(base: str) -> None:
    for path in ("/soap/?wsdl", "/soap/schemas/package.xsd"):
        head = httpx.head(base + path, trust_env=False)
        whole = httpx.get(base + path, trust_env=False)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))


def test_the_operation_knows_where_its_message_came_from(tmp_path: Path) -> None:
    desk = Desk()
    with registry_serving(desk, tmp_path) as base:
        post(base, message(SoapVersion.V11), SoapVersion.V11)
    assert desk.peers == [Peer("127.0.0.1")]


def test_the_soap_action_does_not_matter(base: str) -> None:
    for action in ('""', '"urn:other"', "GetTime"):
        response = post(base, message(SoapVersion.V11), SoapVersion.V11, SOAPAction=action)
        assert response.status_code == 200


def spoken(base: str, sent: bytes) -> bytes:
    """Everything that comes back on a connection where only ``sent`` is ever sent."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        heard = b""
        while chunk := connection.recv(65536):
            heard += chunk
        return heard


def test_uploads_that_stall_are_ended_and_hold_nobody_up(base: str) -> None:
    head = b"POST /soap/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<soap"
    with ThreadPoolExecutor(20) as executor:
        stalled = [executor.submit(spoken, base, head) for _ in range(20)]
        started = time.monotonic()
        assert post(base, message(SoapVersion.V11), SoapVersion.V11).status_code == 200
        assert time.monotonic() - started < 0.9
        answers = [each.result() for each in stalled]
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
    assert all(b"<Code>BUSY</Code>" in answer for answer in answers)


def test_a_sender_that_goes_away_leaves_the_door_open(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST /soap/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n<")
    assert post(base, message(SoapVersion.V11), SoapVersion.V11).status_code == 200


def test_more_bytes_at_once_than_memory_is_set_aside_for_are_told_to_wait(tmp_path: Path) -> None:
    limits = BodyLimits(held_bytes=1000)
    with registry_serving(Desk(), tmp_path, limits=limits) as base:
        large = message(SoapVersion.V11, PACKAGE.replace(b"KZ-01", b"x" * 1000))
        for _ in range(10):
            refused = post(base, large, SoapVersion.V11)
            assert (code(refused), refused.headers["retry-after"]) == ("BUSY", str(RETRY_AFTER))
            assert post(base, message(SoapVersion.V11), SoapVersion.V11).status_code == 200


@pytest.mark.clause("S216-18.6", "S216-18.3")
@pytest.mark.parametrize("size", [100, 200_000, 1_500_000])
def test_honest_senders_get_through_while_others_hold_the_memory(tmp_path: Path, size: int) -> None:
    limits = BodyLimits(held_bytes=4 * MIB, reserve_bytes=MIB, small_bytes=250_000, seconds=20)
    held = b"POST /soap/ HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\n"
    body = message(SoapVersion.V11, PACKAGE.replace(b"KZ-01", b"x" * size))
    with (
        registry_serving(Desk(), tmp_path, limits=limits) as base,
        contextlib.ExitStack() as opened,
    ):
        port = int(base.rpartition(":")[2])
        for _ in range(10):
            for already in (1_900_000, 240_000, 1):
                one = socket.create_connection(("127.0.0.1", port), timeout=10)
                opened.enter_context(one).sendall(held + b"x" * already)
            time.sleep(0.05)
            assert post(base, body, SoapVersion.V11).status_code == 200


def test_one_peer_has_no_more_than_its_share_of_the_messages_that_wait() -> None:
    held = BodyBudget(BodyLimits(messages=8, peer_share=0.75))
    for _ in range(6):
        held.begin("one")
    with pytest.raises(Unprocessed, match="BUSY"):
        held.begin("one")
    held.begin("another")
    held.end("one")
    held.begin("one")


def test_the_memory_of_a_body_is_given_back_whatever_ends_it() -> None:
    held = BodyBudget(
        BodyLimits(held_bytes=1000, reserve_bytes=500, small_bytes=100, body_bytes=400)
    )

    async def read(*sizes: int) -> str:
        async def stream() -> AsyncIterator[bytes]:
            for size in sizes:
                yield b"x" * size

        with closing(Body(held.limits, held, "one")) as body:
            try:
                return str(len(await body.read(stream())))
            except Unprocessed as refusal:
                return refusal.fault.value

    told = [asyncio.run(read(*sizes)) for sizes in [(50,), (90, 90), (200, 190), (300, 200), (1,)]]
    assert told == ["50", "180", "BUSY", "TOO_LARGE", "1"]
    assert (held.bytes, held.small.peers, held.large.peers) == (0, {}, {})
    assert not held.small.arriving
    assert not held.large.arriving


def test_more_messages_at_once_than_can_wait_are_told_to_come_again(tmp_path: Path) -> None:
    arrived, leave = threading.Event(), threading.Event()

    def slowly() -> bytes:
        arrived.set()
        assert leave.wait(10)
        return RECEIPT

    limits = BodyLimits(messages=1)
    with (
        registry_serving(Desk(slowly), tmp_path, limits=limits) as base,
        ThreadPoolExecutor() as executor,
    ):
        first = executor.submit(post, base, message(SoapVersion.V11), SoapVersion.V11)
        assert arrived.wait(10)
        refused = post(base, message(SoapVersion.V12), SoapVersion.V12)
        leave.set()
        assert refused.headers["accept-encoding"] == "gzip"
        assert (code(refused), refused.headers["retry-after"]) == ("BUSY", str(RETRY_AFTER))
        assert first.result().status_code == 200
        assert post(base, message(SoapVersion.V11), SoapVersion.V11).status_code == 200


def test_an_upload_that_drips_is_ended_all_the_same(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    started = time.monotonic()
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(b"POST /soap/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        connection.settimeout(0.1)
        heard = b""
        while not heard and time.monotonic() - started < 5:
            connection.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                heard = connection.recv(65536)
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - started < 2


@pytest.mark.clause("S216-18.5")
def test_the_description_gives_the_configured_address_whatever_the_host_header_says(
    base: str,
) -> None:
    url = f"{base}/soap/?wsdl"
    evil = httpx.get(url, headers={"Host": "evil.example"}, trust_env=False)
    good = httpx.get(url, trust_env=False)
    assert evil.content == good.content
    assert b"evil.example" not in evil.content
    assert b'location="https://registry.example.kz/soap/"' in good.content
    assert good.headers["content-type"].startswith("text/xml")


def test_the_schemas_are_served_and_unknown_ones_are_named_so(base: str) -> None:
    found = httpx.get(f"{base}/soap/schemas/package.xsd", trust_env=False)
    assert etree.fromstring(found.content).get("targetNamespace") == NAMESPACE
    missing = httpx.get(f"{base}/soap/schemas/nothing.xsd", trust_env=False)
    assert missing.status_code == 404
    assert "package" in missing.text
    for path in ("/soap/schemas/..%2Fregistry.xsd", "/soap/schemas/%2e%2e/registry.xsd"):
        assert httpx.get(base + path, trust_env=False).status_code == 404


@pytest.mark.clause("S216-11c")
def test_both_versions_of_the_contract_are_served_and_another_is_named_so(base: str) -> None:
    newest, same, first, missing = (
        httpx.get(f"{base}/soap/?{asked}", trust_env=False)
        for asked in ("wsdl", "WSDL=1.1", "wsdl=1.0", "wsdl=9.9")
    )
    assert newest.content == same.content
    assert b"/soap/schemas/1.1/exchange.xsd" in newest.content
    assert b"/soap/schemas/exchange.xsd" in first.content
    assert (missing.status_code, "1.0, 1.1" in missing.text) == (404, True)
    for path, version in (("common", "1.0"), ("1.0/common", "1.0"), ("1.1/common", "1.1")):
        found = httpx.get(f"{base}/soap/schemas/{path}.xsd", trust_env=False)
        assert etree.fromstring(found.content).get("version") == version
    for path in ("1.1/nothing", "9.9/common", "..%2F1.1/common"):
        assert httpx.get(f"{base}/soap/schemas/{path}.xsd", trust_env=False).status_code == 404


def test_without_the_word_wsdl_the_reader_is_told_where_it_is(base: str) -> None:
    answer = httpx.get(f"{base}/soap/", trust_env=False)
    assert (answer.status_code, "?wsdl" in answer.text) == (404, True)
    assert httpx.get(f"{base}/soap/?WSDL", trust_env=False).status_code == 200


@versions
def test_nothing_in_the_document_is_moved_or_lost_on_the_way(
    base: str, desk: Desk, version: SoapVersion
) -> None:
    inside = (
        '<a href="#x"/><!--c--><?pi x?><b id="x" xml:space="preserve"> <c/>\n</b><![CDATA[<&]]>'
    )
    document = f'<p:Package xmlns:p="{NAMESPACE}" xmlns:q="urn:q">{inside}</p:Package>'.encode()
    assert post(base, message(version, document), version).status_code == 200
    assert desk.documents[-1] == canonical(etree.fromstring(document))
    assert document in desk.bodies[-1]


def test_the_service_is_the_registrys_own(base: str) -> None:
    described = etree.fromstring(httpx.get(f"{base}/soap/?wsdl", trust_env=False).content)
    assert described.get("targetNamespace") == REGISTRY.namespace

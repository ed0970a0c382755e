"""The SEZ calls the Registry through zeep, and what was signed stays as it was signed."""

import gzip
import hashlib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from fastapi import FastAPI, Request, Response
from lxml import etree

from sez.soap.client import Connection, PeerUnreachable, RegistryClient, RemoteFault
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.document import NAMESPACE
from shared_contracts.soap.description import PackagedFiles, description
from shared_contracts.soap.services import REGISTRY
from shared_contracts.soap.wire import Passed
from shared_contracts.xml import codec
from shared_contracts.xml.envelope import SoapVersion, answer
from tests.serving import PACKAGE, RECEIPT, Desk, canonical, registry_serving, serving

versions = pytest.mark.parametrize("soap", list(SoapVersion))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def base(desk: Desk, tmp_path: Path) -> Iterator[str]:
    wanted = frozenset({hashlib.sha256(b"wanted").hexdigest()})
    with registry_serving(desk, tmp_path, wanted=wanted.__contains__) as address:
        yield address


@pytest.fixture
def registry(base: str) -> Iterator[RegistryClient]:
    client = RegistryClient(Connection(base, timeout=5))
    yield client
    client.close()


@pytest.mark.clause("S216-18.5")
@versions
def test_a_package_arrives_as_signed_and_its_receipt_returns_as_signed(
    registry: RegistryClient, desk: Desk, soap: SoapVersion
) -> None:
    assert registry.transfer(PACKAGE, soap) == RECEIPT
    assert desk.documents == [canonical(etree.fromstring(PACKAGE))]


@versions
def test_prefixes_comments_and_carriage_returns_survive_the_way(
    registry: RegistryClient, desk: Desk, soap: SoapVersion
) -> None:
    package = (
        f"<?xml version='1.0'?>\n<p:Package xmlns:p='{NAMESPACE}' xmlns:q='urn:q' q:a='&#10;'>"
        "&#13;\n <q:x xmlns='urn:d'><y/></q:x><!--c--></p:Package>"
    ).encode()
    registry.transfer(package, soap)
    assert desk.documents == [canonical(etree.fromstring(package))]


@pytest.mark.clause("S216-A3.3")
@versions
def test_every_operation_carries_its_own_document(
    registry: RegistryClient, desk: Desk, soap: SoapVersion
) -> None:
    def document(name: str) -> bytes:
        return f'<{name} xmlns="{NAMESPACE}"/>'.encode()

    registry.void_sequence(document("VoidSequence"), soap)
    registry.get_time(document("TimeRequest"), soap)
    registry.get_capabilities(soap)
    names = [codec.local_name(etree.fromstring(each)) for each in desk.documents]
    assert names == ["VoidSequence", "TimeRequest", "CapabilitiesRequest"]


@pytest.mark.clause("S216-18.7")
@versions
def test_a_fault_says_what_is_missing_and_when_to_come_again(
    registry: RegistryClient, desk: Desk, soap: SoapVersion
) -> None:
    def refuse() -> bytes:
        raise Unprocessed(Fault.FILES_MISSING, retry_after=3, hashes=["ab" * 32])

    desk.answer = refuse
    with pytest.raises(RemoteFault) as caught:
        registry.transfer(PACKAGE, soap)
    fault = caught.value
    assert (fault.code, fault.retry_after, fault.hashes) == ("FILES_MISSING", 3, ("ab" * 32,))
    assert fault.retryable
    assert fault.incident


def test_a_fault_that_is_final_is_not_retryable(registry: RegistryClient) -> None:
    with pytest.raises(RemoteFault, match="NOT_A_PACKAGE") as caught:
        registry.transfer(f'<Other xmlns="{NAMESPACE}"/>'.encode())
    assert not caught.value.retryable


def test_what_is_no_xml_is_not_sent(registry: RegistryClient, desk: Desk) -> None:
    with pytest.raises(Unprocessed):
        registry.transfer(b"<cut")
    assert desk.documents == []


def test_many_threads_share_one_client(registry: RegistryClient, desk: Desk) -> None:
    def send(number: int) -> bytes:
        return registry.transfer(
            PACKAGE.replace(b"KZ-01", f"KZ-{number}".encode()), list(SoapVersion)[number % 2]
        )

    with ThreadPoolExecutor(8) as executor:
        assert set(executor.map(send, range(100))) == {RECEIPT}
    assert len(set(desk.documents)) == 100


def test_a_registry_that_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = RegistryClient(Connection(f"http://127.0.0.1:{port}", timeout=2))
    with pytest.raises(PeerUnreachable):
        client.transfer(PACKAGE)
    with pytest.raises(PeerUnreachable):
        client.put_file("0" * 64, Path(__file__))
    client.close()


def test_a_registry_that_never_answers_is_unreachable_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = RegistryClient(Connection(address, timeout=0.3))
        with pytest.raises(PeerUnreachable, match="ReadTimeout"):
            client.transfer(PACKAGE)
        client.close()


DRIPS = {
    "the head": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "the body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
}


@contextmanager
def dripping(start: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server whose answers begin with ``start`` and never end."""

    def drip() -> None:
        with server.accept()[0] as connection, suppress(OSError):
            connection.sendall(start)
            while not done.wait(0.05):
                connection.sendall(drop)

    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        done.set()
        thread.join()


@pytest.mark.clause("S216-18.7")
@pytest.mark.parametrize("part", DRIPS)
def test_an_answer_that_comes_byte_by_byte_ends_with_the_whole_exchange(part: str) -> None:
    with dripping(*DRIPS[part]) as address:
        client = RegistryClient(Connection(address, timeout=0.4))
        start = monotonic()
        with pytest.raises(PeerUnreachable, match="Timeout"):
            client.transfer(PACKAGE)
        assert monotonic() - start < 10
        client.close()


OTHER = {
    "a page of a proxy": Response("<html>", 503, {"Retry-After": "9"}, "text/html"),
    "nothing": Response(b"", 200, media_type="text/xml"),
    "a moved endpoint": Response(b"", 302, {"Location": "http://127.0.0.1:9/soap/"}),
    "an answer to another question": Response(
        answer(SoapVersion.V11, REGISTRY.namespace, "GetTime", RECEIPT)
    ),
    "an answer of another service": Response(
        answer(SoapVersion.V11, "urn:other", "TransferRecords", RECEIPT)
    ),
    "an empty answer": Response(
        answer(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", b"")
    ),
    "a DTD": Response(b"<!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>"),
    "too much": Response(b" " * (17 * 1024 * 1024)),
    "a little that becomes too much": Response(
        gzip.compress(b" " * 17 * 1024 * 1024), headers={"Content-Encoding": "gzip"}
    ),
    "gzip that is cut": Response(gzip.compress(RECEIPT)[:-4], headers={"Content-Encoding": "gzip"}),
    "a coding that was not asked for": Response(RECEIPT, headers={"Content-Encoding": "br"}),
}


@pytest.mark.parametrize("name", OTHER)
def test_what_is_no_answer_of_the_registry_is_as_good_as_none(name: str) -> None:
    app = FastAPI()
    app.post("/soap/")(lambda: OTHER[name])
    with serving(app) as base:
        client = RegistryClient(Connection(base, timeout=5))
        with pytest.raises(PeerUnreachable) as caught:
            client.transfer(PACKAGE)
        client.close()
    assert ("larger than" in str(caught.value)) == (name == "too much")
    assert ("at most" in str(caught.value)) == (name == "a little that becomes too much")
    assert caught.value.retry_after == (9 if name == "a page of a proxy" else None)


LONG = PACKAGE.replace(b"KZ-01", b"x" * 5000)


def test_messages_travel_compressed_once_the_other_side_says_so(base: str, desk: Desk) -> None:
    client = RegistryClient(Connection(base, timeout=5, gzip=True, passed=(passed := Passed())))
    answer_of = RECEIPT.replace(b"ACCEPTED", b"z" * 3000)
    desk.answer = lambda: answer_of
    sizes = []
    for _ in range(3):
        before = passed.told()
        assert client.transfer(LONG) == answer_of
        sizes.append({name: passed.told()[name] - before[name] for name in before})
    client.close()
    assert set(desk.documents) == {canonical(etree.fromstring(LONG))}
    assert [one["sent"] < 1000 for one in sizes] == [False, True, True]
    assert all(one["received"] < 1000 for one in sizes)


@pytest.mark.parametrize("gzip_too", [True, False])
def test_a_system_that_does_not_take_gzip_after_all_gets_the_message_as_it_is(
    *, gzip_too: bool
) -> None:
    """And one that asks for nothing compressed neither gets it nor sends it."""
    codings = []

    def taken(request: Request) -> Response:
        codings.append(
            (request.headers.get("content-encoding"), request.headers["accept-encoding"])
        )
        body = answer(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", RECEIPT)
        status = 415 if codings[-1][0] else 200
        return Response(body, status, {"Accept-Encoding": "gzip"}, "text/xml")

    app = FastAPI()
    app.post("/soap/")(taken)
    with serving(app) as base:
        client = RegistryClient(Connection(base, timeout=5, gzip=gzip_too))
        assert [client.transfer(LONG) for _ in range(4)] == [RECEIPT] * 4
        client.close()
    asked = "gzip" if gzip_too else "identity"
    tried = [None, "gzip", None, None, None] if gzip_too else [None] * 4
    assert codings == [(one, asked) for one in tried]


@contextmanager
def cutting(answer_to: Callable[[bytes], bytes]) -> Iterator[str]:
    """The address of a server that answers the head of a request, with nothing: by its end."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                with server.accept()[0] as connection:
                    sent = b""
                    while b"\r\n\r\n" not in sent:
                        sent += connection.recv(65536)
                    connection.sendall(answer_to(sent.partition(b"\r\n\r\n")[0]))
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_what_ends_a_connection_for_gzip_is_sent_none_any_more() -> None:
    """As a filter of packets does that looks into bodies."""
    seen: list[str | None] = []

    def cut(sent: bytes) -> bytes:
        seen.append("gzip" if b"Content-Encoding: gzip" in sent else None)
        body = answer(SoapVersion.V11, REGISTRY.namespace, "TransferRecords", RECEIPT)
        head = "HTTP/1.1 200 OK\r\nAccept-Encoding: gzip\r\nContent-Type: text/xml\r\n"
        told = f"{head}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        return b"" if seen[-1] else told

    with cutting(cut) as base:
        client = RegistryClient(Connection(base, timeout=5, gzip=True))
        assert client.transfer(LONG) == RECEIPT
        with pytest.raises(PeerUnreachable):
            client.transfer(LONG)
        assert [client.transfer(LONG) for _ in range(3)] == [RECEIPT] * 3
        client.close()
    assert seen == [None, "gzip", None, None, None]


def test_nothing_is_fetched_to_learn_the_contract() -> None:
    client = RegistryClient(Connection("http://registry.invalid"))
    client.close()


@pytest.mark.parametrize(
    "url", ["http://other.example/x.xsd", "file:///etc/passwd", "http://localhost/soap/x"]
)
def test_what_is_not_of_the_contract_is_never_fetched(url: str) -> None:
    with pytest.raises(ValueError, match="does not refer"):
        PackagedFiles("registry").load(url)


def test_the_contract_is_read_once_for_all_systems() -> None:
    assert description("sez") is description("sez")


def test_a_file_is_sent_once(registry: RegistryClient, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"wanted")
    name = hashlib.sha256(b"wanted").hexdigest()
    assert [registry.put_file(name, path), registry.put_file(name, path)] == [True, False]


def test_a_file_that_is_not_taken_says_why(registry: RegistryClient) -> None:
    with pytest.raises(RemoteFault, match="not asked for") as caught:
        registry.put_file("0" * 64, Path(__file__))
    assert (caught.value.code, caught.value.retryable) == ("FILE_NOT_ASKED", False)

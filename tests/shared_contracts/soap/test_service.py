"""The contained Spyne finds the operation; what happens in it never leaks out."""

import logging
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from eventsourcing.persistence import OperationalError
from lxml import etree
from structlog.testing import capture_logs

from registry.soap.service import registry_service
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.rules.catalogue import fault_wording
from shared_contracts.soap.exchange import Handle, HttpAnswer
from shared_contracts.soap.fault import FaultRead, read_fault
from shared_contracts.soap.peer import Peer
from shared_contracts.soap.service import Handler
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope
from tests.serving import PACKAGE, RECEIPT, Desk, message

versions = pytest.mark.parametrize("version", list(SoapVersion))


def service(transfer: Handler) -> Handle:
    rest = dict.fromkeys(REGISTRY.documents, Desk().take)
    return registry_service({**rest, "TransferRecords": transfer}, fault_wording)


def fault_of(answer: HttpAnswer) -> FaultRead:
    read = read_fault(open_envelope(answer.body, answer.content_type))
    assert read is not None
    return read


@pytest.mark.clause("S216-18.5")
@versions
def test_an_operation_is_performed_and_its_bytes_answered(version: SoapVersion) -> None:
    desk = Desk()
    answer = service(desk.take)(message(version), version.content_type)
    assert (answer.status, answer.content_type) == (200, version.content_type)
    assert RECEIPT in answer.body
    assert desk.bodies == [message(version)]


@versions
def test_an_operation_which_the_contract_does_not_have_is_unknown(version: SoapVersion) -> None:
    handle = service(Desk().take)
    for body in (
        message(version, operation="Nothing"),
        message(version, operation="TransferRecordsResponse"),
        enclose(version, "urn:kz:tru-registry:registry:2", "TransferRecords", PACKAGE),
        enclose(version, version.namespace, "Fault", PACKAGE),
    ):
        assert fault_of(handle(body, None)).code == Fault.UNKNOWN_OPERATION


def test_an_operation_gets_only_the_document_it_takes() -> None:
    desk = Desk()
    answer = service(desk.take)(message(SoapVersion.V11, operation="GetTime"), None)
    assert fault_of(answer).code == Fault.NOT_A_PACKAGE
    assert desk.documents == []


@versions
def test_a_refusal_of_the_handler_becomes_its_fault(version: SoapVersion) -> None:
    def refuse(_: etree._Element, __: bytes, ___: Peer) -> bytes:
        raise Unprocessed(Fault.FILES_MISSING, retry_after=5, hashes=["ab" * 32])

    answer = service(refuse)(message(version), None)
    read = fault_of(answer)
    assert (answer.status, answer.headers) == (500, {"Retry-After": "5"})
    assert (read.code, read.retry_after, read.hashes) == ("FILES_MISSING", 5, ("ab" * 32,))


@pytest.mark.clause("S216-18.7")
@versions
def test_a_bug_is_told_by_its_incident_only_and_logged_in_full(version: SoapVersion) -> None:
    def stumble(_: etree._Element, __: bytes, ___: Peer) -> bytes:
        raise ZeroDivisionError("the password is 1234")

    peer = Peer(f"peer {uuid4()}")  # one whose tracebacks are not used up
    with capture_logs() as lines:
        answer = service(stumble)(message(version), None, peer)
    read = fault_of(answer)
    assert (answer.status, read.code) == (500, "INTERNAL_ERROR")
    assert b"1234" not in answer.body
    [line] = lines
    assert (line["incident"], line["log_level"]) == (str(read.incident), "error")
    assert isinstance(line["exc_info"], ZeroDivisionError)


@pytest.mark.clause("S216-18.7")
def test_a_store_that_is_away_is_no_bug_and_the_same_bytes_are_welcome_again() -> None:
    def stumble(_: etree._Element, __: bytes, ___: Peer) -> bytes:
        raise OperationalError("no route to host 10.0.0.7")

    with capture_logs() as lines:
        answer = service(stumble)(message(SoapVersion.V12), None)
    assert fault_of(answer).code == "MAINTENANCE"
    assert "Retry-After" in answer.headers
    assert b"10.0.0.7" not in answer.body
    assert "10.0.0.7" in lines[0]["problem"]


@versions
def test_what_is_no_message_is_welcome_again_while_it_cannot_be_kept(version: SoapVersion) -> None:
    def away(_: bytes, __: bytes, ___: Fault, ____: Peer) -> None:
        raise OperationalError("no route to host 10.0.0.7")

    takers = dict.fromkeys(REGISTRY.documents, Desk().take)
    handle = registry_service(takers, fault_wording, away)
    answer = handle(message(version, operation="Nothing"), version.content_type)
    assert fault_of(answer).code == Fault.MAINTENANCE
    assert b"10.0.0.7" not in answer.body


def test_spyne_says_nothing_of_the_messages_in_the_journal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    handle = service(Desk().take)
    body = message(SoapVersion.V11, PACKAGE.replace(b"KZ-01", b"SECRET"))
    caplog.set_level(logging.DEBUG)
    handle(body, None)
    handle(body[:-9], None)
    handle(body.replace(b"TransferRecords", b"Nothing"), None)
    said = [record.getMessage() for record in caplog.records if record.name.startswith("spyne")]
    assert not [text for text in said if "SECRET" in text]


def test_every_operation_of_the_contract_needs_its_handler() -> None:
    with pytest.raises(ValueError, match="TransferRecords"):
        registry_service({"GetTime": Desk().take}, fault_wording)


def test_many_threads_get_each_their_own_answer() -> None:
    def echo(payload: etree._Element, _: bytes, __: Peer) -> bytes:
        return etree.tostring(payload)

    handle = service(echo)

    def ask(number: int) -> bool:
        text = f"KZ-{number}".encode()
        version = list(SoapVersion)[number % 2]
        return text in handle(message(version, PACKAGE.replace(b"KZ-01", text)), None).body

    with ThreadPoolExecutor(8) as executor:
        assert all(executor.map(ask, range(400)))

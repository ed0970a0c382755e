"""A client of another make goes through schemes 1, 3, 4, 7 and 8, and through tickets.

It knows the served WSDL alone, and sends what a SEZ signed; a Registry at work answers from its
database.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared_contracts.classifiers.edition import MKEI
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import (
    PULL,
    SUBMIT,
    ReceiptPending,
    ReceiptRequest,
    Ticket,
)
from shared_contracts.messages.classifiers import ClassifierPage, ClassifierRequest
from shared_contracts.messages.document import Environment
from shared_contracts.messages.programme_change import (
    REQUEST,
    SUPPLY_PROGRAMME,
    ChangeOutcome,
    ProgrammeChangeAnswer,
    ProgrammeChangeRequest,
)
from shared_contracts.messages.receipt import Receipt, Result, Stage
from shared_contracts.messages.supplier_query import (
    QueryOutcome,
    SupplierCheck,
    SupplierCheckResult,
    SupplierQuery,
    SupplierQueryResult,
)
from shared_contracts.signing.sign import sign_message, sign_system
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.fault import read_fault
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, open_envelope, payload_bytes, payload_of
from tests.clauses import clause
from tests.foreign.clients import ANSWERED, FAULTED, Client, clients, run
from tests.sez.foreign import held
from tests.sez.programmes.test_programmes import load
from tests.sez.programmes.test_scheme_8 import change, question
from tests.sez.suppliers.test_cards import card, drafted, rows, taken
from tests.sez.suppliers.test_scheme_4 import asked, chosen, on_record
from tests.sez.systems import BothSystems


@dataclass
class Vendor:
    """Who calls the Registry of both systems by a client and a version of SOAP."""

    systems: BothSystems
    folder: Path
    client: Client
    version: SoapVersion

    def call(self, operation: str, document: bytes) -> Any:
        """The signed answer to a signed document, as an element whose signature holds."""
        return schema.parse(self.answer(operation, document))

    def answer(self, operation: str, document: bytes) -> bytes:
        """The same, byte for byte."""
        done = self._send(operation, document)
        assert done.returncode == ANSWERED, (done.stderr, done.stdout)
        answer = payload_bytes(done.stdout, payload_of(open_envelope(done.stdout, None)))
        verify_system(schema.parse(answer))
        return answer

    def fault(self, operation: str, document: bytes) -> str | None:
        """The code of the fault that answers a document."""
        done = self._send(operation, document)
        assert done.returncode == FAULTED, (done.stderr, done.stdout)
        read = read_fault(open_envelope(done.stdout, None))
        return None if read is None else read.code

    def question(self, kind: type[Any], **told: Any) -> bytes:
        """A question of the SEZ, signed."""
        head = {
            "message_id": uuid7(),
            "sez_code": "SEZ01",
            "environment": Environment.STAND,
            "created_at": self.systems.watch(),
        }
        question = codec.write(kind(**head | told), root_id="question-1")
        return sign_system(question, self.systems.pki.signer("sez"))

    def _send(self, operation: str, document: bytes) -> subprocess.CompletedProcess[bytes]:
        file = self.folder / "document.xml"
        file.write_bytes(document)
        wsdl = f"{self.systems.link.target}/soap/?wsdl"
        return run(self.client, wsdl, self.version, file, operation)


@pytest.fixture(params=SoapVersion, ids=lambda version: f"SOAP {version.value}")
def vendor(
    request: pytest.FixtureRequest,
    client: Client,
    systems: BothSystems,
    tmp_path: Path,
) -> Vendor:
    """A vendor with a client of another make."""
    return Vendor(systems, tmp_path, client, request.param)


@clause("S216-18.5", "S216-A2.1.1", "S216-A2.1.8")
@clients
def test_scheme_1(vendor: Vendor) -> None:
    _, package = held(vendor.systems)
    receipt = codec.read(vendor.call("TransferRecords", package), Receipt)
    assert (receipt.result, receipt.stage) == (Result.ACCEPTED, Stage.RECORDED)
    assert codec.read(vendor.call("TransferRecords", package), Receipt) == receipt
    assert vendor.systems.recorded()


@clause("S216-18.5", "S216-A2.3.1", "S216-A2.3.2")
@clients
def test_scheme_3(vendor: Vendor) -> None:
    asked = vendor.question(ClassifierRequest, classifier=MKEI, page=1)
    page = codec.read(vendor.call("GetClassifier", asked), ClassifierPage)
    assert page.classifier == MKEI
    assert page.codes
    wrong = vendor.question(ClassifierRequest, classifier="NONE", page=1)
    assert vendor.fault("GetClassifier", wrong) == "CLASSIFIER_UNKNOWN"


@clause("S216-18.5", "S216-A2.4.1", "S216-A2.4.5", "S216-A2.4.6", "S216-A2.4.10")
@clients
def test_scheme_4(vendor: Vendor) -> None:
    systems = vendor.systems
    with systems.program() as program:
        number = on_record(systems, program)
        second = drafted(program, card(systems, bin=number))
        [candidate] = asked(program, second)["state"]["candidates"]
        chosen(program, second, candidate["registry_id"])
        taken(program, second, "registration")
    query = vendor.question(SupplierQuery, bin=number)
    told = codec.read(vendor.call("QuerySupplier", query), SupplierQueryResult)
    assert told.result is QueryOutcome.CANDIDATES
    package = systems.system.sender.forming.form_held(UUID(second))
    receipt = codec.read(vendor.call("SelectSupplier", package), Receipt)
    assert receipt.result is Result.ACCEPTED
    assert len(rows(systems, number)) == 2
    check = vendor.question(SupplierCheck, bin=number)
    known = codec.read(vendor.call("CheckSupplier", check), SupplierCheckResult)
    assert known.exists


@clause("S216-18.5", "S216-A2.7.1", "S216-A2.7.6")
@clients
def test_scheme_7(vendor: Vendor) -> None:
    package = vendor.systems.system.sender.forming.form_held(load(vendor.systems))
    receipt = codec.read(vendor.call("LoadProgramme", package), Receipt)
    assert receipt.result is Result.ACCEPTED


def asked_to_change(
    vendor: Vendor, request: ProgrammeChangeRequest
) -> tuple[ProgrammeChangeAnswer, bytes]:
    """The answer to a request to change a programme, with the request as it was signed."""
    signed = sign_message(request, "question-1", vendor.systems.pki.signer("sez"))
    return codec.read(vendor.call(REQUEST, signed), ProgrammeChangeAnswer), signed


@clause("S216-18.5", "S216-A2.8.1", "S216-A2.8.3", "S216-A2.8.4", "S216-A2.8.5", "S216-A2.8.6")
@clients
def test_scheme_8(vendor: Vendor) -> None:
    systems = vendor.systems
    programme = load(systems)
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"])
    change(systems, programme)
    told, signed = asked_to_change(vendor, question(systems, programme))
    assert told.result is ChangeOutcome.SUPPLEMENT_REQUIRED
    assert [one.item_number for one in told.items] == ["2"]
    assert codec.read(vendor.call(REQUEST, signed), ProgrammeChangeAnswer) == told
    supplied = systems.system.sender.forming.form_held(programme)
    answer = vendor.answer(SUPPLY_PROGRAMME, supplied)
    receipt = codec.read(schema.parse(answer), Receipt)
    assert receipt.result is Result.ACCEPTED
    [record] = receipt.records
    assert [one.item_number for one in record.changed_items] == ["2"]
    told, _ = asked_to_change(vendor, question(systems, programme))  # of the same version once more
    assert (told.result, told.registry_version) == (ChangeOutcome.NOT_REQUIRED, 2)
    systems.system.sender.receipts.take(answer)
    assert systems.states(programme) == ["SYNCHRONISED"] * 2


@clause("S216-18.5", "S216-18.1", "S216-18.7")
@clients
def test_a_package_under_a_ticket(vendor: Vendor) -> None:
    systems = vendor.systems
    _, package = held(systems)
    ticket = codec.read(vendor.call(SUBMIT, package), Ticket)
    again = codec.read(vendor.call(SUBMIT, package), Ticket)
    assert again.ticket_id == ticket.ticket_id

    def pulled() -> Any:
        return vendor.call(PULL, vendor.question(ReceiptRequest, ticket_id=ticket.ticket_id))

    pending = codec.read(pulled(), ReceiptPending)
    assert (pending.ticket_id, pending.held) == (ticket.ticket_id, False)
    assert systems.registry.judging.step() == 1
    receipt = codec.read(pulled(), Receipt)
    assert (receipt.result, receipt.package_hash) == (Result.ACCEPTED, ticket.package_hash)
    assert codec.read(vendor.call("TransferRecords", package), Receipt) == receipt
    assert codec.read(vendor.call(SUBMIT, package), Receipt) == receipt
    stranger = vendor.question(ReceiptRequest, ticket_id=uuid7())
    assert vendor.fault(PULL, stranger) == "TICKET_UNKNOWN"

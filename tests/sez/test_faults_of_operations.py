"""Faults between the two systems, for every operation of the Registry (S216-18.1, S216-18.2).

Each message is sent once as it should be, and once through each fault and then again by the same
bytes: the Registry must record the same, and say the same, as if there had been no fault.
"""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from fastapi import Response
from lxml import etree

from sez.programmes import versions
from sez.programmes.programme import ProgrammeSigned
from sez.soap.client import RegistryClient
from shared_contracts.classifiers.edition import MKEI
from shared_contracts.errors import UpstreamFailed
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.event import topic_of
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import ReceiptRequest, Ticket
from shared_contracts.messages.attestation import AttestReceipt
from shared_contracts.messages.changes import ChangesRequest
from shared_contracts.messages.classifiers import ClassifierRequest
from shared_contracts.messages.document import Part
from shared_contracts.messages.file_transfer import FileTransfer
from shared_contracts.messages.log_proof import CheckpointRequest, ProofRequest
from shared_contracts.messages.package import Package, VoidSequence
from shared_contracts.messages.receipt import Receipt
from shared_contracts.messages.supplier_query import SupplierCheck, SupplierQuery
from shared_contracts.messages.time import CapabilitiesRequest, TimeRequest
from shared_contracts.messages.versions import NEWEST
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from tests.architecture.sources import ROOT
from tests.clauses import clause
from tests.postgres import owner_of
from tests.sez.foreign import held
from tests.sez.link import (
    Accident,
    Letter,
    answer_lost,
    cut_in_the_answer,
    cut_in_the_message,
    never_arrives,
    replaced,
)
from tests.sez.programmes.test_programmes import load, put
from tests.sez.programmes.test_scheme_8 import change
from tests.sez.programmes.test_scheme_8 import question as asked_about
from tests.sez.suppliers.test_cards import card, drafted, taken
from tests.sez.suppliers.test_scheme_4 import asked, chosen, on_record
from tests.sez.systems import BothSystems

EVENTS = 10_000
"""More than a test's Registry records."""
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
LATE = 0.3
"""Seconds after which a delayed message arrives, its sender having given up."""
NOISE = ("certificate-checked", "revocation-list-kept", "arrivals-counted")
"""What the Registry notes of signers and of whoever comes often, once in a while."""


def half_an_answer(letter: Letter) -> Response:
    """The answer is cut off in the middle."""
    body = bytes(letter.deliver().body)
    return replaced(body[: len(body) // 2])


def doubled(letter: Letter) -> Response:
    """The message arrives twice at once; the sender hears one of the answers."""
    second = threading.Thread(target=letter.deliver)
    second.start()
    answer = letter.deliver()
    second.join()
    return answer


def delayed(letter: Letter) -> Response:
    """The message arrives when its sender has given up."""

    def deliver() -> None:
        time.sleep(LATE)
        letter.deliver()

    threading.Thread(target=deliver).start()
    return never_arrives(letter)


FAULTS: tuple[Accident, ...] = (
    never_arrives,
    cut_in_the_message,
    answer_lost,
    cut_in_the_answer,
    half_an_answer,
    doubled,
    delayed,
)
"""Cut in every phase, damaged, doubled, delayed."""


UNSIGNED = (TimeRequest, CapabilitiesRequest)
"""Questions that anybody may ask."""


def question(systems: BothSystems, kind: type[Part], **told: Any) -> bytes:
    """A message of the SEZ, signed; what its kind begins with is filled in."""
    head = {
        "message_id": uuid7(),
        "sez_code": "SEZ01",
        "environment": systems.system.publisher.owner.environment,
        "created_at": systems.system.clock(),
        "client_sent_at": systems.system.clock(),
    }
    given = {name: value for name, value in head.items() if name in kind.__struct_fields__}
    message = kind(**given | told)
    if kind in UNSIGNED:
        return codec.to_bytes(codec.write(message))
    return sign_message(message, "question-1", systems.system.signer)


def void(systems: BothSystems) -> bytes:
    """A statement that a number which was never sent is void."""
    _, package = held(systems)
    number = codec.read(schema.parse(package), Package).sequence
    return question(systems, VoidSequence, sequence=number, reason="Не отправлялся")


def attestation(systems: BothSystems) -> bytes:
    """A question about a receipt that the Registry issued."""
    _, package = held(systems)
    answer = systems.system.exchange.client.call("TransferRecords", package)
    receipt = codec.read(schema.parse(answer), Receipt)
    return question(
        systems,
        AttestReceipt,
        message_id=receipt.message_id,
        package_hash=receipt.package_hash,
        receipt_sha256=hashlib.sha256(answer).hexdigest(),
    )


def transferred_file(systems: BothSystems) -> bytes:
    """A file that the Registry asked for."""
    tender = systems.announce()
    package = systems.system.sender.forming.form_held(tender)
    with suppress(UpstreamFailed):
        systems.system.exchange.client.call("TransferRecords", package)
    named = systems.purchase(tender).documents[0].sha256
    content = systems.system.files.path(named).read_bytes()
    return question(systems, FileTransfer, sha256=named, content=content)


def selection(systems: BothSystems) -> bytes:
    """A package with a card that a person chose from the Registry's list."""
    with systems.program() as program:
        number = on_record(systems, program)
        second = drafted(program, card(systems, bin=number))
        [candidate] = asked(program, second)["state"]["candidates"]
        chosen(program, second, candidate["registry_id"])
        taken(program, second, "registration")
    return systems.system.sender.forming.form_held(UUID(second))


def programme(systems: BothSystems) -> bytes:
    """A package with a programme; the one before is deleted, since a year has one."""
    for former in systems.events(ProgrammeSigned)[-1:]:
        gone = versions.deletion("Заменена", systems.system.clock(), "Бекова А. М.")
        put(systems, former.object_id, gone)
        systems.send_until(lambda: not systems.unsynchronised())
    return systems.system.sender.forming.form_held(load(systems))


def changed_programme(systems: BothSystems) -> UUID:
    """A programme with a change that was not asked for yet."""
    package = programme(systems)
    loaded = systems.events(ProgrammeSigned)[-1].object_id
    systems.system.sender.receipts.take(
        systems.system.exchange.client.call("LoadProgramme", package)
    )
    change(systems, loaded)
    return UUID(str(loaded))


def change_request(systems: BothSystems) -> bytes:
    """A question about a changed programme."""
    asked = asked_about(systems, changed_programme(systems))
    return sign_message(asked, "question-1", systems.system.signer)


def changed_supply(systems: BothSystems) -> bytes:
    """A package with a changed programme that the Registry asked for."""
    changed = changed_programme(systems)
    systems.system.changes.first.ask_due()
    return systems.system.sender.forming.form_held(changed)


def ticket_question(systems: BothSystems) -> bytes:
    """A question for the receipt of a package that was taken under a ticket."""
    answer = systems.system.exchange.client.call("SubmitAsync", held(systems)[1])
    ticket = codec.read(schema.parse(answer), Ticket)
    return question(systems, ReceiptRequest, ticket_id=ticket.ticket_id)


MESSAGES: Mapping[str, Callable[[BothSystems], bytes]] = {
    "TransferRecords": lambda systems: held(systems)[1],
    "VoidSequence": void,
    "GetTime": lambda systems: question(systems, TimeRequest),
    "GetCapabilities": lambda systems: question(systems, CapabilitiesRequest),
    "AttestReceipt": attestation,
    "LoadProgramme": programme,
    "QuerySupplier": lambda systems: question(systems, SupplierQuery, name_fragment="Барлау"),
    "SelectSupplier": selection,
    "CheckSupplier": lambda systems: question(systems, SupplierCheck, bin="160540000019"),
    "GetClassifier": lambda systems: question(systems, ClassifierRequest, classifier=MKEI, page=1),
    "SubmitAsync": lambda systems: held(systems)[1],
    "GetReceipt": ticket_question,
    "TransferFile": transferred_file,
    "SupplyData": lambda systems: held(systems)[1],
    "RequestProgrammeChange": change_request,
    "SupplyProgrammeData": changed_supply,
    "RequestChanges": lambda systems: question(systems, ChangesRequest),
    "GetCheckpoint": lambda systems: question(systems, CheckpointRequest),
    "GetProof": lambda systems: question(systems, ProofRequest, position=1),
}
"""A message of each operation, new each time."""


def described(side: str) -> set[str]:
    """The operations that the newest WSDL of a side describes."""
    path = ROOT / "shared_contracts" / "schemas" / NEWEST / f"{side}.wsdl"
    return {
        str(one.get("name"))
        for one in etree.parse(path).iterfind(f".//{WSDL}portType/{WSDL}operation")
    }


def test_every_operation_of_the_wsdl_has_a_message() -> None:
    assert described("registry") == MESSAGES.keys() == REGISTRY.documents.keys()


@clause("S216-18.1", "S216-18.2", "S216-13a")
@pytest.mark.parametrize("operation", sorted(described("registry")))
def test_a_fault_on_the_way_changes_neither_record_nor_answer(
    systems: BothSystems, operation: str
) -> None:
    client, make, link = systems.system.exchange.client, MESSAGES[operation], systems.link
    expected = recorded(systems, lambda body: (answered(client, operation, body),), make(systems))
    link.strikes = operation
    for fault in FAULTS:

        def through_the_fault(body: bytes, fault: Accident = fault) -> tuple[bytes, ...]:
            link.accidents.append(fault)
            with suppress(UpstreamFailed):
                client.call(operation, body)
            assert not link.accidents
            time.sleep(2 * LATE if fault is delayed else 0)
            return tuple(answered(client, operation, body) for _ in range(2))

        seen = recorded(systems, through_the_fault, make(systems))
        assert seen == expected, fault
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


def recorded(
    systems: BothSystems, send: Callable[[bytes], tuple[bytes, ...]], body: bytes
) -> tuple[Counter[str], set[str]]:
    """What the Registry records of a message, by topics, and the roots of its answers.

    Where something is recorded of a message, all answers to it are the same bytes.
    """
    before = len(systems.registry.log.read(0, EVENTS))
    answers = send(body)
    if b"<Package " in body and b"<Ticket " not in answers[0]:
        systems.system.sender.receipts.take(answers[0])
    events = systems.registry.log.read(before, EVENTS)
    topics = Counter(topic_of(one.event) for one in events)
    kept = Counter({name: n for name, n in topics.items() if not name.startswith(NOISE)})
    assert not kept or len(set(answers)) == 1
    return kept, {str(schema.parse(answer).tag) for answer in answers}


def answered(client: RegistryClient, operation: str, body: bytes) -> bytes:
    """The answer to a message; one that is still being answered comes again."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return client.call(operation, body)
        except UpstreamFailed as fault:
            if "IN_PROGRESS" not in str(fault) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)

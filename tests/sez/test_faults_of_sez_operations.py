"""Faults between the two systems, for every operation of the SEZ (S216-18.2, S216-14).

The mirror of ``test_faults_of_operations``: each message of the Registry is sent once as it should
be, and once through each fault and then again by the same bytes. The SEZ must record the same, and
say the same, as if there had been no fault.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest

from registry.notices.mailing import named
from registry.soap.client import Connection, SezClient
from shared_contracts.errors import UpstreamFailed
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.event import topic_of
from shared_contracts.event_log.proven_evidence import proven_evidence
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.asynchronous import ReceiptDelivered
from shared_contracts.messages.audit import AuditAnswer, AuditContent, AuditRequest
from shared_contracts.messages.audited_object import ObjectAuditAnswer, ObjectAuditRequest
from shared_contracts.messages.document import Environment, Part
from shared_contracts.messages.log_proof import (
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.messages.notice import NoticeTaken
from shared_contracts.messages.system_message import SystemQuestion
from shared_contracts.messages.time import Capabilities, CapabilitiesRequest
from shared_contracts.signing.sign import sign_message
from shared_contracts.soap.services import SEZ
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.on_demand import sez_app
from tests.postgres import owner_of
from tests.serving import serving
from tests.sez.foreign import held
from tests.sez.link import Accident, FaultyLink
from tests.sez.notices.conftest import INFO
from tests.sez.systems import BothSystems
from tests.sez.test_faults_of_operations import EVENTS, FAULTS, LATE, delayed, described


def notice(systems: BothSystems) -> bytes:
    """A notice that the Registry formed and has not sent."""
    desk, mailing = systems.registry.desk, systems.registry.mailing
    [key] = desk.keys(desk.send(INFO), ["SEZ01"])
    stream = systems.registry.log.stream(mailing.current_state(key).originator_id)
    body = proven_evidence(systems.registry.log, stream, "notice", named)
    assert body is not None
    return body


def audit_question(systems: BothSystems) -> bytes:
    """The first question of an audit, for the checksums of what was announced."""
    systems.announce()
    request = AuditRequest(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=systems.registry.intake.clock(),
        audit_id=uuid7(),
        content=AuditContent.CHECKSUMS,
        ground="Поручение № 17",
        ordered_by="Сәрсенова А.",
    )
    return sign_message(request, "audit-1", systems.registry.intake.signer)


def object_question(systems: BothSystems) -> bytes:
    """The question of an audit about one object that was announced."""
    request = ObjectAuditRequest(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=systems.registry.intake.clock(),
        audit_id=uuid7(),
        ground="Поручение № 17",
        ordered_by="Сәрсенова А.",
        object_id=systems.announce(),
    )
    return sign_message(request, "audit-1", systems.registry.intake.signer)


def receipt_of_a_ticket(systems: BothSystems) -> bytes:
    """The receipt of a package that was judged under a ticket."""
    client = systems.system.exchange.client
    package = held(systems)[1]
    client.call("SubmitAsync", package)
    systems.registry.judging.step()
    return client.call("SubmitAsync", package)


def log_question(systems: BothSystems, kind: type[SystemQuestion], **told: int) -> bytes:
    """A question about the log of the SEZ."""
    request = kind(
        message_id=uuid7(),
        sez_code="SEZ01",
        environment=Environment.STAND,
        created_at=systems.registry.intake.clock(),
        **told,
    )
    return sign_message(request, "log-1", systems.registry.intake.signer)


MESSAGES: Mapping[str, tuple[Callable[[BothSystems], bytes], type[Part]]] = {
    "GetCapabilities": (
        lambda _systems: codec.to_bytes(codec.write(CapabilitiesRequest(message_id=uuid7()))),
        Capabilities,
    ),
    "Notify": (notice, NoticeTaken),
    "Audit": (audit_question, AuditAnswer),
    "AuditObject": (object_question, ObjectAuditAnswer),
    "DeliverReceipt": (receipt_of_a_ticket, ReceiptDelivered),
    "GetCheckpoint": (lambda systems: log_question(systems, CheckpointRequest), CheckpointAnswer),
    "GetProof": (lambda systems: log_question(systems, ProofRequest, position=1), ProofAnswer),
}
"""A message of each operation, new each time, and what answers it."""

KEPT = ("Notify", "DeliverReceipt")
"""Operations whose answer is kept, and is the same bytes again."""


@pytest.fixture
def called(systems: BothSystems) -> Iterator[tuple[SezClient, FaultyLink]]:
    """The SEZ served, and the Registry's client of it behind a link."""
    with serving(sez_app(systems.system)) as address:
        link = FaultyLink(address)
        with serving(link.app()) as endpoint:
            client = SezClient(Connection(endpoint, timeout=20))
            try:
                yield client, link
            finally:
                client.close()


def test_every_operation_of_the_wsdl_of_the_sez_has_a_message() -> None:
    assert described("sez") == MESSAGES.keys() == SEZ.documents.keys()


@clause("S216-18.2", "S216-14", "S216-13b")
@pytest.mark.parametrize("operation", sorted(described("sez")))
def test_a_fault_on_the_way_changes_neither_record_nor_answer_of_the_sez(
    systems: BothSystems, called: tuple[SezClient, FaultyLink], operation: str
) -> None:
    (client, link), (make, answer) = called, MESSAGES[operation]
    link.strikes = operation

    def said(body: bytes) -> tuple[bytes, Part]:
        data = client.call(operation, body)
        return data, _without_moment(codec.read(schema.parse(data), answer))

    expected = recorded(systems, lambda body: (said(body),), make(systems))
    for fault in FAULTS:

        def through_the_fault(
            body: bytes, fault: Accident = fault
        ) -> tuple[tuple[bytes, Part], ...]:
            link.accidents.append(fault)
            with suppress(UpstreamFailed):
                client.call(operation, body)
            assert not link.accidents
            time.sleep(2 * LATE if fault is delayed else 0)
            answers = said(body), said(body)
            assert answers[0][1] == answers[1][1], fault
            assert operation not in KEPT or answers[0][0] == answers[1][0], fault
            return answers

        assert recorded(systems, through_the_fault, make(systems)) == expected, fault
    assert not audit(owner_of(systems.system.settings.database_url)).differences


def recorded(
    systems: BothSystems,
    send: Callable[[bytes], tuple[tuple[bytes, Part], ...]],
    body: bytes,
) -> tuple[Counter[str], set[str]]:
    """What the SEZ records of a message, by topics, and of which types its answers are."""
    before = systems.system.log.last_position()
    answers = send(body)
    events = systems.system.log.read(before, EVENTS)
    return Counter(topic_of(one.event) for one in events), {
        type(one).__name__ for _, one in answers
    }


def _without_moment(answer: Part) -> Part:
    """The answer without the moment at which it was given: some are signed each time."""
    if not isinstance(answer, AuditAnswer | ObjectAuditAnswer | CheckpointAnswer | ProofAnswer):
        return answer
    return msgspec.structs.replace(answer, answered_at=datetime.max.replace(tzinfo=UTC))

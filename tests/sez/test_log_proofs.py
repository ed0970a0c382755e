"""Each system has the other's log proven, by signed questions and answers (S216-12, S216-13b)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from registry.soap.client import Connection, RemoteFault, SezClient
from sez.audits.answered import TIMES
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.event_log.proofs.merkle import root
from shared_contracts.event_log.proofs.proof import ConsistencyProof, InclusionProof, read_proof
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Environment
from shared_contracts.messages.log_proof import (
    CheckpointAnswer,
    CheckpointRequest,
    ProofAnswer,
    ProofRequest,
)
from shared_contracts.messages.receipt import Receipt
from shared_contracts.signing.sign import sign_message
from shared_contracts.xml import codec, schema
from tests.clauses import clause
from tests.on_demand import sez_app
from tests.serving import serving
from tests.sez.audits.test_scheme_6 import reachable
from tests.sez.foreign import held
from tests.sez.systems import BothSystems
from tests.sez.test_faults_of_operations import question


@pytest.fixture
def client(systems: BothSystems) -> Iterator[SezClient]:
    """The Registry's client of the SEZ, which is served."""
    with serving(sez_app(systems.system)) as address:
        found = SezClient(Connection(address, timeout=20))
        try:
            yield found
        finally:
            found.close()


def asked_of_registry(systems: BothSystems, **told: Any) -> ProofAnswer:
    """What the Registry answers the SEZ that asks for a proof."""
    body = question(systems, ProofRequest, **told)
    data = systems.system.exchange.client.call("GetProof", body)
    return codec.read(schema.parse(data), ProofAnswer)


def asked_of_sez(systems: BothSystems, client: SezClient, **told: Any) -> ProofAnswer:
    """What the SEZ answers the Registry."""
    given = {"sez_code": "SEZ01", "environment": Environment.STAND, **told}
    request = ProofRequest(message_id=uuid7(), created_at=systems.registry.intake.clock(), **given)
    body = sign_message(request, "log-1", systems.registry.intake.signer)
    return codec.read(schema.parse(client.call("GetProof", body)), ProofAnswer)


@clause("S216-12a", "S216-13b")
def test_a_sez_has_its_receipt_proven(systems: BothSystems) -> None:
    _, package = held(systems)
    answer = systems.system.exchange.client.call("TransferRecords", package)
    receipt = codec.read(schema.parse(answer), Receipt)
    early = asked_of_registry(systems, about_message=receipt.message_id)
    assert early.proof is None, "no checkpoint reaches it yet"
    systems.registry.intake.checkpointer.make()
    told = asked_of_registry(systems, about_message=receipt.message_id)
    proof = read_proof(told.proof or "")
    assert isinstance(proof, InclusionProof)
    assert proof.holds(bytes.fromhex(receipt.log.leaf_hash or ""))
    assert proof.note == told.checkpoint
    position = asked_of_registry(systems, position=proof.index + 1)
    assert position.proof == told.proof
    with pytest.raises(RemoteFault, match="PROOF_REFUSED"):
        asked_of_registry(systems, position=1, old_size=1)
    with pytest.raises(RemoteFault, match="RECEIPT_UNKNOWN"):
        asked_of_registry(systems, about_message=UUID(int=7))


@clause("S216-12a")
def test_a_sez_has_proven_that_the_log_of_the_registry_grew(systems: BothSystems) -> None:
    first = parse(systems.registry.intake.checkpointer.make())
    systems.announce_with_files()
    systems.send_until(lambda: not systems.unsynchronised())
    newest = systems.registry.intake.checkpointer.make()
    data = systems.system.exchange.client.call(
        "GetCheckpoint", question(systems, CheckpointRequest)
    )
    assert codec.read(schema.parse(data), CheckpointAnswer).checkpoint == newest
    proof = read_proof(asked_of_registry(systems, old_size=first.size).proof or "")
    assert isinstance(proof, ConsistencyProof)
    assert proof.holds(first.root)
    assert not proof.holds(bytes(32))
    assert asked_of_registry(systems, old_size=10**6).proof is None


@clause("S216-12b")
def test_the_registry_has_the_log_of_a_sez_proven(systems: BothSystems, client: SezClient) -> None:
    systems.announce()
    newest = parse(systems.system.checkpointer.make())
    leaves = [one.leaf for one in systems.system.log.read(0, 10_000)][: newest.size]
    inclusion = read_proof(asked_of_sez(systems, client, position=1).proof or "")
    assert isinstance(inclusion, InclusionProof)
    assert inclusion.holds(leaves[0])
    consistency = read_proof(asked_of_sez(systems, client, old_size=1).proof or "")
    assert isinstance(consistency, ConsistencyProof)
    assert consistency.holds(root(leaves[:1]))
    wrong: dict[str, Any]
    for wrong in ({"about_message": uuid7()}, {}, {"position": 1, "old_size": 1}):
        with pytest.raises(RemoteFault, match="PROOF_REFUSED"):
            asked_of_sez(systems, client, **wrong)
    with pytest.raises(RemoteFault, match="AUDIT_REFUSED"):
        asked_of_sez(systems, client, position=1, sez_code="SEZ09")


def test_nobody_else_has_the_log_of_a_sez_proven(systems: BothSystems, client: SezClient) -> None:
    with pytest.raises(RemoteFault, match="NOT_THE_REGISTRY"):
        client.call("GetCheckpoint", question(systems, CheckpointRequest))


@clause("S216-12b")
def test_a_captured_question_about_a_log_is_answered_five_times_and_for_ten_minutes(
    systems: BothSystems, client: SezClient
) -> None:
    told: dict[str, Any] = {"sez_code": "SEZ01", "environment": Environment.STAND}
    at = systems.registry.intake.clock()
    signer = systems.registry.intake.signer
    request = CheckpointRequest(message_id=uuid7(), created_at=at, **told)
    body = sign_message(request, "log-1", signer)
    for _ in range(TIMES):
        client.call("GetCheckpoint", body)
    with pytest.raises(RemoteFault, match="AUDIT_REFUSED"):
        client.call("GetCheckpoint", body)
    early = ProofRequest(
        message_id=uuid7(), created_at=at - timedelta(minutes=11), position=1, **told
    )
    with pytest.raises(RemoteFault, match="AUDIT_REFUSED"):
        client.call("GetProof", sign_message(early, "log-2", signer))


@clause("S216-12b", "S216-13b")
def test_an_answer_that_was_captured_earlier_proves_nothing_later(systems: BothSystems) -> None:
    watch, answers = systems.registry.sez_logs, list[bytes]()
    with reachable(systems):
        questions: Any = watch.questions
        honest = questions.call

        def call(endpoint: str, operation: str, message: bytes) -> bytes:
            answers.append(honest(endpoint, operation, message))
            return answers[0]

        object.__setattr__(questions, "call", call)
        entry = systems.registry.register.known["SEZ01"].entry
        first, _, _ = questions.ask(entry, 0)
        assert first == parse(systems.system.checkpointer.latest())
        with pytest.raises(NotTheCounterpart, match="it answers"):
            questions.ask(entry, 0)

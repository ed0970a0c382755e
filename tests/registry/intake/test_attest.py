"""A receipt is attested to the system whose message it answered, and to nobody else."""

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.intake.attest import attest
from shared_contracts.faults import Fault, Unprocessed
from shared_contracts.messages.attestation import AttestReceipt, ReceiptAttested
from shared_contracts.messages.document import Environment
from shared_contracts.signing.sign import sign_system
from shared_contracts.signing.verify import verify_system
from shared_contracts.soap.services import REGISTRY
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion, enclose, open_envelope, payload_of
from tests.clauses import clause
from tests.registry.intake.test_accepted import accepted
from tests.story import Answer, Story


def ask(story: Story, answer: Answer, signer: str | None = None, **changes: Any) -> bytes:
    """What the Registry answers to a question about a receipt."""
    given: dict[str, Any] = {
        "message_id": answer.receipt.message_id,
        "sez_code": story.code,
        "environment": Environment.STAND,
        "package_hash": answer.receipt.package_hash,
        "receipt_sha256": hashlib.sha256(answer.data).hexdigest(),
        "created_at": story.now,
    }
    element = codec.write(AttestReceipt(**given | changes), root_id="ask-1")
    question = sign_system(element, story.pki.signer(signer or story.system))
    body = enclose(SoapVersion.V11, REGISTRY.namespace, "AttestReceipt", question)
    return attest(
        story.registry.intake, payload_of(open_envelope(body, None), "AttestReceipt"), body
    )


@clause("S216-13b", "S216-18.2")
def test_accepted_refused_and_voided_messages_have_their_receipts_attested(story: Story) -> None:
    taken = accepted(story.tell(story.tender()))
    refused = story.tell(story.tender(), sequence=1)
    assert refused.outcome[0] == "REFUSED"
    for answer in (taken, refused, story.void(9)):
        position = story.registry.log.last_position()
        element = schema.parse(ask(story, answer))
        assert schema.validate(element, "F-XSD-1") == []
        signer = verify_system(element).certificates[0]
        assert signer == story.pki.signer("registry").certificates[0]
        told = codec.read(element, ReceiptAttested)
        assert told.receipt_sha256 == hashlib.sha256(answer.data).hexdigest()
        assert told.message_id == answer.receipt.message_id
        assert answer.receipt.received_at <= told.issued_at <= told.attested_at
        assert story.registry.log.last_position() == position


@pytest.mark.parametrize(
    "changes",
    [
        {"receipt_sha256": "0" * 64},
        {"package_hash": "0" * 64},
        {"message_id": UUID(int=7)},
        {"environment": Environment.PRODUCTION},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_receipt_that_was_not_issued_is_not_attested(
    story: Story, changes: dict[str, Any]
) -> None:
    answer = accepted(story.tell(story.tender()))
    with pytest.raises(Unprocessed) as refusal:
        ask(story, answer, **changes)
    assert refusal.value.fault is Fault.RECEIPT_UNKNOWN


def test_the_receipt_of_another_system_is_not_attested(story: Story) -> None:
    answer = accepted(story.tell(story.tender()))
    with pytest.raises(Unprocessed) as refusal:
        ask(story, answer, "sez2", sez_code="SEZ02")
    assert refusal.value.fault is Fault.RECEIPT_UNKNOWN


@clause("S216-13a", "S216-19")
@pytest.mark.parametrize(
    ("signer", "changes", "stage"),
    [
        ("sez2", {}, "CERTIFICATE"),
        ("sez-expired", {}, "CERTIFICATE"),
        ("sez-revoked", {}, "CERTIFICATE"),
        ("stranger-head", {}, "CERTIFICATE"),
        (None, {"sez_code": "SEZ99"}, "INTEGRITY"),
    ],
)
def test_who_is_not_proven_gets_a_signed_refusal(
    story: Story, signer: str | None, changes: dict[str, Any], stage: str
) -> None:
    answer = accepted(story.tell(story.tender()))
    refused = story.read(ask(story, answer, signer, **changes))
    assert (refused.result.value, refused.stage.value) == ("REFUSED", stage)


def test_a_question_whose_form_is_wrong_gets_a_signed_refusal(story: Story) -> None:
    answer = accepted(story.tell(story.tender()))
    refused = story.read(ask(story, answer, package_hash="none"))
    assert (refused.result.value, refused.stage.value) == ("REFUSED", "INTEGRITY")
    assert [finding.rule_id for finding in refused.findings] == ["I-XSD-1"]


def test_the_refusal_of_an_id_that_was_taken_is_attested(story: Story) -> None:
    message_id = uuid4()
    accepted(story.tell(story.tender(), message_id=message_id))
    clash = story.tell(story.tender(), message_id=message_id)
    assert clash.rules == ["I-06"]
    told = codec.read(schema.parse(ask(story, clash)), ReceiptAttested)
    assert told.receipt_sha256 == hashlib.sha256(clash.data).hexdigest()

"""Every example of annex 3, row 1, is taken in, recorded and answered (S216-A3.1)."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from deploy.authority import ServiceBehaviour
from registry.purchases.kind import OBJECTS as PURCHASE
from registry.purchases.purchase import PurchaseRecorded
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.log import Head, HeadKey
from shared_contracts.event_log.proofs.checkpoint import parse
from shared_contracts.messages.document import Amendable
from shared_contracts.messages.purchase import Purchase, PurchaseExtension
from shared_contracts.messages.receipt import Severity
from tests import samples
from tests.postgres import owner_of
from tests.shared_contracts.signing.oracles import signxml_accepts, xmlsec_accepts
from tests.story import Answer, Signed, Story, former, object_id, record

SHORT = "F-PUR-4"
"""The warning that bidding is shorter than usual: it had to end before the test does."""


def accepted(answer: Answer, *warnings: str) -> Answer:
    """The answer, once it is an acceptance with just these warnings."""
    assert (answer.outcome, answer.rules) == (("ACCEPTED", "RECORDED"), list(warnings))
    return answer


def head(story: Story, key: UUID) -> Head:
    """The head of a purchase of the story's SEZ."""
    head_key = HeadKey("STAND", story.code, PURCHASE.name, key)
    return story.registry.log.heads([head_key])[head_key]


def changed(first: Signed, **changes: object) -> Purchase:
    """The tender as it was first announced, changed."""
    document = first.document
    assert isinstance(document, Purchase)
    names = ("published_at", "bids_from", "bids_to", "opening_at", "documents")
    kept = {name: getattr(document, name) for name in names}
    return samples.changed(**kept | changes)


def extension(first: Signed, days: int = 7) -> PurchaseExtension:
    """The tender as it was first announced, extended."""
    assert isinstance(first.document, Purchase)
    return samples.extension(at=first.document.published_at, days=days)


def failed(story: Story) -> tuple[Signed, Signed]:
    """A tender whose bidding has ended, and its failure."""
    first = story.sign(story.ended_tender(), formed_at=story.now - timedelta(minutes=29))
    outcome = samples.failed().outcome
    return first, story.sign(story.next(first, changed(first, outcome=outcome)))


@pytest.mark.clause("S216-9.1", "S216-A3.1a", "S216-A2.1.5", "S216-13b")
def test_an_announced_tender_is_recorded_and_gets_the_registrys_identifier(story: Story) -> None:
    signed, before = story.sign(story.tender()), story.position()
    answer = accepted(story.tell(signed))
    [result] = answer.receipt.records
    assert result.registry_id == head(story, object_id(signed)).originator_id
    assert result.registry_id is not None
    assert result.registry_id.version == 7
    assert (result.document_hash, result.version) == (signed.sha256, 1)
    assert not result.late
    assert story.events(before) == [
        "purchase-announced.1",
        "package-accepted.1",
        "receipt-issued.1",
    ]


@pytest.mark.clause("S216-A3.1a")
def test_an_auction_of_a_contractor_is_signed_by_the_contractors_head(story: Story) -> None:
    auction = story.with_files(story.own(samples.purchase_auction(story.now)))
    accepted(story.tell(story.sign(auction, "customer2-head")))


@pytest.mark.clause("S216-A3.1a")
def test_a_purchase_from_one_source_needs_no_tender(story: Story) -> None:
    accepted(story.tell(story.own(samples.purchase_single_source(story.now))))


@pytest.mark.clause("S216-A3.1a")
def test_a_customer_who_is_a_person_signs_with_his_own_certificate(story: Story) -> None:
    person = samples.customer().__class__(
        iin="880616402757",
        name=samples.text("Жұмабаев Арман Нұрболұлы", "Жумабаев Арман Нурболулы"),
        address=samples.customer().address,
    )
    tender = story.tender(customer=person)
    accepted(story.tell(story.sign(tender, "person")))


@pytest.mark.clause("S216-A3.1d", "S216-A3.1h")
def test_a_purchase_is_made_on_the_base_of_a_failed_tender(story: Story) -> None:
    first, second = failed(story)
    accepted(story.tell(first, second), SHORT, SHORT)
    assert PURCHASE.read(head(story, object_id(first))).status == "FAILED"
    on_base = samples.purchase_single_source(story.now, object_id(first))
    accepted(story.tell(story.own(on_base)))


@pytest.mark.clause("S216-A3.1d")
def test_failure_and_the_purchase_on_its_base_may_come_in_one_package(story: Story) -> None:
    first, second = failed(story)
    on_base = story.own(samples.purchase_single_source(story.now, object_id(first)))
    accepted(story.tell(first, second, on_base), SHORT, SHORT)


def _documentation(story: Story, _first: Signed) -> Amendable:
    return story.with_files(samples.tender_documentation(at=story.now))


def _extension(_story: Story, first: Signed) -> Amendable:
    return extension(first)


def _change(_story: Story, first: Signed) -> Amendable:
    return changed(first, name=samples.text("Жаңа атау", "Новое название"))


def _deletion(story: Story, _first: Signed) -> Amendable:
    return samples.deletion(deleted_at=story.now)


Following = Callable[[Story, Signed], Amendable]
LATER: dict[str, tuple[Following, str, str]] = {
    "its documentation changed": (_documentation, "tender-documentation-changed.1", "ANNOUNCED"),
    "it was extended": (_extension, "purchase-extended.1", "ANNOUNCED"),
    "it was changed": (_change, "purchase-changed.1", "ANNOUNCED"),
    "it was deleted": (_deletion, "purchase-deleted.1", "DELETED"),
}


@pytest.mark.clause("S216-A3.1b", "S216-A3.1c", "S216-A3.1h", "S216-A3.1i", "S216-12a")
@pytest.mark.parametrize("name", LATER)
def test_a_later_version_is_recorded_and_the_earlier_one_stays(shared: Story, name: str) -> None:
    follow, topic, status = LATER[name]
    first = shared.sign(shared.tender())
    accepted(shared.tell(first))
    second = shared.sign(shared.next(first, follow(shared, first)))
    before = shared.position()
    answer = accepted(shared.tell(second))
    assert shared.events(before) == [topic, "package-accepted.1", "receipt-issued.1"]
    known = head(shared, object_id(first))
    assert (known.version, PURCHASE.read(known).status) == (2, status)
    history = [one.event for one in shared.registry.log.stream(known.originator_id)]
    kept = [one.header.document_hash for one in history if isinstance(one, PurchaseRecorded)]
    assert kept == [first.sha256, second.sha256]
    assert answer.receipt.records[0].registry_id == known.originator_id


@pytest.mark.clause("S216-A2.1.1")
@pytest.mark.parametrize("name", LATER)
def test_in_one_package_a_record_sees_those_before_it(shared: Story, name: str) -> None:
    follow, topic, status = LATER[name]
    first = shared.sign(shared.tender())
    second = shared.sign(shared.next(first, follow(shared, first)))
    before = shared.position()
    accepted(shared.tell(first, second))
    assert shared.events(before)[:2] == ["purchase-announced.1", topic]
    assert PURCHASE.read(head(shared, object_id(first))).status == status


@pytest.mark.clause("S216-13b", "S216-A2.1.5")
def test_a_receipt_convinces_other_verifiers_and_names_its_place_in_the_log(story: Story) -> None:
    answer = accepted(story.tell(story.tender()))
    leaf = story.pki.signer("registry").certificates[0]
    assert signxml_accepts(answer.data, leaf)
    assert xmlsec_accepts(answer.data, leaf)
    [stands] = [
        one for one in story.registry.log.read(0) if one.leaf.hex() == answer.receipt.log.leaf_hash
    ]
    assert stands.topic == "package-accepted.1"
    assert parse(answer.receipt.log.checkpoint).origin == "kz.tru-registry/registry/STAND"


@pytest.mark.clause("S216-12a", "S216-13a")
def test_what_was_sent_and_answered_is_kept_byte_for_byte_in_a_whole_chain(story: Story) -> None:
    answer = accepted(story.tell(story.tender()))
    log = story.registry.log
    judged, issued = log.read(story.position() - 2)
    assert log.evidence(judged.originator_id, judged.version, "package") == answer.body
    assert log.evidence(issued.originator_id, issued.version, "receipt") == answer.data
    assert sha256(answer.data).hexdigest() == getattr(issued.event, "sha256", "")
    checked = audit(owner_of(story.registry.settings.database_url))
    assert (checked.size, checked.difference) == (story.position(), None)


@pytest.mark.clause("S216-A2.1.3", "S216-12a")
def test_what_the_authority_said_of_each_signer_stands_before_the_package(story: Story) -> None:
    accepted(story.tell(story.tender()))
    recorded = story.registry.log.read(0)
    checks = [one for one in recorded if one.topic == "certificate-checked.1"]
    [judged] = [one for one in recorded if one.topic == "package-accepted.1"]
    assert len(checks) == 2  # the system's and the head's
    assert all(one.position < judged.position for one in checks)
    kept = [
        story.registry.log.evidence(one.originator_id, one.version, "validation") for one in checks
    ]
    assert all(validation and b'"ocsp":["' in validation for validation in kept)


@pytest.mark.clause("S216-A2.1.3", "S216-12a")
def test_a_list_of_the_revoked_is_kept_once_however_many_verdicts_rest_on_it(
    story: Story,
) -> None:
    with story.pki.behaving(ocsp=ServiceBehaviour.SILENT):
        accepted(story.tell(story.tender()))
    log = story.registry.log
    lists = [one for one in log.read(0) if one.topic == "revocation-list-kept.1"]
    hashes = [getattr(one.event, "sha256", "") for one in lists]
    bodies = [log.evidence(one.originator_id, one.version, "crl") for one in lists]
    assert hashes == [sha256(body or b"").hexdigest() for body in bodies]
    assert len(set(hashes)) == len(hashes) > 0
    named = [
        json.loads(log.evidence(one.originator_id, one.version, "validation") or b"")["crls"]
        for one in log.read(0)
        if one.topic == "certificate-checked.1"
    ]
    assert len(named) == 2
    assert {digest for digests in named for digest in digests} == set(hashes)


@pytest.mark.clause("S95-4", "S216-3")
def test_a_document_may_bear_several_signatures_of_the_customers_people(story: Story) -> None:
    accepted(story.tell(story.sign(story.tender(), "customer1-signer", "customer1-head")))


def test_the_receipt_tells_when_the_package_first_came_and_when_it_was_judged(
    story: Story,
) -> None:
    story.clock.frozen = story.now
    signed = story.sign(story.tender(), formed_at=story.now - timedelta(seconds=90.5))
    receipt = accepted(story.tell(signed)).receipt
    assert receipt.first_received_at == receipt.received_at == receipt.processed_at == story.now
    assert receipt.records[0].seconds_after_forming == 90


@pytest.mark.clause("S216-3")
def test_a_record_that_names_another_user_than_its_signer_is_taken_with_a_warning(
    story: Story,
) -> None:
    signed = story.sign(story.tender())
    other = record(signed, formed_by=former("customer1-signer"))
    answer = accepted(story.post(story.seal(story.package(other))), "C-08")
    [finding] = answer.receipt.findings
    assert (finding.record, finding.severity) == (1, Severity.WARNING)

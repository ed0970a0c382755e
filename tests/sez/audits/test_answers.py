"""What a SEZ answers to an audit, over a socket (S216-12, S216-A2.6, S216-9.5-7)."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from registry.audits.obtaining import check_answers
from sez.audits import pages
from sez.audits.answered import TIMES
from sez.audits.asked import AuditAsked, ObjectAuditAsked
from sez.publication.publish import withdraw
from sez.records.version import VersionSigned
from sez.synchronisation.package_events import ReceiptReceived
from shared_contracts.counterpart import NotTheCounterpart
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.event_log.leaf import GENESIS, chain
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.audit import AuditContent
from shared_contracts.messages.audited_object import (
    AUDIT_OBJECT,
    ObjectAuditAnswer,
    ObjectAuditRequest,
)
from shared_contracts.signing.sign import FileSigner, sign_message
from shared_contracts.soap.client import RemoteFault
from shared_contracts.xml import codec, schema
from tests.postgres import owner_of
from tests.samples import with_lot
from tests.sez.audits.asked import Auditor, audited, tamper
from tests.sez.systems import BothSystems, wrong_unit


def told(auditor: Auditor, content: str, **scope: Any) -> list[Any]:
    """All pages of what is obtained."""
    pages = [auditor.ask(content, **scope)]
    while pages[-1].more:
        last = pages[-1]
        place = {
            "position": last.position,
            "after_position": last.reached_position,
            "after_object": last.reached_object,
        }
        pages.append(auditor.ask(content, **scope | place))
    return pages


@pytest.mark.clause("S216-9.7", "S216-A3.6b", "S216-A2.6.2", "S216-14")
def test_checksums_tell_the_newest_version_of_each_object_page_by_page(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AUDIT_CHECKSUMS", 2)
    tenders = sorted(systems.announce() for _ in range(3))
    systems.extend(tenders[0])
    with audited(systems) as auditor:
        first, second = told(auditor, "CHECKSUMS")
        assert (first.more, second.more, first.position) == (True, False, second.position)
        assert [one.object_id for one in (*first.checksums, *second.checksums)] == tenders
        assert [one.version for one in first.checksums] == [2, 1]
        for one in first.checksums:
            kept = systems.versions(one.object_id)[-1]
            assert one.document_hash == one.stored_hash == kept.document_hash
        # what is signed after the position to which an audit is bound is not in its pages
        systems.extend(tenders[0], days=2)
        again = auditor.ask("CHECKSUMS", position=first.position)
        assert [one.version for one in again.checksums] == [2, 1]
        anew = auditor.ask("CHECKSUMS", object_types=("PURCHASE",))
        assert [one.version for one in anew.checksums] == [3, 1]
        assert not auditor.ask("CHECKSUMS", object_types=("PROGRAMME",)).checksums
    assert not audit(owner_of(systems.system.settings.database_url)).differences


@pytest.mark.clause("S216-9.6", "S216-12c", "S216-A3.6c")
def test_the_log_of_events_tells_action_actor_object_and_outcome_and_can_be_recalculated(
    systems: BothSystems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AUDIT_EVENTS", 3)
    tender = systems.announce()
    systems.send_until(lambda: not systems.unsynchronised())
    with audited(systems) as auditor:
        answers = told(auditor, "EVENT_LOG")
    entries = [one for page in answers for one in page.logged_events]
    assert [one.position for one in entries] == list(range(1, answers[0].position + 1))
    value = GENESIS
    for one in entries:
        value = chain(value, one.position, bytes.fromhex(one.leaf_hash))
        assert value.hex() == one.chain_hash
    assert value.hex() == answers[0].chain_hash
    [announced] = [one for one in entries if one.action == "tender-announced.1"]
    [signed] = systems.events(VersionSigned)
    assert (announced.object_type, announced.object_id) == ("PURCHASE", tender)
    assert (announced.actor, announced.outcome) == (signed.formed_by.name, "SIGNED")
    [received] = [one for one in entries if one.action == "receipt-received.1"]
    [receipt] = systems.events(ReceiptReceived)
    assert (received.object_id, received.outcome) == (receipt.message_id, "ACCEPTED")


@pytest.mark.clause("S216-9.5", "S216-12d", "S216-A3.6a")
def test_changed_objects_tell_identifiers_and_changed_properties_with_both_values(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    before = systems.purchase(tender)
    systems.change(tender, with_lot(before, 1, quantity=before.lots[0].quantity + 1))
    with audited(systems) as auditor:
        first, second = told(auditor, "CHANGED_OBJECTS")[-1].changed_objects
        assert (first.object_id, first.version, first.operation) == (tender, 1, "CREATE")
        assert [one.path for one in first.changes] == ["/Purchase"]
        assert (second.version, second.previous_hash) == (2, first.document_hash)
        changed = {one.path: (one.old, one.new) for one in second.changes}
        quantity = before.lots[0].quantity
        assert changed["/Purchase/Lots/Lot[1]/Quantity"] == (f"{quantity:f}", f"{quantity + 1:f}")
        asked = systems.events(AuditAsked)
        assert [one.content for one in asked] == [AuditContent.CHANGED_OBJECTS]
        since = systems.registry.intake.clock()
        assert not told(auditor, "CHANGED_OBJECTS", since=since)[-1].changed_objects


@pytest.mark.clause("S216-A2.6.1", "S216-13a")
def test_who_is_not_the_registry_obtains_nothing(systems: BothSystems) -> None:
    systems.announce()
    authority = systems.pki.authority
    stranger = FileSigner(authority.key("sez2"), authority.chain("sez2"))
    with audited(systems) as auditor:
        with pytest.raises(RemoteFault, match="NOT_THE_REGISTRY"):
            auditor.ask("EVENT_LOG", stranger)
        with pytest.raises(RemoteFault, match="AUDIT_REFUSED"):
            auditor.ask("EVENT_LOG", sez_code="SEZ02")
    assert not systems.events(AuditAsked)


@pytest.mark.clause("S216-A2.6.1", "S216-13c")
def test_a_page_beyond_the_end_and_a_moment_to_come_are_refused(systems: BothSystems) -> None:
    systems.announce()
    now = systems.registry.intake.clock()
    last = systems.system.log.last_position()
    late = {"created_at": now - timedelta(minutes=11)}
    turned = {"since": now - timedelta(hours=1), "until": now - timedelta(hours=2)}
    with audited(systems) as auditor:
        beyond: Any = ({"position": last + 9}, {"position": last, "after_position": last + 1})
        for one in beyond:
            with pytest.raises(RemoteFault, match="AUDIT_PAGE_UNKNOWN"):
                auditor.ask("EVENT_LOG", **one)
        wrong: Any = ({"until": now + timedelta(days=1)}, late, turned)
        for one in wrong:
            with pytest.raises(RemoteFault, match="AUDIT_REFUSED"):
                auditor.ask("EVENT_LOG", **one)


@pytest.mark.clause("S216-A2.6.1", "S216-13c")
@pytest.mark.parametrize("operation", ["Audit", AUDIT_OBJECT])
def test_a_question_that_somebody_repeats_is_answered_a_few_times(
    systems: BothSystems, operation: str
) -> None:
    tender = systems.announce()
    with audited(systems) as auditor:
        asked = auditor.request("EVENT_LOG")
        told: dict[str, Any] = {
            name: getattr(asked, name) for name in ObjectAuditRequest.__struct_fields__[:4]
        }
        told |= {"audit_id": uuid7(), "ground": "17", "ordered_by": "С.", "object_id": tender}
        question = asked if operation == "Audit" else ObjectAuditRequest(**told)
        captured = sign_message(question, "captured", systems.registry.intake.signer)
        assert all(auditor.client.call(operation, captured) for _ in range(TIMES))
        with pytest.raises(RemoteFault, match=f"AUDIT_REFUSED.*{question.message_id}"):
            auditor.client.call(operation, captured)


@pytest.mark.clause("S216-9.7")
def test_pages_of_a_log_whose_newest_entries_were_taken_away_end(systems: BothSystems) -> None:
    systems.announce()
    log = systems.system.log
    cut = log.last_position() + 3
    with audited(systems) as auditor:
        request = auditor.request("EVENT_LOG")
    for page in (pages.event_page, pages.change_page):
        told_page = page(log, request, cut)
        assert (told_page["reached_position"], told_page["more"]) == (cut, False)
        within = page(log, request, 2)
        assert (within["reached_position"], within["more"]) == (2, False)


@pytest.mark.clause("S216-12a", "S216-A3.6b")
def test_bytes_that_were_changed_where_they_are_kept_have_another_checksum(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    tamper(systems.system, "UPDATE log.evidence SET body = body || ' '::bytea")
    with audited(systems) as auditor:
        [one] = auditor.ask("CHECKSUMS").checksums
    [version] = systems.versions(tender)
    assert one.document_hash == version.document_hash
    assert one.stored_hash != one.document_hash
    assert isinstance(one.object_id, UUID)
    assert len(one.stored_hash or "") == hashlib.sha256().digest_size * 2


@pytest.mark.clause("S216-9.5", "S216-A2.1.8", "S216-A3.6a")
def test_a_version_that_was_taken_back_is_told_by_the_log_and_is_no_changed_object(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    good = systems.purchase(tender)
    quantity = good.lots[0].quantity
    systems.change(tender, with_lot(wrong_unit(good), 1, quantity=quantity + 1))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    before = systems.system.log.last_position()
    withdraw(systems.system.publisher, tender, 2, "Не то количество")
    systems.change(tender, with_lot(good, 1, quantity=quantity + 2))
    with audited(systems) as auditor:
        _, second = told(auditor, "CHANGED_OBJECTS")[-1].changed_objects
        entries = [one for page in told(auditor, "EVENT_LOG") for one in page.logged_events]
        [_, then] = auditor.ask("CHANGED_OBJECTS", position=before).changed_objects
    changed = {one.path: (one.old, one.new) for one in second.changes}
    assert second.version == then.version == 2
    assert changed["/Purchase/Lots/Lot[1]/Quantity"] == (f"{quantity:f}", f"{quantity + 2:f}")
    assert then.document_hash != second.document_hash
    actions = [one.action for one in entries]
    assert (actions.count("tender-changed.1"), actions.count("version-withdrawn.1")) == (2, 1)


@pytest.mark.clause("S216-A2.6.1", "S216-9.6")
def test_what_an_audit_asks_for_is_bound_once_however_often_it_is_asked(
    systems: BothSystems,
) -> None:
    tender, audit_id = systems.announce(), uuid7()
    system, asked = systems.system, {"audit_id": audit_id}
    with audited(systems) as auditor:

        def of_object() -> int:
            given = auditor.request("CHECKSUMS", **asked)
            request = ObjectAuditRequest(
                message_id=given.message_id,
                sez_code=given.sez_code,
                environment=given.environment,
                created_at=given.created_at,
                audit_id=audit_id,
                ground=given.ground,
                ordered_by=given.ordered_by,
                object_id=tender,
            )
            body = sign_message(request, "asked", systems.registry.intake.signer)
            answer = schema.parse(auditor.client.call(AUDIT_OBJECT, body))
            return codec.read(answer, ObjectAuditAnswer).position

        first, of_one = auditor.ask("CHECKSUMS", None, **asked).position, of_object()
        systems.extend(tender)
        assert auditor.ask("CHECKSUMS", None, **asked).position == first
        assert of_object() == of_one
        assert auditor.ask("EVENT_LOG", None, **asked).position > of_one
    events = [one.event for one in system.log.read(0)]
    assert sum(isinstance(one, AuditAsked) for one in events) == 2
    assert sum(isinstance(one, ObjectAuditAsked) for one in events) == 1


def test_an_answer_to_another_question_is_not_believed(systems: BothSystems) -> None:
    with audited(systems) as auditor:
        request = auditor.request("CHECKSUMS")
        told = {"message_id": request.message_id, "audit_id": request.audit_id}
        answer = auditor.ask("CHECKSUMS", None, **told)
    check_answers(answer, request, is_of_it=True)
    with pytest.raises(NotTheCounterpart, match="it answers"):
        check_answers(answer, request, is_of_it=False)
    for name in told:
        other = msgspec.structs.replace(request, **{name: uuid7()})
        with pytest.raises(NotTheCounterpart, match="it answers"):
            check_answers(answer, other, is_of_it=True)

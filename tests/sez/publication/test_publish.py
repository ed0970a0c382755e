"""A document is formed: held against the rules, signed by those who must, kept as signed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from sez.publication.checked_document import NotPublishable
from sez.publication.publish import ask, take_signed, withdraw
from sez.records.version import Draft, VersionSigned
from sez.tendering import versions
from sez.tendering.tender import DraftedTender, RunningTender, UnknownTender
from shared_contracts.errors import RefusedByRule
from shared_contracts.http.api import bearer_token
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.samples import purchase_single_source, with_act, with_lot
from tests.sez.systems import SIGNER, BothSystems, wrong_unit


def own_purchase(systems: BothSystems, object_id: UUID, **changes: Any) -> Purchase:
    """The first version of a purchase without files, formed now."""
    return with_act(purchase_single_source(systems.system.clock(), **changes), object_id=object_id)


def written(document: Purchase) -> bytes:
    """The document as another program might write it: indented, with a declaration."""
    body = codec.to_bytes(codec.write(document))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body.replace(b"><Lots", b">\n  <Lots", 1)


@pytest.mark.clause("S216-A2.1.4", "S216-18.7")
def test_what_breaks_the_rules_is_told_before_anybody_signs_and_nothing_is_recorded(
    systems: BothSystems,
) -> None:
    tender = uuid4()
    wrong = with_lot(own_purchase(systems, tender), 1, quantity=Decimal(-1))
    before = systems.system.log.last_position()
    with pytest.raises(NotPublishable) as refusal:
        systems.publish(tender, versions.announcement(wrong))
    found = refusal.value.findings
    assert "/Purchase/Lots/Lot[1]/Quantity" in {finding.path for finding in found}
    assert all((finding.text.kk, finding.text.ru, finding.cure.kk) for finding in found)
    assert systems.system.log.last_position() == before
    assert isinstance(systems.system.publisher.current_state(tender).state, UnknownTender)


@pytest.mark.clause("S95-4", "S216-3")
def test_a_document_signed_elsewhere_reaches_the_registry_as_the_bytes_that_were_signed(
    systems: BothSystems,
) -> None:
    tender = uuid4()
    data = sign_person(written(own_purchase(systems, tender)), systems.pki.signer(SIGNER))
    take_signed(systems.system.publisher, data)
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert registry_evidence(systems, tender) == data


def registry_evidence(systems: BothSystems, tender: UUID) -> bytes:
    """The document of a tender's first version as the Registry keeps it."""
    token = bearer_token(systems.registry.settings.data)
    answer = httpx.get(
        f"{systems.link.target}/api/v1/messages/SEZ01/{systems.package(tender).message_id}/documents/1",
        headers={"authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return answer.raise_for_status().content


@pytest.mark.clause("S95-4", "S216-3")
def test_several_persons_sign_in_turn_and_the_last_one_has_formed_the_version(
    systems: BothSystems,
) -> None:
    tender = uuid4()
    maker = versions.announcement(own_purchase(systems, tender))
    systems.publish(tender, maker, "customer1-head", "customer1-signer")
    systems.send()
    [signed] = systems.events(VersionSigned)
    assert signed.formed_by.name == "СҮЛЕЙМЕНОВА АЙГҮЛ"
    assert signed.formed_by.iin == "850724450184"
    assert systems.states(tender) == ["SYNCHRONISED"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<Purchase", "NOT_XML"),
        (b"<!DOCTYPE a><a/>", "DTD_FORBIDDEN"),
        (b"<Invoice/>", "F-XSD-1"),
        (b'<Purchase xmlns="urn:kz:tru-registry:exchange:1"/>', "F-XSD-1"),
    ],
)
def test_what_is_no_business_document_is_not_taken(
    systems: BothSystems, data: bytes, problem: str
) -> None:
    before = systems.system.log.last_position()
    with pytest.raises(Exception, match=problem):
        take_signed(systems.system.publisher, data)
    assert systems.system.log.last_position() == before


def test_a_document_that_nobody_signed_or_somebody_changed_is_not_taken(
    systems: BothSystems,
) -> None:
    document = codec.to_bytes(codec.write(own_purchase(systems, uuid4())))
    with pytest.raises(SignatureRefused):
        take_signed(systems.system.publisher, document)
    signed = sign_person(document, systems.pki.signer(SIGNER))
    with pytest.raises(SignatureRefused):
        take_signed(systems.system.publisher, signed.replace(b"SS-2026-0031", b"SS-2026-0032"))


def test_a_document_of_another_sez_is_not_taken(systems: BothSystems) -> None:
    foreign = with_act(own_purchase(systems, uuid4()), sez_code="SEZ02")
    data = sign_person(codec.to_bytes(codec.write(foreign)), systems.pki.signer(SIGNER))
    with pytest.raises(RefusedByRule, match="the act names SEZ02 in STAND, this is SEZ01 in STAND"):
        take_signed(systems.system.publisher, data)


def test_a_draft_is_nobodys_business_until_it_is_signed(systems: BothSystems) -> None:
    tender = uuid4()
    first = own_purchase(systems, tender)
    ask(systems.system.publisher, tender, Draft(tender, first, systems.system.publisher.clock()))
    replaced = msgspec.structs.replace(first, purchase_code="SS-2026-0099")
    at = ask(
        systems.system.publisher, tender, Draft(tender, replaced, systems.system.publisher.clock())
    )
    assert at.state == DraftedTender(document=replaced)
    assert systems.send() == 0
    systems.publish(tender, versions.announcement())
    systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]
    assert systems.purchase(tender).purchase_code == "SS-2026-0099"


@pytest.mark.clause("S216-18.3")
def test_the_hour_runs_from_the_last_signature(systems: BothSystems) -> None:
    tender = systems.announce("single-source")
    [signed] = systems.events(VersionSigned)
    assert abs(signed.formed_at - systems.system.clock()) < timedelta(seconds=20)
    assert systems.versions(tender)[0].formed_at == signed.formed_at


def test_what_the_registry_has_or_will_have_is_not_taken_back(systems: BothSystems) -> None:
    tender = systems.announce("single-source")
    for _ in range(2):
        with pytest.raises(RefusedByRule, match="did not refuse version 1: it stays"):
            withdraw(systems.system.publisher, tender, 1, "Передумали")
        systems.send()
    assert systems.states(tender) == ["SYNCHRONISED"]


def test_taking_back_a_later_and_then_an_earlier_version_leads_to_before_the_earlier(
    systems: BothSystems,
) -> None:
    tender = systems.announce()
    before = systems.system.publisher.current_state(tender).state
    systems.send()
    good = systems.purchase(tender)
    systems.change(tender, wrong_unit(good))
    systems.change(tender, with_lot(wrong_unit(good), 2, unit="998"))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED", "WAITING"])
    withdraw(systems.system.publisher, tender, 2, "Ошибка")
    systems.change(tender, wrong_unit(good))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED", "REFUSED"])
    withdraw(systems.system.publisher, tender, 2, "Ошибка")
    state = systems.system.publisher.current_state(tender).state
    assert isinstance(state, RunningTender)
    assert state == before


def test_two_refused_versions_are_taken_back_one_after_the_other(systems: BothSystems) -> None:
    tender = uuid4()
    purchase = own_purchase(systems, tender)
    systems.publish(tender, versions.announcement(purchase), "customer1-revoked")
    systems.publish(tender, versions.change(purchase, "Уточнение"), "customer1-revoked")
    systems.send_until(lambda: systems.states(tender) == ["REFUSED"] * 2)
    for version in (2, 1):
        withdraw(systems.system.publisher, tender, version, "Сертификат отозван")
    assert systems.states(tender) == []
    assert isinstance(systems.system.publisher.current_state(tender).state, UnknownTender)
    systems.publish(tender, versions.announcement(purchase))
    systems.send_until(lambda: systems.states(tender) == ["SYNCHRONISED"])
    assert systems.recorded_versions() == [(tender, 1)]


@pytest.mark.clause("S216-A3.1c", "S216-A3.1h", "S216-A2.1.4")
def test_what_the_registry_would_refuse_of_a_running_tender_is_not_signed(
    systems: BothSystems,
) -> None:
    tender = systems.announce("auction")
    running = systems.purchase(tender)
    assert running.bids_from is not None
    shorter = msgspec.structs.replace(running, bids_to=running.bids_from + timedelta(seconds=1))
    with pytest.raises(NotPublishable) as refusal:
        systems.change(tender, shorter)
    assert ("F-PUR-18", "/Purchase/BidsTo") in {
        (finding.rule_id, finding.path) for finding in refusal.value.findings
    }
    with pytest.raises(NotPublishable) as refusal:
        systems.extend(tender, days=4)
    assert [finding.rule_id for finding in refusal.value.findings] == ["F-EXT-1"]
    assert systems.purchase(tender) == running
    systems.extend(tender, days=2)


@pytest.mark.clause("S216-18.3", "S216-A3.1a")
def test_a_purchase_published_long_ago_is_not_announced_today(systems: BothSystems) -> None:
    tender = uuid4()
    published = systems.system.clock() - timedelta(hours=2)
    old = msgspec.structs.replace(own_purchase(systems, tender), published_at=published)
    with pytest.raises(NotPublishable) as refusal:
        systems.publish(tender, versions.announcement(old))
    assert [finding.rule_id for finding in refusal.value.findings] == ["F-PUR-20"]


@pytest.mark.clause("S216-A2.1.3")
@pytest.mark.parametrize("signer", ["registry", "sez"])
def test_a_key_that_gives_no_right_to_sign_a_purchase_publishes_none(
    systems: BothSystems, signer: str
) -> None:
    before = systems.system.log.last_position()
    with pytest.raises(NotPublishable) as refused:
        systems.announce("auction", signer=signer)
    assert [finding.rule_id for finding in refused.value.findings] == ["C-06"]
    events = [one.topic for one in systems.system.log.read(before)]
    assert not [topic for topic in events if "announced" in topic]

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
from sez.records.version import VersionSigned
from sez.tendering import versions
from sez.tendering.tender import Draft, DraftedTender, RunningTender, UnknownTender
from shared_contracts.errors import RefusedByRule
from shared_contracts.messages.purchase import Purchase
from shared_contracts.signing.report import SignatureRefused
from shared_contracts.signing.sign import sign_person
from shared_contracts.xml import codec
from tests.samples import purchase_single_source, with_act, with_lot
from tests.sez.house import SIGNER, House, wrong_unit


def own_purchase(house: House, object_id: UUID, **changes: Any) -> Purchase:
    """The first version of a purchase without files, formed now."""
    return with_act(purchase_single_source(house.system.clock(), **changes), object_id=object_id)


def written(document: Purchase) -> bytes:
    """The document as another program might write it: indented, with a declaration."""
    body = codec.to_bytes(codec.write(document))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body.replace(b"><Lots", b">\n  <Lots", 1)


@pytest.mark.clause("S216-A2.1.4", "S216-18.7")
def test_what_breaks_the_rules_is_told_before_anybody_signs_and_nothing_is_recorded(
    house: House,
) -> None:
    tender = uuid4()
    wrong = with_lot(own_purchase(house, tender), 1, quantity=Decimal(-1))
    before = house.system.log.last_position()
    with pytest.raises(NotPublishable) as refusal:
        house.publish(tender, versions.announcement(wrong))
    found = refusal.value.findings
    assert "/Purchase/Lots/Lot[1]/Quantity" in {finding.path for finding in found}
    assert all((finding.text.kk, finding.text.ru, finding.cure.kk) for finding in found)
    assert house.system.log.last_position() == before
    assert isinstance(house.system.publisher.standing(tender).state, UnknownTender)


@pytest.mark.clause("S95-4", "S216-3")
def test_a_document_signed_elsewhere_reaches_the_registry_as_the_bytes_that_were_signed(
    house: House,
) -> None:
    tender = uuid4()
    data = sign_person(written(own_purchase(house, tender)), house.pki.signer(SIGNER))
    take_signed(house.system.publisher, data)
    house.send()
    assert house.states(tender) == ["SYNCHRONISED"]
    assert registry_evidence(house, tender) == data


def registry_evidence(house: House, tender: UUID) -> bytes:
    """The document of a tender's first version as the Registry keeps it."""
    token = (house.registry.settings.data / "token").read_text()
    answer = httpx.get(
        f"{house.road.target}/api/v1/messages/SEZ01/{house.package(tender).message_id}/documents/1",
        headers={"authorization": f"Bearer {token}"},
        trust_env=False,
    )
    return answer.raise_for_status().content


@pytest.mark.clause("S95-4", "S216-3")
def test_several_persons_sign_in_turn_and_the_last_one_has_formed_the_version(
    house: House,
) -> None:
    tender = uuid4()
    maker = versions.announcement(own_purchase(house, tender))
    house.publish(tender, maker, "customer1-head", "customer1-signer")
    house.send()
    [signed] = house.events(VersionSigned)
    assert signed.formed_by.name == "СҮЛЕЙМЕНОВА АЙГҮЛ"
    assert signed.formed_by.iin == "850724450184"
    assert house.states(tender) == ["SYNCHRONISED"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<Purchase", "NOT_XML"),
        (b"<!DOCTYPE a><a/>", "DTD_FORBIDDEN"),
        (b"<Invoice/>", "F-XSD-1"),
        (b'<Purchase xmlns="urn:kz:tru-registry:exchange:1"/>', "F-XSD-1"),
    ],
)
def test_what_is_no_business_document_is_not_taken(house: House, data: bytes, problem: str) -> None:
    before = house.system.log.last_position()
    with pytest.raises(Exception, match=problem):
        take_signed(house.system.publisher, data)
    assert house.system.log.last_position() == before


def test_a_document_that_nobody_signed_or_somebody_changed_is_not_taken(house: House) -> None:
    document = codec.to_bytes(codec.write(own_purchase(house, uuid4())))
    with pytest.raises(SignatureRefused):
        take_signed(house.system.publisher, document)
    signed = sign_person(document, house.pki.signer(SIGNER))
    with pytest.raises(SignatureRefused):
        take_signed(house.system.publisher, signed.replace(b"SS-2026-0031", b"SS-2026-0032"))


def test_a_document_of_another_sez_is_not_taken(house: House) -> None:
    foreign = with_act(own_purchase(house, uuid4()), sez_code="SEZ02")
    data = sign_person(codec.to_bytes(codec.write(foreign)), house.pki.signer(SIGNER))
    with pytest.raises(RefusedByRule, match="the act names SEZ02 in STAND, this is SEZ01 in STAND"):
        take_signed(house.system.publisher, data)


def test_a_draft_is_nobodys_business_until_it_is_signed(house: House) -> None:
    tender = uuid4()
    first = own_purchase(house, tender)
    ask(house.system.publisher, tender, Draft(tender, first, house.system.publisher.clock()))
    replaced = msgspec.structs.replace(first, purchase_code="SS-2026-0099")
    at = ask(
        house.system.publisher, tender, Draft(tender, replaced, house.system.publisher.clock())
    )
    assert at.state == DraftedTender(document=replaced)
    assert house.send() == 0
    house.publish(tender, versions.announcement())
    house.send()
    assert house.states(tender) == ["SYNCHRONISED"]
    assert house.purchase(tender).purchase_code == "SS-2026-0099"


@pytest.mark.clause("S216-18.3")
def test_the_hour_runs_from_the_last_signature(house: House) -> None:
    tender = house.announce("single-source")
    [signed] = house.events(VersionSigned)
    assert abs(signed.formed_at - house.system.clock()) < timedelta(seconds=20)
    assert house.versions(tender)[0].formed_at == signed.formed_at


def test_what_the_registry_has_or_will_have_is_not_taken_back(house: House) -> None:
    tender = house.announce("single-source")
    for _ in range(2):
        with pytest.raises(RefusedByRule, match="did not refuse version 1: it stays"):
            withdraw(house.system.publisher, tender, 1, "Передумали")
        house.send()
    assert house.states(tender) == ["SYNCHRONISED"]


def test_taking_back_a_later_and_then_an_earlier_version_leads_to_before_the_earlier(
    house: House,
) -> None:
    tender = house.announce()
    before = house.system.publisher.standing(tender).state
    house.send()
    good = house.purchase(tender)
    house.change(tender, wrong_unit(good))
    house.change(tender, with_lot(wrong_unit(good), 2, unit="998"))
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED", "REFUSED", "WAITING"])
    withdraw(house.system.publisher, tender, 2, "Ошибка")
    house.change(tender, wrong_unit(good))
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED", "REFUSED"])
    withdraw(house.system.publisher, tender, 2, "Ошибка")
    state = house.system.publisher.standing(tender).state
    assert isinstance(state, RunningTender)
    assert state == before


def test_two_refused_versions_are_taken_back_one_after_the_other(house: House) -> None:
    tender = uuid4()
    purchase = own_purchase(house, tender)
    house.publish(tender, versions.announcement(purchase), "customer1-revoked")
    house.publish(tender, versions.change(purchase, "Уточнение"), "customer1-revoked")
    house.send_until(lambda: house.states(tender) == ["REFUSED"] * 2)
    for version in (2, 1):
        withdraw(house.system.publisher, tender, version, "Сертификат отозван")
    assert house.states(tender) == []
    assert isinstance(house.system.publisher.standing(tender).state, UnknownTender)
    house.publish(tender, versions.announcement(purchase))
    house.send_until(lambda: house.states(tender) == ["SYNCHRONISED"])
    assert house.recorded_versions() == [(tender, 1)]


@pytest.mark.clause("S216-A3.1c", "S216-A3.1h", "S216-A2.1.4")
def test_what_the_registry_would_refuse_of_a_running_tender_is_not_signed(house: House) -> None:
    tender = house.announce("auction")
    running = house.purchase(tender)
    assert running.bids_from is not None
    shorter = msgspec.structs.replace(running, bids_to=running.bids_from + timedelta(seconds=1))
    with pytest.raises(NotPublishable) as refusal:
        house.change(tender, shorter)
    assert ("F-PUR-18", "/Purchase/BidsTo") in {
        (finding.rule_id, finding.path) for finding in refusal.value.findings
    }
    with pytest.raises(NotPublishable) as refusal:
        house.extend(tender, days=4)
    assert [finding.rule_id for finding in refusal.value.findings] == ["F-EXT-1"]
    assert house.purchase(tender) == running
    house.extend(tender, days=2)


@pytest.mark.clause("S216-18.3", "S216-A3.1a")
def test_a_purchase_published_long_ago_is_not_announced_today(house: House) -> None:
    tender = uuid4()
    published = house.system.clock() - timedelta(hours=2)
    old = msgspec.structs.replace(own_purchase(house, tender), published_at=published)
    with pytest.raises(NotPublishable) as refusal:
        house.publish(tender, versions.announcement(old))
    assert [finding.rule_id for finding in refusal.value.findings] == ["F-PUR-20"]


@pytest.mark.clause("S216-A2.1.3")
@pytest.mark.parametrize("signer", ["registry", "sez"])
def test_a_key_that_gives_no_right_to_sign_a_purchase_publishes_none(
    house: House, signer: str
) -> None:
    before = house.system.log.last_position()
    with pytest.raises(NotPublishable) as refused:
        house.announce("auction", signer=signer)
    assert [finding.rule_id for finding in refused.value.findings] == ["C-06"]
    events = [one.topic for one in house.system.log.read(before)]
    assert not [topic for topic in events if "announced" in topic]

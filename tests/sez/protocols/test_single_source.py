"""Protocols of purchases from a single source, as the SEZ sends them (S216-9.3, S216-A3.1g-i)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sez.protocols import versions
from sez.publication.checked_document import NotPublishable
from sez.publication.publish import publish, withdraw
from sez.publication.publisher import DocumentPublisher
from shared_contracts.errors import RefusedByRule
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.document import Ground
from shared_contracts.messages.protocol import SINGLE_SOURCE_PROTOCOL, SingleSourceProtocol
from tests import protocol_samples
from tests.sez.systems import BothSystems

HANDS = ("customer1-head", "customer1-signer")
ADDRESS = "/api/v1/single-source-protocols"


def protocol(systems: BothSystems, tender: UUID, **changes: Any) -> SingleSourceProtocol:
    """The protocol of the example ``single-source``."""
    at = systems.system.publisher.clock()
    named = {"purchase_id": tender, "protocol_date": at, "ground": Ground(code="03")}
    return protocol_samples.single_source(**named | changes)


def publisher(systems: BothSystems) -> DocumentPublisher:
    """What forms protocols of this kind."""
    return systems.system.publisher.of(SINGLE_SOURCE_PROTOCOL)


def sign(systems: BothSystems, document: SingleSourceProtocol, *signers: str) -> UUID:
    """Have a protocol signed; its id."""
    object_id, hands = uuid7(), [systems.system.users.signer(name) for name in signers or HANDS]
    maker = versions.whole(SINGLE_SOURCE_PROTOCOL, document)
    publish(publisher(systems), object_id, maker, hands)
    return object_id


@pytest.mark.clause("S216-9.3", "S216-A3.1g", "S216-A3.1h", "S216-A3.1i")
def test_a_single_source_is_concluded_amended_and_deleted_over_the_interface(
    systems: BothSystems,
) -> None:
    tender = systems.announce_with_files()
    document = msgspec.to_builtins(protocol(systems, tender), str_keys=True)
    with systems.program() as program:
        drafted = program.post(ADDRESS, json=document)
        assert drafted.status_code == 201, drafted.text
        mine = f"{ADDRESS}/{drafted.json()['object_id']}"
        signed = program.post(f"{mine}/signature", json={"signers": HANDS})
        assert signed.json()["status"] == "SIGNED", signed.text
        change = {"signers": HANDS, "reason": "Нөмірі түзетілді"}
        amended = program.post(
            f"{mine}/change", json=change | {"protocol": document | {"protocol_number": "18"}}
        )
        assert amended.json()["state"]["version"] == 2, amended.text
        gone = program.post(f"{mine}/deletion", json=change)
        assert gone.json()["status"] == "DELETED", gone.text
        assert program.get(mine).json()["state"]["version"] == 3
    systems.send_until(lambda: not systems.unsynchronised())
    topics = [one.topic for one in systems.registry.log.read(0, 1000)]
    assert topics.count("single-source-protocol-recorded.1") == 2
    assert topics.count("purchase-stage-taken-back.1") == 1


def refused(systems: BothSystems, document: SingleSourceProtocol, *signers: str) -> list[str]:
    """The rules by which the SEZ does not sign a protocol."""
    with pytest.raises(NotPublishable) as caught:
        sign(systems, document, *signers)
    return [finding.rule_id for finding in caught.value.findings]


@pytest.mark.clause("S216-A2.1.4", "S216-3")
def test_what_the_registry_would_refuse_is_not_signed(systems: BothSystems) -> None:
    tender, open_tender = systems.announce("single-source"), systems.announce()
    whole = protocol(systems, tender)
    assert refused(systems, whole, "customer1-head") == ["C-12"]
    assert refused(systems, whole, *HANDS, "customer1-head") == ["C-13"]
    assert refused(systems, whole, *HANDS, "person") == ["C-07"]
    assert refused(systems, protocol(systems, tender, ground=Ground(code="05"))) == ["F-PRT-11"]
    assert refused(systems, protocol(systems, uuid7())) == ["F-PRT-1"]
    assert set(refused(systems, protocol(systems, open_tender))) == {"F-PRT-1", "F-PRT-11"}


@pytest.mark.clause("S216-A3.1i", "S216-A2.1.8")
def test_a_purchase_that_is_concluded_is_deleted_after_its_protocol(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    drawn = sign(systems, protocol(systems, tender))
    with systems.program() as program:
        asked = {"signers": ["customer1-head"], "reason": "Қате"}
        mine = f"/api/v1/tenders/{tender}"
        assert program.get(mine).json()["status"] == "SUMMED_UP"
        kept = program.post(f"{mine}/deletion", json=asked)
        assert [one["rule_id"] for one in kept.json()["detail"]["findings"]] == ["F-DEL-2"], (
            kept.text
        )
        gone = program.post(f"{ADDRESS}/{drawn}/deletion", json=asked | {"signers": HANDS})
        assert gone.status_code == 200, gone.text
        assert program.get(mine).json()["status"] == "RUNNING"
        systems.send_until(lambda: not systems.unsynchronised())
        assert program.post(f"{mine}/deletion", json=asked).json()["status"] == "DELETED"
    systems.send_until(lambda: not systems.unsynchronised())


@pytest.mark.clause("S216-A2.1.8")
def test_a_purchase_forgets_a_protocol_that_is_taken_back(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    systems.send_until(lambda: not systems.unsynchronised())
    systems.watch.offset = timedelta(minutes=5)
    drawn = sign(systems, protocol(systems, tender))
    systems.watch.offset = timedelta()
    systems.send_until(lambda: systems.states(drawn)[-1] == "REFUSED")
    state = systems.system.publisher.current_state
    assert state(tender).state.status == "SUMMED_UP"
    withdraw(publisher(systems), drawn, 1, "Сағат алға кеткен")
    assert state(tender).state.status == "RUNNING"
    sign(systems, protocol(systems, tender))
    systems.send_until(lambda: not systems.unsynchronised())


@pytest.mark.clause("S216-A2.1.8", "S216-A3.1i")
def test_a_protocol_whose_deletion_is_taken_back_stands_again(systems: BothSystems) -> None:
    tender = systems.announce_with_files()
    drawn = sign(systems, protocol(systems, tender))
    systems.send_until(lambda: not systems.unsynchronised())
    systems.watch.offset = timedelta(minutes=5)
    at, hands = publisher(systems).clock(), map(systems.system.users.signer, HANDS)
    gone = versions.deletion(SINGLE_SOURCE_PROTOCOL, "Қате", at, "Бекова А. М.")
    publish(publisher(systems), drawn, gone, [*hands])
    systems.watch.offset = timedelta()
    state = systems.system.publisher.current_state
    assert state(tender).state.status == "RUNNING"
    systems.send_until(lambda: systems.states(drawn)[-1] == "REFUSED")
    withdraw(publisher(systems), drawn, 2, "Сағат алға кеткен")
    assert state(tender).state.status == "SUMMED_UP"


def deletion(systems: BothSystems, drawn: UUID, at: datetime) -> None:
    """Have a protocol deleted, as it was at a moment."""
    gone = versions.deletion(SINGLE_SOURCE_PROTOCOL, "Қате", at, "Бекова А. М.")
    publish(publisher(systems), drawn, gone, [*map(systems.system.users.signer, HANDS)])


@pytest.mark.clause("S216-A3.1i", "S216-A2.1.4")
def test_no_deletion_is_signed_that_is_dated_after_its_forming(systems: BothSystems) -> None:
    drawn = sign(systems, protocol(systems, systems.announce_with_files()))
    clock = publisher(systems).clock
    with pytest.raises(NotPublishable, match="F-DEL-1 /Deletion/DeletedAt"):
        deletion(systems, drawn, clock() + timedelta(minutes=1))
    deletion(systems, drawn, clock())
    systems.send_until(lambda: not systems.unsynchronised())


@pytest.mark.clause("S216-A3.1i", "S216-A2.1.4")
def test_what_was_deleted_is_not_deleted_again_whoever_signs(systems: BothSystems) -> None:
    drawn = sign(systems, protocol(systems, systems.announce_with_files()))
    clock = publisher(systems).clock
    deletion(systems, drawn, clock())
    with pytest.raises(RefusedByRule, match="deleted at version 2 does not take Deletion"):
        deletion(systems, drawn, clock())

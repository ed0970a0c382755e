"""A supplier's card goes from the draft to the Registry, and what it does there (S216-A3.1j-l)."""

from typing import Any

import httpx
import msgspec
import pytest

from registry.suppliers import listing
from sez.examples.making import ExampleOrder, ExampleRequest
from sez.publication.signers import party
from sez.suppliers import examples
from shared_contracts.event_log.auditing.audit import audit
from shared_contracts.identifiers import uuid7
from shared_contracts.messages.supplier import SupplierCard
from shared_contracts.signing.subject import subject_of
from tests.postgres import owner_of
from tests.sez.systems import SIGNER, BothSystems

SIGNED = {"signers": [SIGNER], "reason": "Уточнение"}


def card(systems: BothSystems, **changes: Any) -> SupplierCard:
    """A card that breaks no rule, of a supplier with a number of its own, filed by the customer."""
    return msgspec.structs.replace(examples.supplier(order(systems, "supplier")), **changes)


def order(systems: BothSystems, example: str) -> ExampleOrder:
    """An order of an example for the customer of the stand."""
    system = systems.system
    buyer = party(subject_of(system.users.signer(SIGNER).certificates[0]))
    owner, at = system.publisher.owner, system.clock()
    return ExampleOrder(ExampleRequest(example=example), owner, uuid7(), buyer, at)


def drafted(program: httpx.Client, document: SupplierCard) -> str:
    """Write a draft of a card down; its id."""
    answer = program.post("/api/v1/suppliers", content=msgspec.json.encode(document))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["object_id"])


def taken(program: httpx.Client, supplier: str, step: str, **asked: Any) -> dict[str, Any]:
    """Take a step with a supplier; where it stands then."""
    answer = program.post(f"/api/v1/suppliers/{supplier}/{step}", json=SIGNED | asked)
    assert answer.status_code == 200, (step, answer.text)
    told: dict[str, Any] = answer.json()
    return told


def rows(systems: BothSystems, number: str | None = None) -> list[listing.SupplierRow]:
    """The suppliers that the Registry lists."""
    systems.registry.follower.catch_up()
    return listing.suppliers(systems.registry.log, {"number": number})


@pytest.mark.clause("S216-A3.1j", "S216-A3.1k", "S216-A3.1l", "S216-2.1b")
def test_a_supplier_is_added_changed_and_deleted(systems: BothSystems) -> None:
    document = card(systems)
    with systems.program() as program:
        supplier = drafted(program, document)
        added = taken(program, supplier, "registration")
        assert added["status"] == "ACTIVE"
        whole = added["state"]["card"] | {"status": "INACTIVE"}
        taken(program, supplier, "change", card=whole)
        assert taken(program, supplier, "deletion")["status"] == "DELETED"
        more = program.post(f"/api/v1/suppliers/{supplier}/deletion", json=SIGNED)
        assert (more.status_code, "deleted" in more.text) == (409, True)
    systems.send_until(lambda: not systems.unsynchronised())
    [row] = rows(systems, document.number)
    assert (row.status, row.standing, row.version) == ("DELETED", "INACTIVE", 3)
    assert row.producer
    made = listing.producers(systems.registry.log, skp_code="28.29")
    assert [(one.producer, one.paper_number) for one in made] == [(document.number, "KZ-000123")]
    for store in (systems.registry, systems.system):
        assert not audit(owner_of(store.settings.database_url)).differences


@pytest.mark.clause("S216-A2.4.5", "S216-A3.1j")
def test_a_second_card_for_a_number_is_refused_without_a_choice(systems: BothSystems) -> None:
    document = card(systems)
    with systems.program() as program:
        first, second = drafted(program, document), drafted(program, document)
        taken(program, first, "registration")
        systems.send_until(lambda: not systems.unsynchronised())
        taken(program, second, "registration")
        systems.send_until(lambda: any(one.state == "REFUSED" for one in systems.unsynchronised()))
        [refused] = systems.unsynchronised()
        [finding] = refused.findings
        [holder] = rows(systems, document.number)
        assert (finding.rule_id, finding.path) == ("F-SUP-3", "/SupplierCard")
        assert str(holder.registry_id) in (finding.text.en or "")
        assert "SelectSupplier" in (finding.cure.en or "")
        asked = {"version": 1, "reason": "Уже есть"}
        back = program.post(f"/api/v1/suppliers/{second}/withdrawal", json=asked).json()
        assert back["status"] == "NEW"


@pytest.mark.clause("S216-A2.4.5", "S216-A3.1k")
def test_a_number_whose_card_is_deleted_is_taken_again(systems: BothSystems) -> None:
    document = card(systems)
    with systems.program() as program:
        for _ in range(3):
            supplier = drafted(program, document)
            taken(program, supplier, "registration")
            systems.send_until(lambda: not systems.unsynchronised())
            taken(program, supplier, "deletion")
            systems.send_until(lambda: not systems.unsynchronised())
        held = drafted(program, document)
        taken(program, held, "registration")
        systems.send_until(lambda: not systems.unsynchronised())
        taken(program, drafted(program, document), "registration")
        systems.send_until(lambda: any(one.state == "REFUSED" for one in systems.unsynchronised()))
    [refused] = systems.unsynchronised()
    assert [one.rule_id for one in refused.findings] == ["F-SUP-3"]
    assert [one.status for one in rows(systems, document.number)].count("ACTIVE") == 1
    assert not audit(owner_of(systems.registry.settings.database_url)).differences


@pytest.mark.clause("S216-2.1b")
def test_two_cards_for_a_number_in_one_package_are_refused(systems: BothSystems) -> None:
    document = card(systems)
    with systems.program() as program:
        for _ in range(2):
            taken(program, drafted(program, document), "registration")
    systems.send_until(lambda: any(one.state == "REFUSED" for one in systems.unsynchronised()))
    found = [finding for one in systems.unsynchronised() for finding in one.findings]
    assert {finding.rule_id for finding in found} == {"F-SUP-3"}


@pytest.mark.clause("S216-2.1b")
def test_parties_are_asked_for_among_participants_once_there_are_any(systems: BothSystems) -> None:
    before = systems.announce_with_files()
    systems.send_until(lambda: not systems.unsynchronised())
    assert not systems.versions(before)[0].findings
    with systems.program() as program:
        taken(program, drafted(program, card(systems)), "registration")
        systems.send_until(lambda: not systems.unsynchronised())
        assert len(rows(systems)) == 1
        after = systems.announce_with_files()
        systems.send_until(lambda: not systems.unsynchronised())
        [finding] = systems.versions(after)[0].findings
        assert (finding.rule_id, finding.severity) == ("F-ID-2", "WARNING")
        buyer = systems.purchase(after).customer
        own = card(systems, bin=buyer.bin, registration_date=None, filed_by=buyer)
        taken(program, drafted(program, own), "registration")
        systems.send_until(lambda: not systems.unsynchronised())
    known = systems.announce_with_files()
    systems.send_until(lambda: not systems.unsynchronised())
    assert not systems.versions(known)[0].findings

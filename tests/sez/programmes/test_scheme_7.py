"""Scheme 7 over sockets: new programmes are loaded, whatever else is told its operation."""

from uuid import UUID

import msgspec
import pytest

from sez.programmes import versions
from sez.publication.checked_document import NotPublishable
from sez.soap.client import Connection, RegistryClient
from shared_contracts.kinds.programme import LOAD
from shared_contracts.messages.package import Package
from shared_contracts.messages.receipt import Receipt, Result, Stage
from shared_contracts.signing.sign import sign_message
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion
from tests.clauses import clause
from tests.programmes import with_item
from tests.sez.link import answer_lost
from tests.sez.programmes.test_programmes import load, on_record, put, signed
from tests.sez.systems import ENTRY, BothSystems


def packed(systems: BothSystems, object_id: UUID) -> bytes:
    """A signed package of what waits of an object, for somebody else to post."""
    return systems.system.sender.forming.form_held(object_id)


def posted(
    systems: BothSystems, package: bytes, soap: SoapVersion = SoapVersion.V11
) -> tuple[Receipt, bytes]:
    """The receipt for a package that is loaded, read and as it came."""
    client = RegistryClient(Connection(systems.system.settings.registry))
    answer = client.load_programme(package, soap)
    client.close()
    return codec.read(schema.parse(answer), Receipt), answer


@pytest.mark.parametrize("soap", SoapVersion)
@clause("S216-A2.7.0", "S216-A2.7.1", "S216-A2.7.2", "S216-A2.7.5", "S216-A2.7.6")
def test_a_new_programme_is_loaded_and_answered_at_once(
    systems: BothSystems, soap: SoapVersion
) -> None:
    package = packed(systems, load(systems))
    receipt, answer = posted(systems, package, soap)
    assert receipt.result is Result.ACCEPTED
    assert receipt.records[0].registry_id == on_record(systems)[0].registry_id
    assert posted(systems, package, soap)[1] == answer
    systems.system.sender.receipts.take(answer)
    assert systems.unsynchronised() == []


@clause("S216-A2.7.0", "S216-A2.7.1", "S216-A2.7.6")
def test_the_sez_loads_a_new_programme_by_itself(systems: BothSystems) -> None:
    systems.link.strikes = LOAD
    systems.link.accidents.append(answer_lost)
    programme = load(systems)
    systems.send_until(lambda: systems.states(programme) == ["SYNCHRONISED"])
    sent = [one.body for one in systems.link.passed if one.is_call(LOAD)]
    assert len(sent) == 2
    assert len(set(sent)) == 1, "the same bytes go again when the answer is lost"
    assert systems.link.packages == []
    assert len(on_record(systems)) == 1


@clause("S216-A2.7.7", "S216-A2.7.8")
def test_a_refused_programme_goes_again_when_it_was_mended(systems: BothSystems) -> None:
    systems.registry.register.add(msgspec.structs.replace(ENTRY, conditions=(1,)))
    refused = load(systems)
    systems.send_until(lambda: systems.states(refused) == ["REFUSED"])
    systems.registry.register.add(ENTRY)
    with systems.program() as program:
        message_id = systems.versions(refused)[0].message_id
        assert program.post(f"/api/v1/packages/{message_id}/retry").status_code == 200
    systems.send_until(lambda: systems.states(refused) == ["SYNCHRONISED"])
    assert len([one for one in systems.link.passed if one.is_call(LOAD)]) >= 2


@clause("S216-A2.7.1", "S216-A2.7.7")
def test_a_new_programme_that_comes_by_another_operation_is_told_its_own(
    systems: BothSystems,
) -> None:
    client = RegistryClient(Connection(systems.system.settings.registry))
    answer = client.transfer(packed(systems, load(systems)))
    client.close()
    receipt = codec.read(schema.parse(answer), Receipt)
    [finding] = [one for one in receipt.findings if one.severity == "ERROR"]
    assert (finding.rule_id, finding.value) == ("F-HDR-11", "TransferRecords")
    assert LOAD in (finding.text.en or "")
    assert on_record(systems) == []


@clause("S216-A2.7.3", "S216-A2.7.7")
@pytest.mark.parametrize("signer", ["sez2", "sez-expired", "stranger-head"])
def test_a_programme_of_a_system_that_is_not_proven_is_refused(
    systems: BothSystems, signer: str
) -> None:
    package = codec.read(schema.parse(packed(systems, load(systems))), Package)
    signed_anew = sign_message(package, "package-1", systems.pki.signer(signer))
    receipt, _ = posted(systems, signed_anew)
    assert (receipt.result, receipt.stage) == (Result.REFUSED, Stage.CERTIFICATE)
    assert on_record(systems) == []


@clause("S216-A2.7.4", "S216-17")
def test_a_code_that_the_registry_would_refuse_is_not_signed(systems: BothSystems) -> None:
    systems.system.classifiers.refresh()
    programme = load(systems)
    unknown = with_item(signed(systems, programme), 2, unit="999")
    with pytest.raises(NotPublishable, match="F-CLF-1") as refused:
        put(systems, programme, versions.change(unknown, "Уточнение"))
    assert "/Programme/Items/Item[2]/Unit" in str(refused.value)


@clause("S216-A2.7.4", "S216-A2.7.7")
def test_a_changed_programme_is_refused_and_told_how_it_travels(systems: BothSystems) -> None:
    programme = load(systems)
    systems.send()
    change = versions.change(with_item(signed(systems, programme), 2, unit="796"), "Уточнение")
    put(systems, programme, change)
    receipt, _ = posted(systems, packed(systems, programme))
    assert receipt.result is Result.REFUSED
    [finding] = [one for one in receipt.findings if one.severity == "ERROR"]
    assert finding.rule_id == "F-PRG-7"
    assert "TransferRecords" in (finding.cure.en or "")
    assert len(on_record(systems)) == 1


@clause("S216-A2.7.4", "S216-A2.7.7")
def test_what_is_no_programme_is_refused_and_told_its_operation(systems: BothSystems) -> None:
    receipt, _ = posted(systems, packed(systems, systems.announce_with_files()))
    told = {one.rule_id for one in receipt.findings if one.severity == "ERROR"}
    assert told == {"F-HDR-11"}

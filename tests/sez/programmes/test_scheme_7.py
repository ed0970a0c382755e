"""Scheme 7 over sockets: new programmes are loaded, whatever else is told its operation."""

from uuid import UUID

import pytest

from sez.programmes import versions
from sez.soap.client import Connection, RegistryClient
from shared_contracts.messages.receipt import Receipt, Result
from shared_contracts.xml import codec, schema
from shared_contracts.xml.envelope import SoapVersion
from tests.clauses import clause
from tests.sez.programmes.test_programmes import load, on_record, put, signed
from tests.sez.systems import BothSystems


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


@clause("S216-A2.7.4", "S216-A2.7.7")
def test_a_changed_programme_is_refused_and_told_how_it_travels(systems: BothSystems) -> None:
    programme = load(systems)
    systems.send()
    change = versions.change(signed(systems, programme), "Уточнение")
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

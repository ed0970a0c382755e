"""Purchases of two versions of the contract run side by side in one store (S216-11c)."""

from dataclasses import replace

import msgspec
import pytest

from sez.app import open_system
from sez.publication.checked_document import NotPublishable
from sez.tendering import versions
from shared_contracts.messages.document import Ground
from shared_contracts.messages.package import Package
from shared_contracts.messages.purchase import ProgrammeItem, Purchase
from shared_contracts.xml import codec, schema
from shared_contracts.xml.shortcut import PACKAGE
from tests import samples
from tests.sez.systems import ENTRY, BothSystems

ITEM = ProgrammeItem(programme_id=samples.BASE_ID, item_number="7")


def work_under(systems: BothSystems, conditions: int) -> None:
    """The SEZ is begun again with other conditions in its settings."""
    given = replace(systems.system.settings, conditions=conditions)
    systems.system.close()
    systems.system = open_system(given, systems.watch)


def linked(purchase: Purchase) -> Purchase:
    """The purchase with what only contract 1.1 has: its first lot names an item."""
    named = msgspec.structs.replace(purchase, programme_items=(ITEM,))
    return samples.with_lot(named, 1, programme_item=ITEM)


def contracts(systems: BothSystems) -> list[str]:
    """The contract that each package named, in the order of sending."""
    bodies = dict.fromkeys(systems.link.packages)
    packages = (next(schema.parse(body).iter(PACKAGE)) for body in bodies)
    return [codec.read(package, Package).contract_version for package in packages]


@pytest.mark.clause("S216-11c")
def test_a_purchase_ends_under_its_contract_while_its_neighbour_runs_under_the_next(
    systems: BothSystems,
) -> None:
    systems.registry.register.add(msgspec.structs.replace(ENTRY, conditions=(1,)))
    work_under(systems, 1)
    old = systems.announce_with_files("single-source")
    systems.send_until(lambda: systems.states(old) == ["SYNCHRONISED"])

    systems.registry.register.add(ENTRY)  # conditions 1 and 2
    work_under(systems, 2)
    new = systems.announce_with_files("single-source")
    systems.change(new, linked(systems.purchase(new)))
    systems.send_until(lambda: not systems.unsynchronised())

    with pytest.raises(NotPublishable, match="F-XSD-1 /Purchase/Lots/Lot") as refused:
        systems.change(old, linked(systems.purchase(old)))
    [finding] = refused.value.findings
    assert finding.path == "/Purchase/Lots/Lot[1]/ProgrammeItem"

    ground = Ground(code="CUSTOMER")
    systems.publish(old, versions.end("CANCELLED", ground, "Отпала потребность"))
    systems.send_until(lambda: not systems.unsynchronised())

    recorded = [one.event.document.act for one in systems.recorded()]  # type: ignore[attr-defined]
    ran = [(act.object_id, act.version, act.conditions_version) for act in recorded]
    assert ran == [(old, 1, 1), (new, 1, 2), (new, 2, 2), (old, 2, 1)]
    assert contracts(systems)[0] == "1.0"
    assert set(contracts(systems)[1:-1]) == {"1.1"}
    assert contracts(systems)[-1] == "1.0"


@pytest.mark.clause("S216-11c")
def test_what_a_sez_was_not_given_is_refused_with_what_is_allowed(systems: BothSystems) -> None:
    systems.registry.register.add(msgspec.structs.replace(ENTRY, conditions=(1,)))
    early = systems.announce_with_files("single-source")
    systems.send_until(lambda: systems.states(early) == ["REFUSED"])
    [version] = systems.versions(early)
    assert [(one.rule_id, one.value) for one in version.findings] == [("F-HDR-5", "2")]
